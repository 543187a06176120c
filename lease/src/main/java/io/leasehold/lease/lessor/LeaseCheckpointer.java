package io.leasehold.lease.lessor;

import java.util.List;

/**
 * Notes what is left of leases where every lessor sees it, so that the next primary need not begin whole TTLs anew: in a
 * replicated system, through its log. A lessor alone is its own: {@code lessor::checkpoint} for each of the list.
 */
@FunctionalInterface
public interface LeaseCheckpointer {
    /**
     * Has {@link Lessor#checkpoint} called on every lessor, this one included, for each of the checkpoints in order. Calls
     * come one at a time and must be noted in that order; the calling thread is the one that ticks or renews, and waits.
     *
     * @param checkpoints at most {@link Lessor#CHECKPOINTS_MAX}
     * @return whether it is done; if not, checkpoints are made again later and a renewal is refused
     */
    boolean checkpoint(List<LeaseCheckpoint> checkpoints);
}
