package io.leasehold.client.watch;

/**
 * Told how a range stands, and of everything that happens to it from then on. Calls come one after another, on the client's
 * callback executor, and may block.
 */
public interface RangeListener {
    /**
     * How the range stands: the first call, also when it is empty, and again when so much was missed that the history of it has
     * been compacted. What was told before is void then.
     */
    void onSnapshot(RangeSnapshot snapshot);

    /** What happened since. */
    void onEvents(WatchBatch batch);

    /** The last call, exactly once. Compaction does not end it. */
    default void onEnded(WatchEnd end) {}
}
