/**
 * What a {@link io.leasehold.lease.lessor.Lessor} needs of the machine: a thread that ticks and a file that lasts. The one
 * package of this module that may have either; nothing else in it may use this one.
 */
@NullMarked
package io.leasehold.lease.lessor.host;

import org.jspecify.annotations.NullMarked;
