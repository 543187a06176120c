package io.leasehold.client.recipes;

import java.time.Duration;

/**
 * How a transaction over many keys is run. Immutable; each method answers a changed copy of {@link #DEFAULT}.
 *
 * @param isolation what it may count on
 * @param attemptsMax how often its function is run at most, 1 or more
 * @param timeout no attempt is begun after this; positive
 */
public record StmOptions(Isolation isolation, int attemptsMax, Duration timeout) {
    /** Serializable snapshot, 100 attempts, 30 seconds. */
    public static final StmOptions DEFAULT =
            new StmOptions(Isolation.SERIALIZABLE_SNAPSHOT, 100, Duration.ofSeconds(30));

    public StmOptions {
        if (attemptsMax < 1 || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("attempts " + attemptsMax + ", timeout " + timeout);
        }
    }

    /** At this level. */
    public StmOptions at(Isolation level) {
        return new StmOptions(level, attemptsMax, timeout);
    }

    /** At most so many attempts. */
    public StmOptions attempts(int most) {
        return new StmOptions(isolation, most, timeout);
    }

    /** No attempt is begun after this. */
    public StmOptions within(Duration time) {
        return new StmOptions(isolation, attemptsMax, time);
    }
}
