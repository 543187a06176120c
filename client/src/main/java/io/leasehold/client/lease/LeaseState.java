package io.leasehold.client.lease;

/**
 * Where a lease stands.
 *
 * <pre>
 *  PENDING ──answer──► ACTIVE ◄──answer── SUSPECT
 *     │                  │  ──silence, stream lost, pause──►  │
 *     └──────────────────┴────────────► LOST ◄────────────────┘      (final)
 * </pre>
 */
public enum LeaseState {
    /** A foreign lease that has not been renewed yet, so that its time is not known. */
    PENDING,
    /** Renewed in time. */
    ACTIVE,
    /** No answer for long, or no stream, or the process stood still; still being tried. */
    SUSPECT,
    /** Over; {@link LossReason} says why. */
    LOST
}
