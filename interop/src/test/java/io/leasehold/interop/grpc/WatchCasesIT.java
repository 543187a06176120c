package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.ZERO;
import static io.leasehold.interop.grpc.Calls.bytes;
import static io.leasehold.interop.grpc.Calls.deleteOp;
import static io.leasehold.interop.grpc.Calls.putOp;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest.FilterType;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What watchers are told: creation, refusal, cancellation, events and their order. Each test watches keys of its own. */
final class WatchCasesIT {
    private static final int UNKNOWN_FILTER = 17;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    final Calls calls = new Calls(SERVER.endpoint());

    private final WatchSession watch = calls.watch();

    @Test
    void a_creation_tells_the_current_revision_and_ids_count_from_zero() {
        long revision = calls.put("ids", "v");

        WatchResponse first = watch.create(of("ids"));

        assertThat(first.getCreated()).isTrue();
        assertThat(first.getWatchId()).isZero();
        assertThat(first.getEventsCount()).isZero();
        assertThat(first.getHeader().getRevision()).isEqualTo(revision);
        assertThat(first.getHeader().getClusterId()).isNotZero();
        assertThat(first.getHeader().getMemberId()).isNotZero();
        assertThat(watch.create(of("ids")).getWatchId()).isEqualTo(1);
    }

    @Test
    void ids_of_the_client_are_kept_and_skipped_and_never_doubled() {
        assertThat(watch.create(of("own")).getWatchId()).isZero();
        assertThat(watch.create(of("own").setWatchId(1)).getWatchId()).isEqualTo(1);
        assertThat(watch.create(of("own")).getWatchId()).isEqualTo(2);

        WatchResponse refusal = watch.create(of("own").setWatchId(1));

        assertThat(refusal.getCreated()).isTrue();
        assertThat(refusal.getCanceled()).isTrue();
        assertThat(refusal.getWatchId()).isEqualTo(-1);
        assertThat(refusal.getCancelReason()).isEqualTo("mvcc: duplicate watch ID provided on the WatchStream");
        assertThat(watch.create(of("own")).getWatchId()).isEqualTo(3);
    }

    @Test
    void an_id_is_not_given_twice_after_a_cancel() {
        watch.watch("cancelled", 0);

        watch.cancel(0);
        WatchResponse cancelled = watch.next();

        assertThat(cancelled.getCanceled()).isTrue();
        assertThat(cancelled.getWatchId()).isZero();
        assertThat(cancelled.getCompactRevision()).isZero();
        assertThat(watch.watch("cancelled", 0)).isEqualTo(1);
        calls.put("cancelled", "v");
        assertThat(watch.next().getWatchId()).isEqualTo(1);
        watch.isSilent();
    }

    @Test
    void a_cancel_of_no_watcher_is_not_answered() {
        watch.cancel(4711);

        watch.isSilent();
        assertThat(watch.watch("other", 0)).isZero();
    }

    @Test
    void a_watch_of_an_empty_range_is_refused() {
        WatchResponse refusal = watch.create(of("b").setRangeEnd(bytes("a")));

        assertThat(refusal.getCreated()).isTrue();
        assertThat(refusal.getCanceled()).isTrue();
        assertThat(refusal.getWatchId()).isEqualTo(-1);
        assertThat(refusal.getCancelReason()).isEqualTo("mvcc: watcher range is empty");
    }

    @Test
    void a_negative_start_is_refused_as_compacted() {
        Assumptions.assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "etcd 3.4 takes it as now");

        WatchResponse refusal = watch.create(of("negative").setStartRevision(-1));

        assertThat(refusal.getCanceled()).isTrue();
        assertThat(refusal.getCancelReason()).isEqualTo("etcdserver: mvcc: required revision has been compacted");
    }

    @Test
    void an_empty_key_is_one_zero_byte() {
        watch.create(WatchCreateRequest.newBuilder());
        calls.put("some key", "v");
        calls.put(PutRequest.newBuilder().setKey(ZERO));

        assertThat(watch.next().getEvents(0).getKv().getKey()).isEqualTo(ZERO);
    }

    @Test
    void two_zero_bytes_are_every_key() {
        watch.create(
                WatchCreateRequest.newBuilder().setKey(ZERO).setRangeEnd(ZERO).setStartRevision(calls.revision() + 1));
        calls.put("!", "1");
        calls.put("~", "2");

        assertThat(watch.events(2))
                .extracting(event -> event.getKv().getKey().toStringUtf8())
                .containsExactly("!", "~");
    }

    @Test
    void the_changes_of_a_txn_come_together_in_their_order() {
        calls.put("txn/c", "old");
        watch.create(of("txn/").setRangeEnd(bytes("txn0")));

        long revision = calls.txn(putOp("txn/b", "1"), putOp("txn/a", "2"), deleteOp("txn/c"))
                .getHeader()
                .getRevision();
        WatchResponse response = watch.next();

        assertThat(response.getHeader().getRevision()).isEqualTo(revision);
        assertThat(response.getEventsList())
                .extracting(event -> event.getKv().getKey().toStringUtf8())
                .containsExactly("txn/b", "txn/a", "txn/c");
        assertThat(response.getEventsList()).allMatch(event -> event.getKv().getModRevision() == revision);
    }

    @Test
    void what_changes_nothing_is_no_event() {
        watch.watch("quiet", 0);

        calls.delete("quiet");
        calls.txn();
        calls.txn(deleteOp("quiet"));

        watch.isSilent();
        calls.put("quiet", "v");
        calls.put("quiet", "v");
        assertThat(watch.events(2).get(1).getKv().getVersion()).isEqualTo(2);
    }

    @Test
    void a_deletion_carries_the_key_and_its_revision_alone() {
        calls.put("gone", "v");
        watch.watch("gone", 0);

        long revision = calls.delete("gone");

        assertThat(watch.next().getEvents(0))
                .isEqualTo(Event.newBuilder()
                        .setType(Event.EventType.DELETE)
                        .setKv(KeyValue.newBuilder().setKey(bytes("gone")).setModRevision(revision))
                        .build());
    }

    @Test
    void the_state_before_is_there_when_asked_for_but_for_creations() {
        long lease = calls.grant(60);
        watch.create(of("before").setPrevKv(true));

        calls.put(PutRequest.newBuilder()
                .setKey(bytes("before"))
                .setValue(bytes("1"))
                .setLease(lease));
        calls.put("before", "2");
        calls.delete("before");
        List<Event> events = watch.events(3);

        assertThat(events.get(0).hasPrevKv()).isFalse();
        assertThat(events.get(1).getPrevKv().getValue()).isEqualTo(bytes("1"));
        assertThat(events.get(1).getPrevKv().getLease()).isEqualTo(lease);
        assertThat(events.get(2).getPrevKv().getValue()).isEqualTo(bytes("2"));
        assertThat(events.get(2).getPrevKv().getVersion()).isEqualTo(2);
    }

    @Test
    void the_state_before_is_missing_once_it_is_compacted() {
        calls.put("squeezed", "1");
        long second = calls.put("squeezed", "2");
        calls.compact(second);

        watch.create(of("squeezed").setPrevKv(true).setStartRevision(second));
        Event event = watch.next().getEvents(0);

        assertThat(event.getKv().getValue()).isEqualTo(bytes("2"));
        assertThat(event.hasPrevKv()).isFalse();
    }

    @Test
    void filters_leave_out_puts_or_deletions_or_both() {
        watch.create(of("filter").setWatchId(1).addFilters(FilterType.NOPUT));
        watch.create(of("filter").setWatchId(2).addFilters(FilterType.NOPUT).addFilters(FilterType.NODELETE));
        watch.create(of("filter").setWatchId(3).addFiltersValue(UNKNOWN_FILTER).addFilters(FilterType.NODELETE));

        calls.put("filter", "v");
        calls.delete("filter");
        List<WatchResponse> two = List.of(watch.next(), watch.next());

        assertThat(two).extracting(WatchResponse::getWatchId).containsExactlyInAnyOrder(1L, 3L);
        assertThat(two)
                .allMatch(each -> each.getEvents(0).getType()
                        == (each.getWatchId() == 1 ? Event.EventType.DELETE : Event.EventType.PUT));
        watch.isSilent();
    }

    @Test
    void history_comes_in_order_and_no_txn_is_split() {
        long first = calls.put("history/a", "0");
        for (int i = 1; i < 2_500; i++) {
            calls.txn(putOp("history/a", "v" + i), putOp("history/b", "v" + i));
        }

        watch.create(of("history/").setRangeEnd(bytes("history0")).setStartRevision(first));
        long expected = first;
        while (expected < first + 2_500) {
            WatchResponse response = watch.next();
            long last =
                    response.getEvents(response.getEventsCount() - 1).getKv().getModRevision();
            assertThat(response.getEvents(0).getKv().getModRevision()).isEqualTo(expected);
            assertThat(response.getEventsCount() + (expected == first ? 1 : 0)).isEqualTo(2 * (last - expected + 1));
            assertThat(response.getHeader().getRevision()).isGreaterThanOrEqualTo(last);
            expected = last + 1;
        }
    }

    @Test
    void a_start_below_the_compaction_is_created_and_then_cancelled() {
        long first = calls.put("low", "1");
        long second = calls.put("low", "2");
        calls.compact(second);

        WatchResponse created = watch.create(of("low").setStartRevision(first));
        WatchResponse cancelled = watch.next();

        assertThat(created.getCreated()).isTrue();
        assertThat(created.getCanceled()).isFalse();
        assertThat(cancelled.getCanceled()).isTrue();
        assertThat(cancelled.getWatchId()).isEqualTo(created.getWatchId());
        assertThat(cancelled.getCompactRevision()).isEqualTo(second);
        assertThat(cancelled.getCancelReason()).isEmpty();
        assertThat(cancelled.getHeader().getMemberId()).isNotZero();
        watch.watch("low", second);
        assertThat(watch.next().getEvents(0).getKv().getModRevision()).isEqualTo(second);
    }

    @Test
    void a_start_in_the_future_skips_what_comes_before_it() {
        long now = calls.revision();
        watch.watch("future", now + 3);

        calls.put("future", "1");
        calls.put("future", "2");
        watch.isSilent();
        calls.put("future", "3");

        assertThat(watch.next().getEvents(0).getKv().getValue()).isEqualTo(bytes("3"));
    }

    @Test
    void the_keys_of_a_lease_are_deleted_in_their_order_and_in_one_revision() {
        long lease = calls.grant(60);
        for (String key : List.of("leased/c", "leased/a", "leased/b")) {
            calls.put(PutRequest.newBuilder().setKey(bytes(key)).setLease(lease));
        }
        watch.create(of("leased/").setRangeEnd(bytes("leased0")));

        calls.revoke(lease);
        WatchResponse response = watch.next();

        assertThat(response.getEventsList())
                .extracting(event -> event.getKv().getKey().toStringUtf8())
                .containsExactly("leased/a", "leased/b", "leased/c");
        assertThat(response.getEventsList())
                .extracting(event -> event.getKv().getModRevision())
                .containsOnly(response.getHeader().getRevision());
    }

    @Test
    void events_go_on_after_the_client_has_closed_its_side() {
        watch.watch("half", 0);

        watch.halfClose();
        calls.put("half", "v");

        assertThat(watch.next().getEvents(0).getKv().getValue()).isEqualTo(bytes("v"));
    }

    @Test
    void two_watchers_of_a_stream_are_both_told() {
        watch.watch("both", 0);
        watch.watch("both", 0);

        calls.put("both", "v");

        assertThat(List.of(watch.next(), watch.next()))
                .extracting(WatchResponse::getWatchId)
                .containsExactlyInAnyOrder(0L, 1L);
    }

    @Test
    void progress_is_the_current_revision_also_when_other_keys_change() {
        watch.watch("idle", 0);
        calls.put("elsewhere", "v");
        long revision = calls.put("elsewhere", "w");

        watch.askForProgress();
        WatchResponse progress = watch.next();

        assertThat(progress.getWatchId()).isEqualTo(-1);
        assertThat(progress.getEventsCount()).isZero();
        assertThat(progress.getCreated()).isFalse();
        assertThat(progress.getCanceled()).isFalse();
        assertThat(progress.getHeader().getRevision()).isEqualTo(revision);
    }

    @Test
    void progress_is_silent_without_a_watcher_and_before_a_future_start() {
        Assumptions.assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "etcd 3.4.23 always answers");

        watch.askForProgress();
        watch.isSilent();
        watch.watch("later", calls.revision() + 2);
        watch.askForProgress();
        watch.isSilent();

        calls.put("later", "1");
        long reached = calls.put("later", "2");
        assertThat(watch.next().getEvents(0).getKv().getModRevision()).isEqualTo(reached);
        watch.askForProgress();
        assertThat(watch.next().getHeader().getRevision()).isEqualTo(reached);
    }

    @Test
    void ten_thousand_watchers_of_a_stream_are_created_told_and_cancelled() {
        int many = 10_000;
        for (int i = 0; i < many; i++) {
            watch.watch("many/" + i, 0);
        }

        calls.put("many/9999", "v");
        assertThat(watch.next().getWatchId()).isEqualTo(9_999);
        for (int i = 0; i < many; i++) {
            watch.cancel(i);
        }
        for (int i = 0; i < many; i++) {
            assertThat(watch.next().getCanceled()).isTrue();
        }

        calls.put("many/0", "v");
        watch.isSilent();
    }

    private static WatchCreateRequest.Builder of(String key) {
        return WatchCreateRequest.newBuilder().setKey(bytes(key));
    }
}
