package io.leasehold.lease;

import io.leasehold.protocol.ErrorCode;
import java.util.Optional;

/**
 * The bounds of a granted TTL and the order in which a grant is checked. Applied on every member, so every member must
 * be given the same election and heartbeat times.
 *
 * @param minTtlSeconds shorter grants are raised to it; at least 1
 */
public record LeaseLimits(long minTtlSeconds) {
    /** The longest TTL a grant may ask for, etcd's: 285 years. Its nanoseconds still fit in a long. */
    public static final long TTL_SECONDS_MAX = 9_000_000_000L;

    /**
     * The shortest TTL a lease may have, in milliseconds; a grant that asks for less in milliseconds is refused. A
     * stall of the process counts against leases up to {@link LeaseClock}'s half second, and a client that renews each
     * third of the TTL has two thirds for a renewal to arrive: below 0.75 s one ordinary stall could end a lease that
     * is renewed in time. And etcd's own messages tell a TTL in whole seconds, where 0 means that there is no lease.
     */
    public static final long TTL_MILLIS_MIN = 1_000;

    /** {@link #TTL_SECONDS_MAX} in milliseconds. */
    public static final long TTL_MILLIS_MAX = TTL_SECONDS_MAX * 1_000;

    private static final int MILLIS_PER_SECOND = 1_000;

    /** Refuses a minimum outside 1 to {@link #TTL_SECONDS_MAX}. */
    public LeaseLimits {
        if (minTtlSeconds < 1 || minTtlSeconds > TTL_SECONDS_MAX) {
            throw new IllegalArgumentException("minimum lease TTL of " + minTtlSeconds + " s");
        }
    }

    /**
     * The minimum that follows from the election timeout: one and a half elections, counted in whole heartbeats and
     * rounded up to seconds, so that a lease outlives an ordinary election. 1000 and 100 ms give 2 s.
     */
    public static LeaseLimits of(int electionTimeoutMillis, int heartbeatMillis) {
        if (heartbeatMillis < 1 || electionTimeoutMillis < heartbeatMillis) {
            throw new IllegalArgumentException(
                    "election timeout " + electionTimeoutMillis + " ms, heartbeat " + heartbeatMillis + " ms");
        }
        long electionTicks = electionTimeoutMillis / heartbeatMillis;
        long minMillis = 3 * electionTicks / 2 * heartbeatMillis;
        return new LeaseLimits(Math.max(1, Math.ceilDiv(minMillis, MILLIS_PER_SECOND)));
    }

    /** The TTL that a grant of {@code requestedSeconds} gets, zero and negative ones included. */
    public long effectiveTtlSeconds(long requestedSeconds) {
        return Math.max(requestedSeconds, minTtlSeconds);
    }

    /**
     * Why a grant is refused, in etcd's order: TTL above the maximum, then an id that exists. Empty when it may be
     * granted.
     */
    public Optional<ErrorCode> refusal(LeaseTable table, long id, long requestedSeconds) {
        if (requestedSeconds > TTL_SECONDS_MAX) {
            return Optional.of(ErrorCode.LEASE_TTL_TOO_LARGE);
        }
        return table.contains(id) ? Optional.of(ErrorCode.LEASE_EXISTS) : Optional.empty();
    }
}
