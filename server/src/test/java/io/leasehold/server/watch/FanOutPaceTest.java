package io.leasehold.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How changes gather while many watchers are told of the ones before. */
final class FanOutPaceTest {
    @TempDir
    Path directory;

    private StoreUnderWatch store;
    private RecordingSink sink;
    private WatchStream stream;

    @BeforeEach
    void open() throws IOException {
        store = new StoreUnderWatch(directory);
        sink = new RecordingSink();
        stream = store.dispatcher.open(sink);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void few_watchers_are_told_of_each_change_at_once() {
        create(FanOutPace.RESPONSES_MIN - 1);

        store.put("a", "1");
        assertThat(store.dispatcher.turn(store.nowNanos)).isPositive();
        store.put("a", "2");
        assertThat(store.dispatcher.turn(store.nowNanos)).isPositive();

        assertThat(sink.messages).hasSize(2 * (FanOutPace.RESPONSES_MIN - 1));
    }

    @Test
    void many_watchers_are_told_of_what_gathered_in_one_response_each() {
        int watchers = FanOutPace.RESPONSES_MIN;
        create(watchers);

        store.put("a", "1");
        store.dispatcher.turn(store.nowNanos);
        assertThat(sink.messages).as("the first never waits").hasSize(watchers);
        sink.messages.clear();
        store.put("a", "2");
        store.put("a", "3");
        assertThat(store.dispatcher.turn(store.nowNanos)).isZero();
        assertThat(sink.messages).isEmpty();
        long restNanos = store.dispatcher.restNanos(store.nowNanos);
        assertThat(restNanos).isEqualTo(watchers * FanOutPace.NANOS_PER_RESPONSE);
        store.nowNanos += restNanos;
        store.dispatcher.turn(store.nowNanos);

        assertThat(sink.messages).hasSize(watchers).allSatisfy(message -> assertThat(message)
                .isInstanceOfSatisfying(WatchMessage.Events.class, events -> assertThat(events.events())
                        .extracting(EncodedEvent::revision)
                        .isEqualTo(List.of(3L, 4L))));
    }

    @Test
    void a_rest_that_is_over_is_looked_at_before_the_thread_sleeps() {
        create(FanOutPace.RESPONSES_MIN);
        store.put("a", "1");
        store.dispatcher.turn(store.nowNanos);

        assertThat(store.dispatcher.restNanos(store.nowNanos + FanOutPace.REST_NANOS_MAX))
                .as("nobody wakes the thread while it rests")
                .isZero();
        store.settle();
        assertThat(store.dispatcher.restNanos(store.nowNanos)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_request_is_answered_behind_what_was_written_before_it() {
        create(FanOutPace.RESPONSES_MIN);
        store.put("a", "1");
        store.dispatcher.turn(store.nowNanos);
        sink.messages.clear();

        store.put("a", "2");
        stream.progress();
        store.dispatcher.turn(store.nowNanos);

        assertThat(sink.messages).hasSize(FanOutPace.RESPONSES_MIN + 1);
        assertThat(sink.messages.getLast()).isEqualTo(new WatchMessage.Progress(3, WatchMessage.NO_WATCHER));
    }

    @Test
    void changes_that_crowd_gather_for_longer() {
        int watchers = FanOutPace.RESPONSES_MIN;
        create(watchers);
        long shortRestNanos = watchers * FanOutPace.NANOS_PER_RESPONSE;

        List<Long> rests = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            for (int change = 0; change < 8; change++) {
                store.put("a", "1");
            }
            store.dispatcher.turn(store.nowNanos);
            long restNanos = store.dispatcher.restNanos(store.nowNanos);
            rests.add(restNanos);
            store.nowNanos += shortRestNanos;
            // Not before the rest is over.
            store.nowNanos += Math.max(0, restNanos - shortRestNanos);
        }

        assertThat(rests.getFirst()).isEqualTo(shortRestNanos);
        assertThat(rests.getLast())
                .as("eight changes came in every short rest at first, so 64 of them take eight of those")
                .isGreaterThan(shortRestNanos)
                .isLessThanOrEqualTo(FanOutPace.CROWDED_REST_NANOS_MAX);
    }

    @Test
    void changes_of_which_one_comes_in_a_rest_wait_no_longer() {
        int watchers = FanOutPace.RESPONSES_MIN;
        create(watchers);
        long shortRestNanos = watchers * FanOutPace.NANOS_PER_RESPONSE;

        for (int change = 0; change < 10; change++) {
            store.put("a", "1");
            store.dispatcher.turn(store.nowNanos);
            assertThat(store.dispatcher.restNanos(store.nowNanos)).isEqualTo(shortRestNanos);
            store.nowNanos += shortRestNanos;
        }
    }

    @Test
    void there_is_no_rest_before_all_is_told() {
        create(FanOutPace.RESPONSES_MIN);
        for (int change = 0; change < 100; change++) {
            store.put("a", "1");
        }

        store.dispatcher.turn(store.nowNanos);
        assertThat(store.dispatcher.restNanos(store.nowNanos)).isZero();
        store.dispatcher.turn(store.nowNanos);

        assertThat(store.dispatcher.restNanos(store.nowNanos)).isPositive();
        assertThat(store.dispatcher.pendingEvents()).isZero();
    }

    private void create(int watchers) {
        for (int i = 0; i < watchers; i++) {
            stream.create(new WatchSpec(KeyRange.ALL, 0, 0, false, false, false, false, false));
        }
        store.settle();
        sink.messages.clear();
    }
}
