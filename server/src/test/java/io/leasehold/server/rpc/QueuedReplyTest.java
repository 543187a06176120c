package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.RevisionStore;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.mvcc.StorePosition;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.watch.WatchDispatcher;
import io.leasehold.server.watch.WatchMessage;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.server.watch.WatchSink;
import io.leasehold.server.watch.WatchSpec;
import io.leasehold.server.watch.WatchStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What responses that wait for a client count for. */
final class QueuedReplyTest {
    private static final int VALUE_BYTES = 10_000;

    @TempDir
    Path directory;

    private RevisionStore store;
    private WatchDispatcher dispatcher;
    private WatchStream stream;
    private final List<WatchMessage> sent = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY);
        dispatcher = new WatchDispatcher(
                new WatchSettings(1_000_000_000, 2 << 20),
                store.snapshot(),
                RandomGenerator.of("L64X128MixRandom"),
                () -> {});
        stream = dispatcher.open(new WatchSink() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void send(WatchMessage message) {
                sent.add(message);
            }

            @Override
            public void handled() {}
        });
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void the_same_events_for_another_watcher_count_once() {
        watch("a", "b");
        watch("a", "b");

        List<QueuedReply> queued = put("a", "aa");

        assertThat(queued).hasSize(2);
        assertThat(queued.getFirst().sizeBytes()).isGreaterThan(2 * VALUE_BYTES);
        assertThat(queued.getLast().sizeBytes()).isBetween(100L, 200L);
    }

    @Test
    void other_events_count_in_full() {
        watch("a", "b");
        watch("aa", "b");
        watch("aaa", "b");

        List<QueuedReply> queued = put("a", "aa", "aaa");

        assertThat(queued).hasSize(3).allSatisfy(reply -> assertThat(reply.sizeBytes())
                .isEqualTo(128 + reply.reply().encodedLength()));
    }

    @Test
    void what_is_small_counts_too() {
        watch("a", "b");
        watch("a", "b");

        QueuedReply created = QueuedReply.behind(null, reply(sent.getFirst()));
        QueuedReply next = QueuedReply.behind(created, reply(sent.getLast()));

        assertThat(created.sizeBytes()).isGreaterThan(100);
        assertThat(next.sizeBytes()).isGreaterThan(100);
    }

    private void watch(String key, String end) {
        KeyRange range = KeyRange.of(ByteSequence.utf8(key), ByteSequence.utf8(end));
        stream.create(new WatchSpec(range, 0, 0, false, false, false, false, false));
        dispatcher.turn(0);
    }

    /** Puts them in one revision each; returns what the stream's queue gets. */
    private List<QueuedReply> put(String... keys) {
        sent.clear();
        for (String key : keys) {
            store.put(ByteSequence.utf8(key), ByteSequence.utf8("x".repeat(VALUE_BYTES)), 0);
            store.finishRevision();
        }
        dispatcher.applied(store.publish(), store.snapshot());
        dispatcher.turn(0);
        List<QueuedReply> queued = new ArrayList<>();
        sent.forEach(
                message -> queued.add(QueuedReply.behind(queued.isEmpty() ? null : queued.getLast(), reply(message))));
        return queued;
    }

    private static WatchReply reply(WatchMessage message) {
        return new WatchReply(new Header(1, 2, 3, 4), message);
    }
}
