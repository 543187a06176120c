package io.leasehold.client.recipes;

import java.time.Duration;

/**
 * How a transaction over many keys is run. Immutable; each method answers a changed copy of {@link #DEFAULT}.
 *
 * @param isolation what it may count on
 * @param attemptsMax how often its function is run at most, 1 or more
 * @param timeout no attempt is begun after this; positive
 * @param operationsMax how many keys a commit may check, and how many it may write, 1 or more: what the servers take in a
 *     transaction, their {@code --max-txn-ops}
 */
public record StmOptions(Isolation isolation, int attemptsMax, Duration timeout, int operationsMax) {
    /** Serializable snapshot, 100 attempts, 30 seconds, 128 operations as servers take unless told otherwise. */
    public static final StmOptions DEFAULT =
            new StmOptions(Isolation.SERIALIZABLE_SNAPSHOT, 100, Duration.ofSeconds(30), 128);

    public StmOptions {
        if (attemptsMax < 1 || timeout.isNegative() || timeout.isZero() || operationsMax < 1) {
            throw new IllegalArgumentException(
                    "attempts " + attemptsMax + ", timeout " + timeout + ", operations " + operationsMax);
        }
    }

    /** At this level. */
    public StmOptions at(Isolation level) {
        return new StmOptions(level, attemptsMax, timeout, operationsMax);
    }

    /** At most so many attempts. */
    public StmOptions attempts(int most) {
        return new StmOptions(isolation, most, timeout, operationsMax);
    }

    /** No attempt is begun after this. */
    public StmOptions within(Duration time) {
        return new StmOptions(isolation, attemptsMax, time, operationsMax);
    }

    /** For servers that take so many operations in a transaction. */
    public StmOptions operations(int most) {
        return new StmOptions(isolation, attemptsMax, timeout, most);
    }
}
