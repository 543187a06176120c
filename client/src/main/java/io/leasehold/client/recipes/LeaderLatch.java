package io.leasehold.client.recipes;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A candidate that stands for election again and again as long as its session lives, on the keys of {@link Election}. With a
 * re-granting session that is until it is closed. Safe for any thread.
 */
public interface LeaderLatch extends AutoCloseable {
    /** The leadership that can be relied on at this moment. */
    Optional<Leadership> leadership();

    /** Whether it leads now. */
    default boolean isLeader() {
        return leadership().isPresent();
    }

    /** The present leadership or the next one; fails when the latch ends before. */
    CompletableFuture<Leadership> elected();

    /** Withdraws or resigns, and stands no more; waits until its key is gone. */
    @Override
    void close();

    /** Told about changes, one call after another, on the client's callback executor. */
    interface Listener {
        /** It leads. */
        void onElected(Leadership leadership);

        /** It leads no more; told exactly once after each {@code onElected}. */
        void onDeposed(HoldEnd why);

        /** The last call: closed, or its session has ended. */
        default void onEnded() {}
    }
}
