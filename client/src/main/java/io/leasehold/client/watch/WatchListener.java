package io.leasehold.client.watch;

/**
 * Told what a watch sees. Calls for one watch come one after another, in order, on the client's callback executor; they
 * may block without holding up anything but this watch. A listener that is slow costs bounded memory: the watch falls
 * behind and catches up from the server's history. What a listener throws is logged, and the watch goes on.
 */
@FunctionalInterface
public interface WatchListener {
    /** Changes, each told once, in order, over any number of disconnects. */
    void onEvents(WatchBatch batch);

    /** Everything up to this revision has been told. */
    default void onProgress(long revision) {}

    /**
     * History before {@code compactRevision} is gone, and events in it that were not yet told never will be. Told once for
     * each time it happens.
     */
    default void onCompacted(long compactRevision) {}

    /** The connection is lost; told once for each outage. The watch resumes by itself. */
    default void onInterrupted(String why) {}

    /** The watch stands, for the first time or again after an interruption. */
    default void onEstablished() {}

    /** The last call, exactly once. */
    default void onEnded(WatchEnd end) {}
}
