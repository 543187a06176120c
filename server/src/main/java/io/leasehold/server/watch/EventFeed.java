package io.leasehold.server.watch;

import io.leasehold.mvcc.StoreEvent;
import io.leasehold.mvcc.StoreSnapshot;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * From the Applier to the dispatcher: what changed, and the state after it. The Applier never waits here: when too much
 * is queued it drops events, and the dispatcher, seeing the gap in the revisions, lets the watchers read the history.
 */
final class EventFeed {
    /**
     * How much may wait.
     *
     * @param events changes
     * @param batches batches; they count too, as one of few changes is not much smaller than one of many
     */
    record Limits(int events, int batches) {
        /** Some hundred full batches; what is behind it is cheaper to read from history than to keep. */
        static final Limits DEFAULT = new Limits(1 << 16, 1 << 12);
    }

    /** Changes up to {@code revision}, from the first event's revision on. */
    record Batch(List<StoreEvent> events, long revision) {}

    private final ConcurrentLinkedQueue<Batch> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queuedBatches = new AtomicInteger();
    private final AtomicInteger queuedEvents = new AtomicInteger();
    private final Limits limits;
    private volatile StoreSnapshot newest;
    private volatile long droppedThroughRevision;

    EventFeed(StoreSnapshot initial, Limits limits) {
        this.newest = initial;
        this.limits = limits;
    }

    /** The state after all that has been applied. Any thread. */
    StoreSnapshot newest() {
        return newest;
    }

    /** Makes the state visible to {@link #newest()}. Applier's thread, before {@link #offer}. */
    void publish(StoreSnapshot after) {
        newest = after;
    }

    /** Queues a batch, or drops it. Applier's thread. */
    void offer(List<StoreEvent> events, long revision) {
        if (queuedBatches.get() >= limits.batches || queuedEvents.get() >= limits.events) {
            droppedThroughRevision = revision;
            return;
        }
        queuedBatches.incrementAndGet();
        queuedEvents.addAndGet(events.size());
        queue.add(new Batch(events, revision));
    }

    /** The next batch; null when there is none. Dispatcher's thread. */
    @Nullable
    Batch poll() {
        Batch batch = queue.poll();
        if (batch != null) {
            queuedBatches.decrementAndGet();
            queuedEvents.addAndGet(-batch.events.size());
        }
        return batch;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Events up to this revision may have been dropped. */
    long droppedThroughRevision() {
        return droppedThroughRevision;
    }

    /** Events waiting, for metrics. */
    int pendingEvents() {
        return queuedEvents.get();
    }
}
