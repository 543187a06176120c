package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.WatchCancelRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchProgressRequest;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.server.rpc.ServedReplica.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchServiceTest {
    @TempDir
    Path directory;

    private ServedReplica served;
    private KVGrpc.KVBlockingStub kv;
    private final Answers<WatchResponse> answers = new Answers<>();
    private StreamObserver<WatchRequest> requests;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedReplica(directory);
        kv = KVGrpc.newBlockingStub(served.channel);
        requests = WatchGrpc.newStub(served.channel).watch(answers);
    }

    @AfterEach
    void close() throws IOException {
        served.close();
    }

    @Test
    void every_kind_of_response_carries_what_etcds_does() {
        create(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("a")).setPrevKv(true));
        kv.put(KvServiceTest.request("a", "1"));
        kv.put(KvServiceTest.request("a", "2"));
        requests.onNext(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
        List<WatchResponse> responses = received();
        requests.onNext(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(0))
                .build());
        List<WatchResponse> last = received();

        assertThat(responses).allSatisfy(response -> {
            assertThat(response.getHeader().getClusterId()).isEqualTo(LocalReplica.CLUSTER_ID);
            assertThat(response.getHeader().getMemberId()).isEqualTo(LocalReplica.MEMBER_ID);
            assertThat(response.getHeader().getRaftTerm()).isEqualTo(LocalReplica.TERM);
        });
        assertThat(responses).hasSize(4);
        assertThat(responses.get(0).getCreated()).isTrue();
        assertThat(responses.get(0).getWatchId()).isZero();
        assertThat(responses.get(1).getEvents(0).getKv().getValue().toStringUtf8())
                .isEqualTo("1");
        assertThat(responses.get(2).getEvents(0).getPrevKv().getValue().toStringUtf8())
                .isEqualTo("1");
        assertThat(responses.get(2).getHeader().getRevision()).isEqualTo(3);
        assertThat(responses.get(3).getWatchId()).isEqualTo(-1);
        assertThat(responses.get(3).getHeader().getRevision()).isEqualTo(3);
        assertThat(last).hasSize(1);
        assertThat(last.getFirst().getCanceled()).isTrue();
        assertThat(last.getFirst().getCancelReason()).isEmpty();
    }

    @Test
    void an_empty_key_watches_the_first_key_there_can_be() {
        create(WatchCreateRequest.newBuilder());
        create(WatchCreateRequest.newBuilder().setRangeEnd(KvServiceTest.bytes("\0")));
        kv.put(KvServiceTest.request("\0", "1"));
        kv.put(KvServiceTest.request("z", "1"));

        List<WatchResponse> responses = received();
        assertThat(responses.stream().filter(r -> r.getWatchId() == 0 && r.getEventsCount() > 0))
                .hasSize(1);
        assertThat(responses.stream().filter(r -> r.getWatchId() == 1 && r.getEventsCount() > 0))
                .hasSize(2);
    }

    @Test
    void a_value_of_any_length_arrives_whole_at_one_watcher_and_at_several() {
        create(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("one")));
        for (int i = 0; i < 2; i++) {
            create(WatchCreateRequest.newBuilder()
                    .setKey(KvServiceTest.bytes("several"))
                    .setPrevKv(true));
        }
        List<String> values = new ArrayList<>();
        for (int length : new int[] {0, 1, 127, 128, 8_100, 8_150, 8_192, 8_193, 16_384, 200_000}) {
            String value = "v".repeat(length);
            values.add(value);
            kv.put(KvServiceTest.request("one", value));
            kv.put(KvServiceTest.request("several", value));
        }

        List<WatchResponse> responses = received();
        for (long watchId = 0; watchId < 3; watchId++) {
            long id = watchId;
            assertThat(responses.stream()
                            .filter(response -> response.getWatchId() == id)
                            .flatMap(response -> response.getEventsList().stream())
                            .map(event -> event.getKv().getValue().toStringUtf8()))
                    .as("watcher %d", watchId)
                    .containsExactlyElementsOf(values);
        }
    }

    @Test
    void unknown_filters_and_empty_requests_are_passed_over() {
        requests.onNext(WatchRequest.getDefaultInstance());
        create(WatchCreateRequest.newBuilder()
                .setKey(KvServiceTest.bytes("a"))
                .addFiltersValue(9)
                .addFiltersValue(1));
        kv.put(KvServiceTest.request("a", "1"));

        assertThat(received()).hasSize(2);
    }

    @Test
    void a_refusal_leaves_the_stream_usable() {
        create(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("a")).setStartRevision(-1));
        create(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("a")));

        List<WatchResponse> responses = received();
        assertThat(responses.get(0).getCreated()).isTrue();
        assertThat(responses.get(0).getCanceled()).isTrue();
        assertThat(responses.get(0).getWatchId()).isEqualTo(-1);
        assertThat(responses.get(0).getCancelReason())
                .isEqualTo("etcdserver: mvcc: required revision has been compacted");
        assertThat(responses.get(1).getCreated()).isTrue();
        assertThat(responses.get(1).getCanceled()).isFalse();
    }

    @Test
    void events_go_on_after_the_clients_half_close() { // watch.md 13, 28
        create(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("a")));
        requests.onCompleted();
        kv.put(KvServiceTest.request("a", "1"));

        assertThat(received()).hasSize(2);
        assertThat(answers.completed).isFalse();
    }

    @Test
    void a_client_that_goes_takes_its_watchers_along() {
        create(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("a")));
        received();
        assertThat(served.replica.dispatcher.counters().watchers()).isEqualTo(1);

        requests.onError(Status.CANCELLED.asRuntimeException());
        received();

        assertThat(served.replica.dispatcher.counters().watchers()).isZero();
        assertThat(served.replica.dispatcher.counters().streams()).isZero();
    }

    @Test
    void more_requests_than_may_be_under_way_are_all_answered() {
        for (int i = 0; i < WatchCall.REQUESTS_LIMIT * 3; i++) {
            ask(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("a")));
        }

        assertThat(received()).hasSize(WatchCall.REQUESTS_LIMIT * 3);
    }

    @Test
    void streams_that_insist_on_a_leader_end_after_three_looks_without_one() {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        Answers<WatchResponse> insisting = new Answers<>();
        WatchGrpc.newStub(served.channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .watch(insisting);

        served.replica.leaderId = 0;
        served.services.lookForLeader();
        served.services.lookForLeader();
        assertThat(insisting.failure).isNull();
        served.services.lookForLeader();

        Status status = Status.fromThrowable(insisting.failure);
        assertThat(status.getCode()).isEqualTo(ErrorCode.NO_LEADER.code());
        assertThat(status.getDescription()).isEqualTo(ErrorCode.NO_LEADER.message());
        assertThat(answers.failure).as("the stream that did not insist").isNull();
    }

    @Test
    void a_stop_ends_all_streams_with_a_reason() {
        create(WatchCreateRequest.newBuilder().setKey(KvServiceTest.bytes("a")));
        received();

        served.services.stop();
        kv.put(KvServiceTest.request("a", "1"));
        received();

        assertThat(Status.fromThrowable(answers.failure).getDescription()).isEqualTo(ErrorCode.STOPPED.message());
        assertThat(served.replica.dispatcher.counters().streams()).isZero();
    }

    /** Creates a watcher and waits until that is done: what is written then is later. */
    private void create(WatchCreateRequest.Builder request) {
        ask(request);
        served.replica.settle();
    }

    private void ask(WatchCreateRequest.Builder request) {
        requests.onNext(WatchRequest.newBuilder().setCreateRequest(request).build());
    }

    private List<WatchResponse> received() {
        served.replica.settle();
        return answers.take();
    }
}
