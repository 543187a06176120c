package io.leasehold.client.watch;

import java.util.concurrent.CompletableFuture;

/** A running watch. Safe for any thread, also from within its own listener. */
public interface Watcher extends AutoCloseable {
    /**
     * Completes when the server has taken the watch for the first time: no event behind the answered revision is missed.
     * Fails when the watch ends before.
     */
    CompletableFuture<Long> established();

    /** The first revision that has not been handed to the listener's queue; 0 as long as that is not known. */
    long nextRevision();

    /**
     * Asks the server how far it is; the answer comes as {@link WatchListener#onProgress}, to every watch of this client
     * when the server is etcd, and is lost when the connection is.
     */
    void requestProgress();

    /** Completes when the watch has ended, with the reason; never fails. */
    CompletableFuture<WatchEnd> ended();

    /** Ends the watch. No call of the listener but {@code onEnded} begins after this. Again: nothing happens. */
    @Override
    void close();
}
