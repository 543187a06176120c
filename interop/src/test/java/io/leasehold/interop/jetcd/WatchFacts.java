package io.leasehold.interop.jetcd;

import static io.leasehold.interop.jetcd.JetcdClient.answer;
import static io.leasehold.interop.jetcd.JetcdClient.bytes;
import static io.leasehold.interop.jetcd.JetcdClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.leasehold.interop.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Watches by jetcd's interfaces. */
// A watch runs as long as its block, which has no need to mention it.
@SuppressWarnings("try")
abstract class WatchFacts {
    private static final Duration EVENTS_LIMIT = Duration.ofSeconds(15);

    /** Who is asked. */
    abstract JetcdClient client();

    private final List<WatchEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void every_change_arrives_once_and_in_order() {
        long from = put("order/0", "0") + 1;
        try (var watcher = client().watch()
                .watch(
                        bytes("order/"),
                        WatchOption.builder().isPrefix(true).withRevision(from).build(),
                        response -> events.addAll(response.getEvents()))) {
            for (int i = 0; i < 300; i++) {
                put("order/" + i % 7, Integer.toString(i));
            }

            Await.until("300 events", EVENTS_LIMIT, () -> events.size() >= 300);
        }
        assertThat(events.stream().map(event -> text(event.getKeyValue().getValue())))
                .containsExactlyElementsOf(
                        IntStream.range(0, 300).mapToObj(Integer::toString).toList());
    }

    @Test
    void history_is_replayed_and_goes_over_into_live_changes() {
        long from = put("replay", "0");
        for (int i = 1; i < 50; i++) {
            put("replay", Integer.toString(i));
        }
        try (var watcher = client().watch()
                .watch(
                        bytes("replay"),
                        WatchOption.builder().withRevision(from).build(),
                        response -> events.addAll(response.getEvents()))) {
            for (int i = 50; i < 100; i++) {
                put("replay", Integer.toString(i));
            }

            Await.until("100 events", EVENTS_LIMIT, () -> events.size() >= 100);
        }
        assertThat(events.stream().map(event -> text(event.getKeyValue().getValue())))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void deletions_show_what_was_there() {
        long from = put("gone", "last") + 1;
        try (var watcher = client().watch()
                .watch(
                        bytes("gone"),
                        WatchOption.builder()
                                .withRevision(from)
                                .withPrevKV(true)
                                .build(),
                        response -> events.addAll(response.getEvents()))) {
            answer(client().kv().delete(bytes("gone")));

            Await.until("the deletion", EVENTS_LIMIT, () -> !events.isEmpty());
        }
        assertThat(events.get(0).getEventType()).isEqualTo(WatchEvent.EventType.DELETE);
        assertThat(text(events.get(0).getPrevKV().getValue())).isEqualTo("last");
    }

    @Test
    void filters_keep_events_away() {
        long from = put("filter", "1") + 1;
        try (var watcher = client().watch()
                .watch(
                        bytes("filter"),
                        WatchOption.builder().withRevision(from).withNoPut(true).build(),
                        response -> events.addAll(response.getEvents()))) {
            put("filter", "2");
            answer(client().kv().delete(bytes("filter")));

            Await.until("the deletion", EVENTS_LIMIT, () -> !events.isEmpty());
        }
        assertThat(events).hasSize(1);
        assertThat(events.get(0).getEventType()).isEqualTo(WatchEvent.EventType.DELETE);
    }

    @Test
    void a_watch_below_the_compacted_revision_reports_it() {
        long first = put("compacted", "1");
        long second = put("compacted", "2");
        answer(client().kv().compact(second));
        List<Throwable> errors = new CopyOnWriteArrayList<>();

        try (var watcher = client().watch()
                .watch(
                        bytes("compacted"),
                        WatchOption.builder().withRevision(first).build(),
                        response -> {},
                        errors::add)) {
            Await.until("the refusal", EVENTS_LIMIT, () -> !errors.isEmpty());
        }

        assertThat(errors.get(0))
                .isInstanceOfSatisfying(CompactedException.class, refusal -> assertThat(refusal.getCompactedRevision())
                        .isEqualTo(second));
    }

    private long put(String key, String value) {
        return answer(client().kv().put(bytes(key), bytes(value))).getHeader().getRevision();
    }
}
