/** The leasing protocol. Not for users. */
@NullMarked
package io.leasehold.client.internal.leasing;

import org.jspecify.annotations.NullMarked;
