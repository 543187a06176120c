package io.leasehold.faults.history;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Whether a lease kept what leases promise: its key does not go before TTL has passed since the last renewal that was
 * acknowledged, nothing is acknowledged after the end, a TTL of 0 is the truth, and it ends at last.
 */
public final class LeaseCheck {
    private LeaseCheck() {}

    /**
     * What was broken, a line for each.
     *
     * @param goneNanos the earliest time at which anybody knew that the key was gone; empty while it is there
     * @param mustHaveEnded whether enough time has passed, with a leader, that the lease must be over
     */
    public static List<String> violations(LeaseStory story, OptionalLong goneNanos, boolean mustHaveEnded) {
        List<String> violations = new ArrayList<>();
        String lease = "lease " + story.id() + " with " + story.key() + ": ";
        if (goneNanos.isPresent()) {
            checkEnd(story, goneNanos.getAsLong(), lease, violations);
        } else if (mustHaveEnded) {
            violations.add(lease + "never ended; " + story);
        }
        for (LeaseStory.Renewal renewal : story.renewals()) {
            boolean acknowledged = renewal.ttlSeconds() > 0;
            if (acknowledged && renewal.sentNanos() > story.revokedNanos()) {
                violations.add(lease + "renewed after it was revoked: " + renewal);
            }
            if (!acknowledged && renewal.keySeenAfterwards()) {
                violations.add(lease + "said to be gone while its key was there: " + renewal);
            }
        }
        return violations;
    }

    private static void checkEnd(LeaseStory story, long goneNanos, String lease, List<String> violations) {
        boolean askedFor = story.revokeSentNanos() < goneNanos;
        if (!askedFor) {
            requireTime(story.grantSentNanos(), story.ttlSeconds(), goneNanos, lease + "granted", violations);
        }
        for (LeaseStory.Renewal renewal : story.renewals()) {
            if (renewal.ttlSeconds() > 0 && renewal.sentNanos() > goneNanos) {
                violations.add(lease + "renewed after its key was seen to be gone: " + renewal);
            } else if (renewal.ttlSeconds() > 0 && !askedFor) {
                requireTime(renewal.sentNanos(), renewal.ttlSeconds(), goneNanos, lease + renewal, violations);
            }
        }
    }

    private static void requireTime(
            long fromNanos, long ttlSeconds, long goneNanos, String what, List<String> violations) {
        long early = fromNanos + TimeUnit.SECONDS.toNanos(ttlSeconds) - goneNanos;
        if (early > 0) {
            violations.add(what + ", and gone " + TimeUnit.NANOSECONDS.toMillis(early) + " ms too early");
        }
    }
}
