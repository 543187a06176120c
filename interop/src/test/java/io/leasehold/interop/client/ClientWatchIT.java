package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches of our own client, over disconnects, restarts and compactions. */
final class ClientWatchIT {
    private static ServerProcess server;

    private TcpProxy proxy;
    private LeaseholdClient client;
    private LeaseholdClient writer;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(ServerTarget.configured());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        proxy = new TcpProxy(server.clientPort());
        client = LeaseholdClient.builder().endpoints(proxy.endpoint()).build();
        writer = LeaseholdClient.builder().endpoints(server.endpoint()).build();
    }

    @AfterEach
    void disconnect() {
        client.close();
        writer.close();
        proxy.close();
    }

    private static final class Log implements WatchListener {
        private final List<WatchEvent> events = new CopyOnWriteArrayList<>();
        private final List<Long> compactions = new CopyOnWriteArrayList<>();
        private final List<WatchEnd> ends = new CopyOnWriteArrayList<>();
        private final List<Long> progress = new CopyOnWriteArrayList<>();

        @Override
        public void onEvents(WatchBatch batch) {
            events.addAll(batch.events());
        }

        @Override
        public void onCompacted(long compactRevision) {
            compactions.add(compactRevision);
        }

        @Override
        public void onProgress(long revision) {
            progress.add(revision);
        }

        @Override
        public void onEnded(WatchEnd end) {
            ends.add(end);
        }

        void awaitEvents(int count) {
            Await.until(count + " events", Duration.ofSeconds(30), () -> events.size() >= count);
        }
    }

    private long put(String key, String value) {
        return await(writer.kv().put(utf8(key), utf8(value))).header().revision();
    }

    private static KeyRange prefix(String text) {
        return KeyRange.prefix(utf8(text));
    }

    @Test
    void puts_and_deletes_are_told_in_order_with_what_was_before() {
        Log log = new Log();
        Watcher watcher = client.watches().watch(prefix("w1/"), WatchOptions.DEFAULT.withPrevious(), log);
        await(watcher.established());

        put("w1/a", "1");
        put("w1/a", "2");
        await(writer.kv().delete(utf8("w1/a")));
        log.awaitEvents(3);

        assertThat(log.events).extracting(WatchEvent::isDelete).containsExactly(false, false, true);
        assertThat(log.events.get(1).previous().orElseThrow().value()).isEqualTo(utf8("1"));
        assertThat(log.events.get(2).previous().orElseThrow().value()).isEqualTo(utf8("2"));
        watcher.close();
        assertThat(watcher.ended()).succeedsWithin(Duration.ofSeconds(30)).satisfies(end -> assertThat(end.reason())
                .isEqualTo(WatchEnd.Reason.CLOSED));
    }

    @Test
    void history_is_watched_from_a_revision_on_and_filtered() {
        long from = put("w2/a", "1");
        put("w2/b", "2");
        await(writer.kv().delete(utf8("w2/a")));
        Log all = new Log();
        Log deletes = new Log();
        client.watches().watch(prefix("w2/"), WatchOptions.DEFAULT.from(from), all);
        client.watches().watch(prefix("w2/"), WatchOptions.DEFAULT.from(from).withoutPuts(), deletes);

        all.awaitEvents(3);
        deletes.awaitEvents(1);

        assertThat(deletes.events).singleElement().matches(WatchEvent::isDelete);
    }

    @Test
    void nothing_is_lost_or_repeated_over_many_disconnects() {
        Log log = new Log();
        Watcher watcher = client.watches().watch(prefix("w3/"), WatchOptions.DEFAULT, log);
        await(watcher.established());
        List<Long> revisions = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            revisions.add(put("w3/" + i % 10, Integer.toString(i)));
            if (i % 90 == 0) {
                proxy.cut();
            }
        }
        log.awaitEvents(1_000);
        Await.pause(Duration.ofMillis(300));

        assertThat(log.events).extracting(event -> event.entry().modRevision()).isEqualTo(revisions);
    }

    @Test
    void a_watch_goes_on_soon_after_a_restart_of_the_server() {
        Log log = new Log();
        await(client.watches().watch(prefix("w4/"), WatchOptions.DEFAULT, log).established());
        put("w4/a", "1");
        log.awaitEvents(1);

        server.kill();
        server.restart();
        put("w4/a", "2");

        Await.until("the second event", Duration.ofSeconds(30), () -> log.events.size() == 2);
    }

    @Test
    void history_that_was_compacted_meanwhile_is_told_once() {
        Log ending = new Log();
        Log goingOn = new Log();
        Watcher first = client.watches().watch(prefix("w5/"), WatchOptions.DEFAULT, ending);
        Watcher second = client.watches().watch(prefix("w5/"), WatchOptions.DEFAULT.goingOnAfterCompaction(), goingOn);
        await(first.established());
        await(second.established());
        proxy.refuse(true);
        long last = 0;
        for (int i = 0; i < 20; i++) {
            last = put("w5/a", Integer.toString(i));
        }
        await(writer.kv().compact(last, true));

        proxy.refuse(false);
        Await.until("the first ends", Duration.ofSeconds(30), () -> !ending.ends.isEmpty());
        put("w5/a", "after");
        goingOn.awaitEvents(2);

        assertThat(ending.compactions).containsExactly(last);
        assertThat(ending.ends).singleElement().satisfies(end -> {
            assertThat(end.reason()).isEqualTo(WatchEnd.Reason.COMPACTED);
            assertThat(end.compactRevision()).isEqualTo(goingOn.compactions.get(0));
        });
        assertThat(goingOn.compactions).containsExactly(last);
        assertThat(goingOn.ends).isEmpty();
        assertThat(goingOn.events)
                .extracting(event -> event.entry().value().toUtf8())
                .containsExactly("19", "after");
    }

    @Test
    void a_listener_may_make_calls_and_wait_for_them() {
        List<String> values = new CopyOnWriteArrayList<>();
        Watcher watcher = client.watches()
                .watch(
                        utf8("w6"),
                        batch -> values.add(await(client.kv().get(utf8("w6")))
                                .first()
                                .orElseThrow()
                                .value()
                                .toUtf8()));
        await(watcher.established());

        put("w6", "1");

        Await.until("the value is read", Duration.ofSeconds(30), () -> values.contains("1"));
    }

    @Test
    void a_listener_that_throws_goes_on_being_told() {
        AtomicInteger calls = new AtomicInteger();
        Watcher watcher = client.watches().watch(utf8("w7"), batch -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
            }
        });
        await(watcher.established());

        put("w7", "1");
        Await.until("the first", Duration.ofSeconds(30), () -> calls.get() == 1);
        put("w7", "2");

        Await.until("the second", Duration.ofSeconds(30), () -> calls.get() == 2);
    }

    @Test
    void a_slow_listener_misses_nothing_and_holds_up_nobody() {
        List<Long> slow = new CopyOnWriteArrayList<>();
        Log quick = new Log();
        Watcher slowWatcher = client.watches().watch(prefix("w8/"), WatchOptions.DEFAULT, batch -> {
            Await.pause(Duration.ofMillis(2));
            batch.events().forEach(event -> slow.add(event.entry().modRevision()));
        });
        Watcher quickWatcher = client.watches().watch(prefix("w8/"), WatchOptions.DEFAULT, quick);
        await(slowWatcher.established());
        await(quickWatcher.established());
        List<Long> revisions = new ArrayList<>();

        for (int i = 0; i < 1_500; i++) {
            revisions.add(put("w8/" + i, "v"));
        }
        quick.awaitEvents(1_500);
        Await.until("the slow one", Duration.ofSeconds(30), () -> slow.size() >= 1_500);

        assertThat(slow).isEqualTo(revisions);
    }

    @Test
    void a_thousand_watches_share_a_stream_and_progress_is_told_on_request() {
        List<Log> logs = new ArrayList<>();
        List<Watcher> watchers = LongStream.range(0, 1_000)
                .mapToObj(i -> {
                    Log log = new Log();
                    logs.add(log);
                    return client.watches().watch(prefix("w9/" + i), WatchOptions.DEFAULT, log);
                })
                .toList();
        watchers.forEach(watcher -> await(watcher.established()));

        put("w9/999", "v");
        logs.get(999).awaitEvents(1);
        watchers.get(0).requestProgress();

        Await.until(
                "progress", Duration.ofSeconds(30), () -> !logs.get(0).progress.isEmpty());
        watchers.forEach(Watcher::close);
    }
}
