package io.leasehold.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.server.watch.WatchMessage.Canceled;
import io.leasehold.server.watch.WatchMessage.Compacted;
import io.leasehold.server.watch.WatchMessage.Created;
import io.leasehold.server.watch.WatchMessage.Events;
import io.leasehold.server.watch.WatchMessage.Progress;
import io.leasehold.server.watch.WatchMessage.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of watch.md that a dispatcher keeps; the numbers in comments are those of its section 13. */
final class WatchDispatcherTest {
    private static final int FRAGMENT_LIMIT_BYTES = 1000;

    @TempDir
    Path directory;

    private StoreUnderWatch store;
    private RecordingSink sink;
    private WatchStream stream;

    @BeforeEach
    void open() throws IOException {
        store = new StoreUnderWatch(directory, EventFeed.Limits.DEFAULT, FRAGMENT_LIMIT_BYTES);
        sink = new RecordingSink();
        stream = store.dispatcher.open(sink);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void watchers_are_created_with_ids_from_zero_at_the_current_revision() { // 1
        store.put("x", "1");

        create(watch("a", 0));
        create(watch("a", 0));

        assertThat(received()).containsExactly(new Created(2, 0), new Created(2, 1));
    }

    @Test
    void chosen_ids_pass_over_those_in_use_and_never_come_twice() { // 2, 3
        create(watch("a", 0));
        create(withId(1));
        create(watch("a", 0));
        create(withId(1));
        stream.cancel(0);
        create(watch("a", 0));
        create(withId(-9));

        assertThat(received())
                .containsExactly(
                        new Created(1, 0),
                        new Created(1, 1),
                        new Created(1, 2),
                        new Refused(1, "mvcc: duplicate watch ID provided on the WatchStream"),
                        new Canceled(1, 0),
                        new Created(1, 3),
                        new Created(1, -9));
    }

    @Test
    void an_explicit_id_may_be_used_again_after_its_cancel() {
        create(withId(5));
        stream.cancel(5);
        create(withId(5));

        assertThat(received()).containsExactly(new Created(1, 5), new Canceled(1, 5), new Created(1, 5));
    }

    @Test
    void the_cancel_of_an_unknown_watcher_is_not_answered() { // 4
        stream.cancel(3);

        assertThat(received()).isEmpty();
        assertThat(sink.handled).isEqualTo(1);
    }

    @Test
    void progress_is_told_when_all_watchers_have_all_there_is() { // 5, 8
        stream.progress();
        assertThat(received()).as("no watcher, no answer").isEmpty();

        create(watch("a", 0));
        store.put("b", "1");
        stream.progress();
        assertThat(received()).containsExactly(new Created(1, 0), new Progress(2, WatchMessage.NO_WATCHER));
    }

    @Test
    void progress_is_silent_while_a_watcher_lags() { // 6
        store.put("a", "1");
        sink.room = 0;
        create(watch("a", 1));
        stream.progress();
        assertThat(received()).containsExactly(new Created(2, 0));

        sink.makeRoom(1, stream);
        assertThat(received()).hasSize(1).first().isInstanceOf(Events.class);
        stream.progress();
        assertThat(received()).containsExactly(new Progress(2, WatchMessage.NO_WATCHER));
    }

    @Test
    void progress_is_silent_until_a_future_watchers_start_is_reached() { // 7, 21
        create(watch("a", 3));
        store.put("a", "2");
        stream.progress();
        assertThat(received()).hasSize(1).first().isInstanceOf(Created.class);

        store.put("a", "3");
        stream.progress();
        List<WatchMessage> later = received();
        assertThat(events(later.get(0)))
                .extracting(e -> e.getKv().getModRevision())
                .containsExactly(3L);
        assertThat(later.get(1)).isEqualTo(new Progress(3, WatchMessage.NO_WATCHER));
    }

    @Test
    void a_transaction_is_one_response_in_the_order_of_its_changes() { // 9, 13
        store.put("c", "0");
        create(all());
        store.store.put(StoreUnderWatch.bytes("b"), StoreUnderWatch.bytes("1"), 7);
        store.store.put(StoreUnderWatch.bytes("a"), StoreUnderWatch.bytes("1"), 0);
        store.store.deleteKey(StoreUnderWatch.bytes("c"));
        store.commit();

        List<WatchMessage> messages = received();
        assertThat(messages).hasSize(2);
        assertThat(messages.get(1).revision()).isEqualTo(3);
        List<Event> events = events(messages.get(1));
        assertThat(events).extracting(e -> e.getKv().getKey().toStringUtf8()).containsExactly("b", "a", "c");
        assertThat(events).extracting(e -> e.getKv().getModRevision()).containsOnly(3L);
        assertThat(events.get(0).getKv().getLease()).isEqualTo(7);
        Event deletion = events.get(2);
        assertThat(deletion.getType()).isEqualTo(Event.EventType.DELETE);
        assertThat(deletion.getKv().getVersion()).isZero();
        assertThat(deletion.getKv().getCreateRevision()).isZero();
        assertThat(deletion.getKv().getValue().isEmpty()).isTrue();
    }

    @Test
    void several_revisions_of_a_batch_are_one_response_with_the_last_ones_revision() {
        create(all());
        for (int i = 0; i < 3; i++) {
            store.store.put(StoreUnderWatch.bytes("a"), StoreUnderWatch.bytes("" + i), 0);
            store.store.finishRevision();
        }
        store.publish();

        List<WatchMessage> messages = received();
        assertThat(messages).extracting(WatchMessage::revision).containsExactly(1L, 4L);
        assertThat(events(messages.get(1)))
                .extracting(event -> event.getKv().getModRevision())
                .containsExactly(2L, 3L, 4L);
    }

    @Test
    void a_response_ends_with_a_whole_revision_when_a_batch_is_too_large_for_one() {
        create(all());
        String half = "x".repeat(40 * 1024);
        for (int i = 0; i < 3; i++) {
            store.store.put(StoreUnderWatch.bytes("a"), StoreUnderWatch.bytes(half), 0);
            store.store.put(StoreUnderWatch.bytes("b"), StoreUnderWatch.bytes("b"), 0);
            store.store.finishRevision();
        }
        store.publish();

        List<WatchMessage> messages = received();
        assertThat(messages).extracting(WatchMessage::revision).containsExactly(1L, 3L, 4L);
        assertThat(events(messages.get(1)))
                .extracting(event -> event.getKv().getModRevision())
                .containsExactly(2L, 2L, 3L, 3L);
        assertThat(events(messages.get(2)))
                .extracting(event -> event.getKv().getModRevision())
                .containsExactly(4L, 4L);
    }

    @Test
    void what_was_before_is_told_to_those_who_ask() { // 14
        create(new WatchSpec(KeyRange.ALL, 0, 0, false, false, true, false, false));
        create(all());
        store.put("a", "1");
        store.put("a", "2");
        store.delete("a", "");

        List<WatchMessage> messages = received();
        List<Event> asked = eventsOf(messages, 0);
        assertThat(asked.get(0).hasPrevKv()).isFalse();
        assertThat(asked.get(1).getPrevKv().getValue().toStringUtf8()).isEqualTo("1");
        assertThat(asked.get(2).getPrevKv().getValue().toStringUtf8()).isEqualTo("2");
        assertThat(eventsOf(messages, 1)).hasSize(3).noneMatch(Event::hasPrevKv);
    }

    @Test
    void filters_leave_out_puts_or_deletes() { // 16
        create(new WatchSpec(KeyRange.ALL, 0, 0, true, false, false, false, false));
        create(new WatchSpec(KeyRange.ALL, 0, 0, false, true, false, false, false));
        create(new WatchSpec(KeyRange.ALL, 0, 0, true, true, false, false, false));
        store.put("a", "1");
        store.delete("a", "");
        stream.progress();

        List<WatchMessage> messages = received();
        assertThat(eventsOf(messages, 0)).extracting(Event::getType).containsExactly(Event.EventType.DELETE);
        assertThat(eventsOf(messages, 1)).extracting(Event::getType).containsExactly(Event.EventType.PUT);
        assertThat(eventsOf(messages, 2)).isEmpty();
        assertThat(messages).last().isEqualTo(new Progress(3, WatchMessage.NO_WATCHER));
    }

    @Test
    void history_comes_in_slices_that_do_not_split_a_transaction() { // 17, 18
        for (int i = 0; i < 2500; i++) {
            store.store.put(StoreUnderWatch.bytes("a"), StoreUnderWatch.bytes("" + i), 0);
            store.store.put(StoreUnderWatch.bytes("b"), StoreUnderWatch.bytes("" + i), 0);
            store.commit();
        }
        create(watchAll(1));

        List<WatchMessage> messages = received();
        List<WatchMessage> replay = messages.subList(1, messages.size());
        assertThat(replay).hasSizeGreaterThanOrEqualTo(3).allMatch(message -> message.revision() == 2501);
        long last = 1;
        for (WatchMessage message : replay) {
            List<Event> events = events(message);
            assertThat(events.stream().map(e -> e.getKv().getModRevision()).distinct())
                    .hasSizeLessThanOrEqualTo(CatchUp.SLICE_REVISIONS_LIMIT);
            assertThat(events.getFirst().getKv().getModRevision()).isEqualTo(last + 1);
            last = events.getLast().getKv().getModRevision();
        }
        assertThat(eventsOf(messages, 0)).hasSize(5000);
    }

    @Test
    void a_start_below_the_compaction_is_created_and_cancelled() { // 19, 20, 43
        for (int i = 0; i < 5; i++) {
            store.put("a", "" + i);
        }
        store.compact(4);
        create(watch("a", 3));
        create(watch("a", 4));

        List<WatchMessage> messages = received();
        assertThat(messages.subList(0, 3)).containsExactly(new Created(6, 0), new Compacted(0, 4), new Created(6, 1));
        assertThat(new Compacted(0, 4).revision()).isZero();
        assertThat(eventsOf(messages, 1))
                .extracting(e -> e.getKv().getModRevision())
                .containsExactly(4L, 5L, 6L);

        stream.cancel(0);
        assertThat(received()).as("it is gone").isEmpty();
    }

    @Test
    void a_negative_start_and_an_empty_range_are_refused() { // 22, 25
        create(watch("a", -1));
        create(new WatchSpec(range("b", "a"), 0, 0, false, false, false, false, false));
        create(withId(-1));
        stream.refuse("rpc error: code = PermissionDenied desc = etcdserver: permission denied");

        assertThat(received())
                .containsExactly(
                        new Refused(1, "etcdserver: mvcc: required revision has been compacted"),
                        new Refused(1, "mvcc: watcher range is empty"),
                        new Refused(1, "mvcc: duplicate watch ID provided on the WatchStream"),
                        new Refused(1, "rpc error: code = PermissionDenied desc = etcdserver: permission denied"));
        assertThat(sink.handled).isEqualTo(4);
    }

    @Test
    void large_responses_are_cut_between_events_for_those_who_allow_it() { // 30, 31
        create(all());
        create(new WatchSpec(KeyRange.ALL, 0, 0, false, false, false, false, true));
        String big = "x".repeat(FRAGMENT_LIMIT_BYTES * 2 / 5);
        for (String key : List.of("a", "b", "c", "d", "e")) {
            store.store.put(StoreUnderWatch.bytes(key), StoreUnderWatch.bytes(big), 0);
        }
        store.commit();
        store.put("f", "x".repeat(FRAGMENT_LIMIT_BYTES * 2));

        List<Events> whole = responsesOf(received(), 0);
        assertThat(whole).hasSize(2).noneMatch(Events::fragment);
    }

    @Test
    void fragments_of_a_response_follow_each_other_and_the_last_says_so() {
        create(new WatchSpec(KeyRange.ALL, 0, 0, false, false, false, false, true));
        String big = "x".repeat(FRAGMENT_LIMIT_BYTES * 2 / 5);
        for (String key : List.of("a", "b", "c", "d", "e")) {
            store.store.put(StoreUnderWatch.bytes(key), StoreUnderWatch.bytes(big), 0);
        }
        store.commit();
        store.put("f", "x".repeat(FRAGMENT_LIMIT_BYTES * 2));

        List<Events> pieces = responsesOf(received(), 0);
        assertThat(pieces).extracting(Events::fragment).containsExactly(true, true, false, false);
        assertThat(pieces).extracting(Events::revision).containsExactly(2L, 2L, 2L, 3L);
        assertThat(pieces).extracting(piece -> piece.events().size()).containsExactly(2, 2, 1, 1);
    }

    @Test
    void a_slow_stream_loses_nothing_and_does_not_hold_up_others() { // 32
        RecordingSink quick = new RecordingSink();
        WatchStream other = store.dispatcher.open(quick);
        create(watch("a", 0));
        other.create(watch("a", 0));
        store.settle();
        sink.room = 1;
        for (int i = 0; i < 50; i++) {
            store.put("a", "" + i);
            store.settle();
        }

        assertThat(eventsOf(quick.take(), 0)).hasSize(50);
        assertThat(store.dispatcher.counters().laggingWatchers()).isEqualTo(1);
        assertThat(eventsOf(sink.messages, 0)).hasSize(1);

        sink.makeRoom(Integer.MAX_VALUE, stream);
        store.settle();
        assertThat(eventsOf(sink.messages, 0))
                .extracting(e -> Integer.parseInt(e.getKv().getValue().toStringUtf8()))
                .isSorted()
                .hasSize(50);
        assertThat(store.dispatcher.counters().laggingWatchers()).isZero();
    }

    @Test
    void a_slow_watcher_that_is_passed_by_a_compaction_is_cancelled() { // 33
        create(watch("a", 0));
        sink.room = 0;
        for (int i = 0; i < 10; i++) {
            store.put("a", "" + i);
        }
        store.settle();
        store.compact(8);
        assertThat(received()).containsExactly(new Created(1, 0));

        sink.makeRoom(1, stream);
        assertThat(received()).containsExactly(new Compacted(0, 8));
        assertThat(store.dispatcher.counters().watchers()).isZero();
        assertThat(store.dispatcher.counters().laggingWatchers()).isZero();
    }

    @Test
    void a_synced_watcher_is_not_affected_by_a_compaction() {
        create(watch("a", 0));
        for (int i = 0; i < 10; i++) {
            store.put("b", "" + i);
        }
        store.compact(11);
        store.put("a", "1");

        assertThat(eventsOf(received(), 0)).hasSize(1);
    }

    @Test
    void events_that_were_dropped_on_the_way_come_from_history() throws IOException {
        try (StoreUnderWatch tight =
                new StoreUnderWatch(directory.resolve("tight"), new EventFeed.Limits(4, 2), FRAGMENT_LIMIT_BYTES)) {
            WatchStream watching = tight.dispatcher.open(sink);
            watching.create(watch("a", 0));
            tight.settle();
            for (int i = 0; i < 20; i++) {
                tight.put("a", "" + i);
            }
            assertThat(tight.dispatcher.pendingEvents()).isLessThanOrEqualTo(4);
            tight.settle();

            assertThat(eventsOf(sink.messages, 0)).hasSize(20);
        }
    }

    @Test
    void without_streams_nothing_is_queued() {
        stream.close();
        store.settle();
        store.put("a", "1");

        assertThat(store.dispatcher.pendingEvents()).isZero();
        assertThat(store.dispatcher.counters().streams()).isZero();
    }

    @Test
    void a_watcher_created_after_quiet_times_sees_what_follows() { // 45
        store.put("a", "1");
        create(watch("a", 0));
        store.put("a", "2");

        List<WatchMessage> messages = received();
        long created = messages.getFirst().revision();
        assertThat(eventsOf(messages, 0))
                .hasSize((int) (3 - created))
                .allMatch(event -> event.getKv().getModRevision() > created);
    }

    @Test
    void ten_thousand_watchers_go_without_a_trace() { // 42
        for (int i = 0; i < 10_000; i++) {
            create(watch("k" + i, 0));
        }
        store.settle();
        assertThat(store.dispatcher.counters().watchers()).isEqualTo(10_000);
        store.put("k77", "1");
        assertThat(received().getLast().watchId()).isEqualTo(77);

        for (int i = 0; i < 10_000; i++) {
            stream.cancel(i);
        }
        store.settle();
        store.put("k77", "2");
        assertThat(received()).hasSize(10_000).allMatch(Canceled.class::isInstance);
        assertThat(store.dispatcher.counters().watchers()).isZero();
    }

    @Test
    void an_idle_watcher_is_told_its_progress_now_and_then_and_a_busy_one_not() { // 44
        create(new WatchSpec(range("a", "b"), 0, 0, false, false, false, true, false));
        received();
        store.put("x", "1");
        nextInterval();
        assertThat(received()).containsExactly(new Progress(2, 0));

        store.put("a", "1");
        assertThat(received()).hasSize(1);
        nextInterval();
        assertThat(received()).as("it had an event").isEmpty();
        nextInterval();
        assertThat(received()).containsExactly(new Progress(3, 0));
    }

    @Test
    void periodic_progress_waits_for_a_future_start() {
        create(new WatchSpec(KeyRange.ALL, 5, 0, false, false, false, true, false));
        received();
        nextInterval();

        assertThat(received()).isEmpty();
    }

    @Test
    void the_thread_may_rest_until_progress_is_due() {
        assertThat(store.dispatcher.restNanos(store.nowNanos)).isEqualTo(Long.MAX_VALUE);

        stream.create(new WatchSpec(KeyRange.ALL, 0, 0, false, false, false, true, false));
        assertThat(store.dispatcher.restNanos(store.nowNanos)).isZero();
        received();
        assertThat(store.dispatcher.restNanos(store.nowNanos))
                .isBetween(StoreUnderWatch.PROGRESS_INTERVAL_NANOS, StoreUnderWatch.PROGRESS_INTERVAL_NANOS * 11 / 10);
    }

    /** Creates a watcher and waits until that is done: what is written then is later. */
    private void create(WatchSpec spec) {
        stream.create(spec);
        store.settle();
    }

    private void nextInterval() {
        store.nowNanos += StoreUnderWatch.PROGRESS_INTERVAL_NANOS * 11 / 10;
    }

    private List<WatchMessage> received() {
        store.settle();
        return sink.take();
    }

    private static List<Event> events(WatchMessage message) {
        assertThat(message).isInstanceOf(Events.class);
        return WatchModelTest.decode((Events) message);
    }

    private static List<Events> responsesOf(List<WatchMessage> messages, long watchId) {
        return messages.stream()
                .filter(message -> message instanceof Events && message.watchId() == watchId)
                .map(Events.class::cast)
                .toList();
    }

    private static List<Event> eventsOf(List<WatchMessage> messages, long watchId) {
        return responsesOf(messages, watchId).stream()
                .flatMap(message -> events(message).stream())
                .toList();
    }

    private static KeyRange range(String key, String end) {
        return KeyRange.of(StoreUnderWatch.bytes(key), StoreUnderWatch.bytes(end));
    }

    private static WatchSpec watch(String key, long startRevision) {
        return new WatchSpec(range(key, ""), startRevision, 0, false, false, false, false, false);
    }

    private static WatchSpec withId(long id) {
        return new WatchSpec(range("a", ""), 0, id, false, false, false, false, false);
    }

    private static WatchSpec all() {
        return watchAll(0);
    }

    private static WatchSpec watchAll(long startRevision) {
        return new WatchSpec(KeyRange.ALL, startRevision, 0, false, false, false, false, false);
    }
}
