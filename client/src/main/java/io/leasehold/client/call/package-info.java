/** What every call has in common: its header, how it fails, and how to wait for it. */
@NullMarked
package io.leasehold.client.call;

import org.jspecify.annotations.NullMarked;
