/**
 * Leases: the replicated {@link io.leasehold.lease.LeaseTable}, the leader's {@link io.leasehold.lease.LeaseDeadlines},
 * the {@link io.leasehold.lease.LeaseClock} both count in, and the limits of a TTL. Pure: no I/O, no thread, no clock of
 * its own; every time is an argument, in nanoseconds of the lease clock.
 */
@NullMarked
package io.leasehold.lease;

import org.jspecify.annotations.NullMarked;
