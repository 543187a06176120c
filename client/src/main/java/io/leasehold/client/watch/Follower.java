package io.leasehold.client.watch;

import java.util.concurrent.CompletableFuture;

/** A range that is followed. Safe for any thread, also from within its own listener. */
public interface Follower extends AutoCloseable {
    /** Completes when it has ended, with the reason; never fails. */
    CompletableFuture<WatchEnd> ended();

    /** Ends it; no snapshot and no events are told after this. */
    @Override
    void close();
}
