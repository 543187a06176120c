package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a watch follows what a server sends, over the lives of its streams. */
final class WatchTest {
    private final VirtualTimeline time = new VirtualTimeline();
    private final FakeWatches server = new FakeWatches();
    private final VirtualCluster cluster = new VirtualCluster(time).server(server);
    private final LeaseholdClient client = cluster.client();
    private final Log log = new Log();

    @AfterEach
    void close() {
        client.close();
        cluster.close();
    }

    private static final class Log implements WatchListener {
        private final List<Long> revisions = new ArrayList<>();
        private final List<Integer> batchSizes = new ArrayList<>();
        private final List<Long> compactions = new ArrayList<>();
        private final List<String> interruptions = new ArrayList<>();
        private final List<WatchEnd> ends = new ArrayList<>();
        private int establishments;

        @Override
        public void onEvents(WatchBatch batch) {
            batch.events().forEach(event -> revisions.add(event.entry().modRevision()));
            batchSizes.add(batch.events().size());
        }

        @Override
        public void onCompacted(long compactRevision) {
            compactions.add(compactRevision);
        }

        @Override
        public void onInterrupted(String why) {
            interruptions.add(why);
        }

        @Override
        public void onEstablished() {
            establishments++;
        }

        @Override
        public void onEnded(WatchEnd end) {
            ends.add(end);
        }
    }

    private Watcher watch(WatchOptions options) {
        Watcher watcher = client.watches().watch(KeyRange.single(utf8("k")), options, log);
        time.settle();
        return watcher;
    }

    private void advance(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    @Test
    void a_watch_from_now_on_begins_behind_the_revision_it_was_created_at() {
        Watcher watcher = watch(WatchOptions.DEFAULT);

        assertThat(watcher.established()).isCompletedWithValue(10L);
        assertThat(watcher.nextRevision()).isEqualTo(11);
    }

    @Test
    void after_a_lost_stream_it_goes_on_behind_the_last_event() {
        watch(WatchOptions.DEFAULT);
        server.tell(false, 12, 14);
        time.settle();

        server.end(Status.UNAVAILABLE);
        advance(2_000);

        assertThat(server.newest().getStartRevision()).isEqualTo(15);
        assertThat(log.interruptions).hasSize(1);
        assertThat(log.establishments).isEqualTo(2);
    }

    @Test
    void what_comes_a_second_time_is_dropped() {
        watch(WatchOptions.DEFAULT);

        server.tell(false, 11, 12);
        server.tell(false, 11, 12, 13);
        time.settle();

        assertThat(log.revisions).containsExactly(11L, 12L, 13L);
    }

    @Test
    void keys_and_what_was_there_before_are_told_without_the_namespace() {
        List<String> told = new ArrayList<>();
        client.namespaced(utf8("ns/"))
                .watches()
                .watch(KeyRange.ALL, WatchOptions.DEFAULT.withPrevious(), batch -> batch.events()
                        .forEach(event -> told.add(event.entry().key() + " before "
                                + event.previous().orElseThrow().key())));
        time.settle();
        assertThat(server.newest().getKey().toStringUtf8()).isEqualTo("ns/");
        assertThat(server.newest().getRangeEnd().toStringUtf8()).isEqualTo("ns0");

        KeyValue entry = KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8("ns/k"))
                .setModRevision(11)
                .build();
        server.send(server.response(server.newest().getWatchId())
                .addEvents(Event.newBuilder()
                        .setType(Event.EventType.DELETE)
                        .setKv(entry)
                        .setPrevKv(entry))
                .build());
        time.settle();

        assertThat(told).containsExactly("k before k");
    }

    @Test
    void pieces_of_a_response_are_handed_over_as_one() {
        watch(WatchOptions.DEFAULT);

        server.tell(true, 11, 11);
        time.settle();
        assertThat(log.revisions).isEmpty();
        server.tell(false, 11);
        time.settle();

        assertThat(log.batchSizes).containsExactly(3);
    }

    @Test
    void pieces_of_a_response_whose_rest_was_lost_come_again() {
        Watcher watcher = watch(WatchOptions.DEFAULT);
        server.tell(true, 11, 11);
        time.settle();

        server.end(Status.UNAVAILABLE);
        advance(2_000);

        assertThat(watcher.nextRevision()).isEqualTo(11);
        server.tell(false, 11, 11, 11);
        time.settle();
        assertThat(log.batchSizes).containsExactly(3);
    }

    @Test
    void an_outage_of_many_attempts_is_told_once() {
        watch(WatchOptions.DEFAULT);

        cluster.stop(0);
        advance(30_000);
        int tried = server.streams;
        cluster.server(0, server);
        advance(2_000);

        assertThat(log.interruptions).hasSize(1);
        assertThat(server.streams).isEqualTo(tried + 1);
        assertThat(log.establishments).isEqualTo(2);
    }

    @Test
    void a_compaction_ends_the_watch_and_says_where_history_begins() {
        Watcher watcher = watch(WatchOptions.DEFAULT.from(3));

        server.send(server.response(server.newest().getWatchId())
                .setCanceled(true)
                .setCompactRevision(8)
                .build());
        time.settle();

        assertThat(log.compactions).containsExactly(8L);
        assertThat(watcher.ended().join().reason()).isEqualTo(WatchEnd.Reason.COMPACTED);
        assertThat(watcher.ended().join().compactRevision()).isEqualTo(8);
        assertThat(log.ends).hasSize(1);
    }

    @Test
    void a_watch_that_goes_on_begins_again_where_history_does() {
        watch(WatchOptions.DEFAULT.from(3).goingOnAfterCompaction());

        server.send(server.response(server.newest().getWatchId())
                .setCanceled(true)
                .setCompactRevision(8)
                .build());
        time.settle();

        assertThat(server.newest().getStartRevision()).isEqualTo(8);
        assertThat(log.ends).isEmpty();
    }

    @Test
    void a_refusal_ends_the_watch() {
        Watcher watcher = watch(WatchOptions.DEFAULT);

        server.send(server.response(server.newest().getWatchId())
                .setCanceled(true)
                .setCancelReason(ErrorCode.PERMISSION_DENIED.message())
                .build());
        advance(5_000);

        assertThat(watcher.ended().join().reason()).isEqualTo(WatchEnd.Reason.REFUSED);
        assertThat(server.created).hasSize(1);
    }

    @Test
    void a_refusal_without_an_id_is_that_of_the_oldest_creation() {
        server.answerCreations = false;
        Watcher watcher = watch(WatchOptions.DEFAULT);
        Watcher other = watch(WatchOptions.DEFAULT);

        server.send(server.response(-1)
                .setCreated(true)
                .setCanceled(true)
                .setCancelReason("rpc error: code = PermissionDenied desc = " + ErrorCode.PERMISSION_DENIED.message())
                .build());
        time.settle();

        assertThat(watcher.ended().join().reason()).isEqualTo(WatchEnd.Reason.REFUSED);
        assertThat(other.ended()).isNotDone();
    }

    @Test
    void answers_for_an_earlier_life_are_not_taken() {
        watch(WatchOptions.DEFAULT);
        long before = server.newest().getWatchId();
        server.end(Status.UNAVAILABLE);
        advance(2_000);

        server.send(
                server.response(before).setCanceled(true).setCompactRevision(99).build());
        time.settle();

        assertThat(log.compactions).isEmpty();
        assertThat(log.ends).isEmpty();
    }

    @Test
    void progress_moves_the_place_to_go_on_from() {
        watch(WatchOptions.DEFAULT.withProgress());
        server.revision = 50;

        server.send(server.response(server.newest().getWatchId()).build());
        server.end(Status.UNAVAILABLE);
        advance(2_000);

        assertThat(server.newest().getStartRevision()).isEqualTo(51);
    }

    @Test
    void an_answer_to_a_request_for_progress_does_not() {
        watch(WatchOptions.DEFAULT);
        server.revision = 50;

        // Servers of etcd's 3.4 say this before they have told what is in between.
        server.send(server.response(-1).build());
        server.end(Status.UNAVAILABLE);
        advance(2_000);

        assertThat(server.newest().getStartRevision()).isEqualTo(11);
    }

    @Test
    void closing_cancels_the_watch_and_tells_nothing_more() {
        Watcher watcher = watch(WatchOptions.DEFAULT);
        Watcher other = watch(WatchOptions.DEFAULT);
        long id = server.created.get(0).getWatchId();

        watcher.close();
        watcher.close();
        time.settle();

        assertThat(server.cancelled).containsExactly(id);
        assertThat(log.ends).hasSize(1);
        assertThat(server.streams).isEqualTo(1);
        other.close();
        time.settle();
        assertThat(server.open).isEmpty();
    }
}
