package io.leasehold.server.watch;

import io.leasehold.mvcc.HistorySlice;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.mvcc.WatcherIndex;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Feeds lagging watchers from the store's history, a slice at a time. Those whose next revision lies in the slice share
 * it. The slices go upwards like a lift, from the watcher furthest behind to the newest and then from the bottom again,
 * so that one with a long way to go gets its turn as often as one that is nearly there, and never more often.
 *
 * <p>Owned by the dispatcher's thread. A lagging watcher costs an entry here, no memory for events.
 */
final class CatchUp {
    /** etcd's figure: so many revisions at most share one response. */
    static final int SLICE_REVISIONS_LIMIT = 1000;
    /** What one slice may bring into memory; a response is hardly larger, as one revision is never split. */
    static final int SLICE_BYTES_LIMIT = 1 << 20;
    /** Watchers that share a slice; bounds the time of one step. The rest has its turn with the next. */
    private static final int SHARERS_LIMIT = 1024;

    /** By next revision; no bucket is empty. */
    private final TreeMap<Long, Set<Watcher>> waiting = new TreeMap<>();

    private final Fragments fragments;
    private final BiConsumer<Watcher, StoreSnapshot> caughtUp;
    private final BiConsumer<Watcher, StoreSnapshot> compacted;
    private long liftRevision;

    /**
     * @param fragments sends the events
     * @param caughtUp takes a watcher that has been sent all up to the snapshot's revision
     * @param compacted takes a watcher whose next revision is below the snapshot's compacted revision
     */
    CatchUp(
            Fragments fragments,
            BiConsumer<Watcher, StoreSnapshot> caughtUp,
            BiConsumer<Watcher, StoreSnapshot> compacted) {
        this.fragments = fragments;
        this.caughtUp = caughtUp;
        this.compacted = compacted;
    }

    /** Adds a watcher; it waits for its stream if others of the stream do. */
    void add(Watcher watcher) {
        if (watcher.stream.parked.isEmpty()) {
            waiting.computeIfAbsent(watcher.nextRevision, revision -> new LinkedHashSet<>())
                    .add(watcher);
        } else {
            watcher.stream.parked.add(watcher);
        }
    }

    /** Removes a watcher that was added. */
    void remove(Watcher watcher) {
        if (watcher.stream.parked.remove(watcher)) {
            return;
        }
        Set<Watcher> bucket = waiting.get(watcher.nextRevision);
        if (bucket != null && bucket.remove(watcher) && bucket.isEmpty()) {
            waiting.remove(watcher.nextRevision);
        }
    }

    /** The stream's sink takes events again. */
    void ready(WatchStream stream) {
        List<Watcher> resumed = List.copyOf(stream.parked);
        stream.parked.clear();
        resumed.forEach(this::add);
    }

    /** Whether {@link #step} has something to do. */
    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Reads one slice and hands it out. */
    void step(StoreSnapshot snapshot) {
        Map.Entry<Long, Set<Watcher>> next = waiting.ceilingEntry(liftRevision);
        if (next == null) {
            next = waiting.firstEntry();
        }
        if (next == null) {
            return;
        }
        long from = next.getKey();
        if (from < snapshot.compactedRevision()) {
            cancel(from, snapshot);
        } else {
            share(from, snapshot);
        }
    }

    private void cancel(long revision, StoreSnapshot snapshot) {
        for (Watcher watcher : takeReady(revision, revision + 1)) {
            compacted.accept(watcher, snapshot);
        }
        liftRevision = revision + 1;
    }

    private void share(long from, StoreSnapshot snapshot) {
        HistorySlice slice = from > snapshot.revision()
                ? new HistorySlice(List.of(), from)
                : snapshot.history(
                        from, snapshot.revision(), SLICE_REVISIONS_LIMIT, SLICE_BYTES_LIMIT, anyWantsPrevious(from));
        List<Watcher> sharers = takeReady(from, Math.max(slice.nextRevision(), from + 1));
        collect(slice.events(), sharers);
        for (Watcher watcher : sharers) {
            List<EncodedEvent> events = watcher.takePending();
            if (!events.isEmpty()) {
                if (!watcher.stream.sink.isReady()) {
                    watcher.stream.parked.add(watcher);
                    continue;
                }
                fragments.send(watcher, snapshot.revision(), events);
            }
            watcher.nextRevision = slice.nextRevision();
            if (watcher.nextRevision > snapshot.revision()) {
                caughtUp.accept(watcher, snapshot);
            } else {
                add(watcher);
            }
        }
        liftRevision = slice.nextRevision();
    }

    /** Whether one of those who may share a slice wants to be told what was before a change. */
    private boolean anyWantsPrevious(long from) {
        // A slice ends behind so many revisions that there are, and they are without gaps.
        return waiting.subMap(from, from + SLICE_REVISIONS_LIMIT).values().stream()
                .flatMap(Set::stream)
                .anyMatch(watcher -> watcher.spec.prevKv());
    }

    /** Takes out those with from ≤ next revision < to whose sinks are ready, and parks the others. */
    private List<Watcher> takeReady(long from, long to) {
        List<Watcher> found = new ArrayList<>();
        for (Set<Watcher> bucket : waiting.subMap(from, to).values()) {
            for (Watcher watcher : bucket) {
                if (found.size() == SHARERS_LIMIT) {
                    break;
                }
                found.add(watcher);
            }
        }
        List<Watcher> ready = new ArrayList<>(found.size());
        for (Watcher watcher : found) {
            remove(watcher);
            if (watcher.stream.parked.isEmpty() && watcher.stream.sink.isReady()) {
                ready.add(watcher);
            } else {
                watcher.stream.parked.add(watcher);
            }
        }
        return ready;
    }

    private static void collect(List<StoreEvent> events, List<Watcher> sharers) {
        if (sharers.isEmpty()) {
            return;
        }
        Matcher matcher = sharers.size() == 1 ? Matcher.of(sharers.getFirst()) : Matcher.of(sharers);
        for (StoreEvent event : events) {
            matcher.offer(new EncodedEvent(event));
        }
    }

    /** Adds an event to all sharers that want it. */
    private interface Matcher {
        void offer(EncodedEvent event);

        static Matcher of(Watcher only) {
            return event -> {
                if (only.wants(event) && only.range().contains(event.key())) {
                    only.add(event);
                }
            };
        }

        static Matcher of(List<Watcher> several) {
            WatcherIndex<Watcher> index = new WatcherIndex<>();
            several.forEach(watcher -> index.add(watcher.range(), watcher));
            return event -> index.forEachMatching(event.key(), watcher -> {
                if (watcher.wants(event)) {
                    watcher.add(event);
                }
            });
        }
    }
}
