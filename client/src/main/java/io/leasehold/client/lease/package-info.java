/** Leases: granted, kept alive by one stream and one timer, and never trusted beyond their time. */
@NullMarked
package io.leasehold.client.lease;

import org.jspecify.annotations.NullMarked;
