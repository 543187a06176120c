package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an all-seeing observer has seen of the leases of a run, in true time, and whether the promises were kept: no
 * lease ends early, no renewal is acknowledged behind a revoke, none is denied that exists.
 */
final class LeaseHistory {
    /** Clocks run at 0.99 to 1.01 of true time; an anchor's time may be taken over by another clock once. */
    private static final double RATE_TOLERANCE = 0.96;

    private final Map<Long, List<Life>> lives = new HashMap<>();
    private final Map<Incarnation, Life> byIncarnation = new HashMap<>();
    long acknowledged;
    long expired;
    long notFound;

    /** One incarnation of a lease. Times are true nanoseconds, never when absent. */
    private static final class Life {
        private final Incarnation incarnation;
        private final long ttlSeconds;
        private long grantAppliedNanos = Long.MAX_VALUE;
        private long endLoggedNanos = Long.MAX_VALUE;
        private long revokeAppliedNanos = Long.MAX_VALUE;
        private boolean endedByExpiry;
        private long renewedNanos;

        Life(Incarnation incarnation, long ttlSeconds) {
            this.incarnation = incarnation;
            this.ttlSeconds = ttlSeconds;
        }
    }

    void granted(Incarnation lease, long ttlSeconds) {
        Life life = new Life(lease, ttlSeconds);
        lives.computeIfAbsent(lease.id(), id -> new ArrayList<>()).add(life);
        byIncarnation.put(lease, life);
    }

    void grantApplied(Incarnation lease, long nowNanos) {
        Life life = life(lease);
        life.grantAppliedNanos = Math.min(life.grantAppliedNanos, nowNanos);
    }

    /** The entry that ends the lease is in the log. */
    void ended(Incarnation lease, boolean byExpiry, long nowNanos) {
        Life life = life(lease);
        life.endLoggedNanos = nowNanos;
        life.endedByExpiry = byExpiry;
        expired += byExpiry ? 1 : 0;
        checkNotEarly(life);
    }

    void revokeApplied(Incarnation lease, long nowNanos) {
        Life life = life(lease);
        life.revokeAppliedNanos = Math.min(life.revokeAppliedNanos, nowNanos);
    }

    /** A renewal was answered. TTLs differ from one incarnation to the next, so they tell which one it was. */
    void answered(long id, long sentNanos, long receivedNanos, LeaseRenewal answer, long nowNanos) {
        switch (answer) {
            case LeaseRenewal.Renewed renewed -> {
                acknowledged++;
                Life life = newestWith(id, renewed.ttlSeconds());
                if (life == null) {
                    throw new AssertionError("lease " + id + " renewed and never granted");
                }
                if (life.revokeAppliedNanos < sentNanos) {
                    throw new AssertionError("P2: " + life.incarnation + " renewed at " + nowNanos + ", sent "
                            + sentNanos + ", revoked " + life.revokeAppliedNanos);
                }
                life.renewedNanos = Math.max(life.renewedNanos, receivedNanos);
                checkNotEarly(life);
            }
            case LeaseRenewal.NotFound none -> {
                notFound++;
                for (Life life : lives.getOrDefault(id, List.of())) {
                    if (life.grantAppliedNanos < sentNanos && life.endLoggedNanos > nowNanos) {
                        throw new AssertionError("P2: " + life.incarnation + " denied at " + nowNanos);
                    }
                }
            }
            case LeaseRenewal.Failed failed -> {}
        }
    }

    private void checkNotEarly(Life life) {
        if (!life.endedByExpiry) {
            return;
        }
        long since = Math.max(life.renewedNanos, life.grantAppliedNanos);
        if (life.endLoggedNanos - since < life.ttlSeconds * KeeperRig.SECOND * RATE_TOLERANCE) {
            throw new AssertionError("P1: " + life.incarnation + " of " + life.ttlSeconds + " s ended at "
                    + life.endLoggedNanos + ", granted " + life.grantAppliedNanos + ", renewed " + life.renewedNanos);
        }
    }

    private Life life(Incarnation lease) {
        Life life = byIncarnation.get(lease);
        if (life == null) {
            throw new AssertionError(lease + " was never granted");
        }
        return life;
    }

    private @Nullable Life newestWith(long id, long ttlSeconds) {
        return lives.getOrDefault(id, List.of()).reversed().stream()
                .filter(life -> life.ttlSeconds == ttlSeconds)
                .findFirst()
                .orElse(null);
    }
}
