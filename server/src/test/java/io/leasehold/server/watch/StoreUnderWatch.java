package io.leasehold.server.watch;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.RevisionStore;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.mvcc.StorePosition;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** A real store with a dispatcher on it, in one thread: the test decides when what is published is looked at. */
final class StoreUnderWatch implements AutoCloseable {
    static final long PROGRESS_INTERVAL_NANOS = 1_000_000_000L;

    final RevisionStore store;
    final WatchDispatcher dispatcher;
    long nowNanos;

    StoreUnderWatch(Path directory) throws IOException {
        this(directory, new EventFeed.Limits(1 << 16, 1 << 12), 2 << 20);
    }

    StoreUnderWatch(Path directory, EventFeed.Limits limits, int fragmentLimitBytes) throws IOException {
        store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY);
        dispatcher = new WatchDispatcher(
                new WatchSettings(PROGRESS_INTERVAL_NANOS, fragmentLimitBytes),
                store.snapshot(),
                RandomGenerator.of("L64X128MixRandom"),
                () -> {},
                limits);
    }

    /** Puts in a revision of its own, and publishes. */
    long put(String key, String value) {
        store.put(bytes(key), bytes(value), 0);
        return commit();
    }

    /** Deletes in a revision of its own, and publishes. */
    long delete(String key, String end) {
        store.delete(KeyRange.of(bytes(key), bytes(end)));
        return commit();
    }

    /** Ends the revision and publishes. */
    long commit() {
        store.finishRevision();
        publish();
        return store.snapshot().revision();
    }

    /** Publishes what was done. */
    void publish() {
        var events = store.publish();
        dispatcher.applied(events, store.snapshot());
    }

    void compact(long revision) {
        store.compact(revision);
        publish();
        while (store.compactSome(1000)) {
            publish();
        }
        publish();
    }

    StoreSnapshot snapshot() {
        return store.snapshot();
    }

    /** Lets the dispatcher do all there is to do now, and what it rests before. */
    void settle() {
        long restNanos = 0;
        do {
            nowNanos += restNanos;
            while (dispatcher.turn(nowNanos) > 0) {
                // Each turn is bounded.
            }
            restNanos = dispatcher.restNanos(nowNanos);
        } while (restNanos > 0 && restNanos <= FanOutPace.CROWDED_REST_NANOS_MAX);
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.utf8(text);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
