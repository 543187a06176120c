/** The keepalive engine. Not for users. */
@NullMarked
package io.leasehold.client.internal.lease;

import org.jspecify.annotations.NullMarked;
