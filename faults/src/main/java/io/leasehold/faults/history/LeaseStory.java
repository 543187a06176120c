package io.leasehold.faults.history;

import java.util.List;

/**
 * One lease with one key, from its grant to its end, as its holder saw it.
 *
 * @param key attached to the lease alone, and never written but once
 * @param ttlSeconds as granted
 * @param grantSentNanos when the grant was asked for
 * @param renewals answered ones, in the order sent
 * @param lastRenewalSentNanos of all renewals, answered or not, or of the grant
 * @param revokeSentNanos when its end was asked for; {@link #NEVER} when it was not
 * @param revokedNanos when that was acknowledged; {@link #NEVER} when it was not
 */
public record LeaseStory(
        long id,
        String key,
        long ttlSeconds,
        long grantSentNanos,
        List<Renewal> renewals,
        long lastRenewalSentNanos,
        long revokeSentNanos,
        long revokedNanos) {
    /** What did not happen. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * One answered renewal.
     *
     * @param ttlSeconds as answered; 0 when the lease is gone
     * @param through the member that was asked
     * @param keySeenAfterwards for an answer of 0: whether a linearizable read that began after it still found the key
     */
    public record Renewal(
            long sentNanos, long receivedNanos, long ttlSeconds, String through, boolean keySeenAfterwards) {}

    /** Copies the list. */
    public LeaseStory {
        renewals = List.copyOf(renewals);
    }
}
