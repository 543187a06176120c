package io.leasehold.client.leasing;

import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How a {@link LeasingKv} works. Immutable; each method answers a changed copy of {@link #DEFAULT}.
 *
 * @param ttl of the lease on which ownership hangs: how long a writer waits for an owner that has died, at most
 * @param entriesMax keys owned at a time, 1 or more; beyond it one that was not read lately is given back
 * @param acquirePause after a key had to be given back it is not owned again for so long; twice that when it happens
 *     again at once, up to 16 times
 * @param acquires which keys may be owned, asked on the client's thread: it must be quick and must not block
 */
public record LeasingOptions(
        Duration ttl, int entriesMax, Duration acquirePause, Predicate<? super ByteSequence> acquires) {
    /** TTL 10 s, at most 10,000 keys, a pause of 2 s as in Go's client, every key. */
    public static final LeasingOptions DEFAULT =
            new LeasingOptions(Duration.ofSeconds(10), 10_000, Duration.ofSeconds(2), key -> true);

    public LeasingOptions {
        if (ttl.isNegative() || ttl.isZero() || entriesMax < 1 || acquirePause.isNegative()) {
            throw new IllegalArgumentException("ttl " + ttl + ", " + entriesMax + " entries, pause " + acquirePause);
        }
    }

    /** With this TTL; positive, rounded up to whole seconds. */
    public LeasingOptions ttl(Duration time) {
        return new LeasingOptions(time, entriesMax, acquirePause, acquires);
    }

    /** At most so many keys at a time. */
    public LeasingOptions entriesMax(int keys) {
        return new LeasingOptions(ttl, keys, acquirePause, acquires);
    }

    /** With this pause before a key that was given back is owned again. */
    public LeasingOptions acquirePause(Duration pause) {
        return new LeasingOptions(ttl, entriesMax, pause, acquires);
    }

    /** Only these keys are ever owned; the others are read from the server, and written by the protocol all the same. */
    public LeasingOptions acquiring(Predicate<? super ByteSequence> which) {
        return new LeasingOptions(ttl, entriesMax, acquirePause, which);
    }
}
