package io.leasehold.client.recipes;

import io.leasehold.client.kv.Compare;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Something that a session holds: a lock, a permit, a leadership. It stands for a key on the session's lease, and ends when
 * that key does, or when the session is lost. Safe for any thread.
 *
 * <p>Holding is no proof at the time of use: a process may stand still between looking and acting. Writes to the same
 * cluster are made safe by {@link #guard()}; other systems are given {@link #token()} and refuse smaller ones than they have
 * seen.
 */
public interface Hold extends AutoCloseable {
    /** The key that stands for it. */
    ByteSequence key();

    /** Fencing token: the revision at which the key was created. Each holder's is larger than that of the one before. */
    long token();

    /** A condition for transactions that must only be done while this is held. */
    Compare guard();

    /** How long it can still be relied on; zero once it has ended. See {@code Session.validFor()}. */
    Duration validFor();

    /** Whether {@link #validFor()} is more than zero. */
    default boolean isValid() {
        return !validFor().isZero();
    }

    /** Completes exactly once, on the callback executor, when it is no longer held, with the reason; never fails. */
    CompletableFuture<HoldEnd> ended();

    /**
     * Gives it up; it is not valid from now on. Completes when the key is gone, which is tried as long as the session lives.
     * Again, or after it was lost: nothing happens.
     */
    CompletableFuture<Void> release();

    /** As {@link #release}, and waits for it. */
    @Override
    void close();
}
