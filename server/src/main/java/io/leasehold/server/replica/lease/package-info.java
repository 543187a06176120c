/**
 * The leader's half of leases: {@link io.leasehold.server.replica.lease.LeaseKeeper} renews them, checkpoints those that
 * are not renewed, and proposes the end of those whose time is up. One thread owns all of it.
 */
@NullMarked
package io.leasehold.server.replica.lease;

import org.jspecify.annotations.NullMarked;
