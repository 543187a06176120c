package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseStatus;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.leasehold.v1.GrantLeasesRequest;
import io.leasehold.protocol.leasehold.v1.GrantRequest;
import io.leasehold.protocol.leasehold.v1.GrantResult;
import io.leasehold.protocol.leasehold.v1.KeepAliveRequest;
import io.leasehold.protocol.leasehold.v1.KeepAliveResponse;
import io.leasehold.protocol.leasehold.v1.KeepAliveResult;
import io.leasehold.protocol.leasehold.v1.LeaseEvent;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.LeaseState;
import io.leasehold.protocol.leasehold.v1.ListLeasesRequest;
import io.leasehold.protocol.leasehold.v1.ListLeasesResponse;
import io.leasehold.protocol.leasehold.v1.PutWithTtlRequest;
import io.leasehold.protocol.leasehold.v1.PutWithTtlResponse;
import io.leasehold.protocol.leasehold.v1.RevokeLeasesRequest;
import io.leasehold.protocol.leasehold.v1.RevokeResult;
import io.leasehold.protocol.leasehold.v1.TxnGrant;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantRequest;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantResponse;
import io.leasehold.protocol.leasehold.v1.WatchLeasesRequest;
import io.leasehold.protocol.leasehold.v1.WatchLeasesResponse;
import io.leasehold.server.gateway.GatewayEndpoint;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.HttpStream;
import io.leasehold.server.metrics.LeaseMetrics;
import io.leasehold.server.metrics.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code leasehold.v1.Lease} over gRPC and a whole replica. */
final class LeaseExtensionServiceTest {
    @TempDir
    Path directory;

    private ServedNode served;
    private LeaseGrpc.LeaseBlockingStub leases;
    private KVGrpc.KVBlockingStub kv;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedNode(directory);
        leases = LeaseGrpc.newBlockingStub(served.channel).withDeadlineAfter(30, TimeUnit.SECONDS);
        kv = KVGrpc.newBlockingStub(served.channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void each_grant_of_a_batch_stands_for_itself() {
        grant(7, 60_000);

        List<GrantResult> results = leases.grantLeases(GrantLeasesRequest.newBuilder()
                        .addGrants(GrantRequest.newBuilder().setId(8).setTtlMs(1_500))
                        .addGrants(GrantRequest.newBuilder().setId(7).setTtlMs(1_500))
                        .addGrants(GrantRequest.newBuilder().setTtlMs(61_234))
                        .build())
                .getResultsList();

        assertThat(results.get(0))
                .isEqualTo(GrantResult.newBuilder().setId(8).setTtlMs(1_500).build());
        assertThat(results.get(1).getError().getMessage()).isEqualTo(ErrorCode.LEASE_EXISTS.message());
        assertThat(results.get(1).getError().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION.value());
        assertThat(results.get(2).getId()).isPositive();
        assertThat(list(ListLeasesRequest.getDefaultInstance()).getLeasesList())
                .extracting(LeaseState::getTtlMs)
                .containsExactlyInAnyOrder(1_500L, 60_000L, 61_234L);
    }

    @Test
    void bad_requests_say_what_is_wrong_and_change_nothing() {
        assertInvalid("ttl_ms is 999, the least is 1000", () -> grant(1, 999));
        assertInvalid("ttl_ms is -5", () -> put("a", -5, 0));
        assertInvalid("has 0 elements", () -> leases.grantLeases(GrantLeasesRequest.getDefaultInstance()));
        assertInvalid("has 0 elements", () -> leases.revokeLeases(RevokeLeasesRequest.getDefaultInstance()));
        assertInvalid(
                "twice",
                () -> leases.revokeLeases(
                        RevokeLeasesRequest.newBuilder().addIds(3).addIds(3).build()));
        assertInvalid(
                "twice",
                () -> leases.grantLeases(GrantLeasesRequest.newBuilder()
                        .addGrants(GrantRequest.newBuilder().setId(8).setTtlMs(1_500))
                        .addGrants(GrantRequest.newBuilder().setId(8).setTtlMs(1_500))
                        .build()));
        assertInvalid(
                "page_size is 1001",
                () -> list(ListLeasesRequest.newBuilder().setPageSize(1_001).build()));
        assertInvalid(
                "page_token",
                () -> list(ListLeasesRequest.newBuilder()
                        .setPageToken(ByteString.copyFromUtf8("x"))
                        .build()));
        assertInvalid(
                "not negative", () -> txn(TxnGrant.newBuilder().setTtlMs(1_500).setPlaceholder(3), put("a", 3)));
        assertInvalid(
                "other branch",
                () -> txn(
                        TxnGrant.newBuilder().setTtlMs(1_500).setPlaceholder(-1).setBranch(TxnGrant.Branch.FAILURE),
                        put("a", -1)));
        KvServiceTest.assertRefused(ErrorCode.EMPTY_KEY, () -> put("", 1_500, 0));
        KvServiceTest.assertRefused(ErrorCode.LEASE_TTL_TOO_LARGE, () -> grant(1, 9_000_000_000_001L));

        assertThat(list(ListLeasesRequest.getDefaultInstance()).getLeasesCount())
                .isZero();
        assertThat(revision()).isEqualTo(1);
    }

    @Test
    void a_put_with_ttl_is_one_revision_and_attached() {
        put("a", 1_500, 5);

        PutWithTtlResponse answer = leases.putWithTtl(PutWithTtlRequest.newBuilder()
                .setKey(bytes("a"))
                .setValue(bytes("2"))
                .setTtlMs(61_500)
                .setPrevKv(true)
                .build());

        assertThat(answer.getHeader().getRevision()).isEqualTo(3);
        assertThat(answer.getTtlMs()).isEqualTo(61_500);
        assertThat(answer.getPut().getPrevKv().getLease()).isEqualTo(5);
        assertThat(kv.range(RangeRequest.newBuilder().setKey(bytes("a")).build())
                        .getKvs(0)
                        .getLease())
                .isEqualTo(answer.getLeaseId());
        KvServiceTest.assertRefused(ErrorCode.LEASE_EXISTS, () -> put("b", 1_500, 5));
        assertThat(revision()).isEqualTo(3);
    }

    @Test
    void a_key_put_with_ttl_goes_when_the_time_is_over() throws InterruptedException {
        BlockingQueue<WatchLeasesResponse> watch = watch(WatchLeasesRequest.getDefaultInstance());
        assertThat(next(watch).getSynced()).isTrue();
        long begunNanos = System.nanoTime();

        put("a", 1_000, 5);

        assertThat(next(watch).getEvents(0).getType()).isEqualTo(LeaseEvent.Type.GRANTED);
        LeaseEvent ended = next(watch).getEvents(0);
        assertThat(System.nanoTime() - begunNanos).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1_000));
        assertThat(ended.getType()).isEqualTo(LeaseEvent.Type.EXPIRED);
        assertThat(ended.getId()).isEqualTo(5);
        assertThat(kv.range(RangeRequest.newBuilder().setKey(bytes("a")).build())
                        .getKvsCount())
                .isZero();
    }

    @Test
    void puts_of_a_txn_name_its_grants_by_placeholder() {
        TxnWithGrantResponse answer = txn(TxnGrant.newBuilder().setTtlMs(61_000).setPlaceholder(-1), put("a", -1));

        long id = answer.getGranted(0).getId();
        assertThat(id).isPositive();
        assertThat(answer.getGranted(0).getPlaceholder()).isEqualTo(-1);
        assertThat(answer.getTxn().getSucceeded()).isTrue();
        assertThat(answer.getTxn().getResponses(0).hasResponsePut()).isTrue();
        assertThat(kv.range(RangeRequest.newBuilder().setKey(bytes("a")).build())
                        .getKvs(0)
                        .getLease())
                .isEqualTo(id);

        KvServiceTest.assertRefused(
                ErrorCode.LEASE_NOT_FOUND,
                () -> txn(TxnGrant.newBuilder().setTtlMs(61_000).setPlaceholder(-1), put("b", -1), put("c", -2)));
        assertThat(list(ListLeasesRequest.getDefaultInstance()).getLeasesCount())
                .isEqualTo(1);
        assertThat(revision()).isEqualTo(2);
    }

    @Test
    void a_batch_of_keepalives_has_one_answer_in_order() throws InterruptedException {
        grant(7, 61_500);
        BlockingQueue<KeepAliveResponse> answers = new LinkedBlockingQueue<>();
        StreamObserver<KeepAliveRequest> requests =
                LeaseGrpc.newStub(served.channel).keepAlive(new Queued<>(answers));

        requests.onNext(
                KeepAliveRequest.newBuilder().addIds(7).addIds(8).addIds(7).build());
        requests.onNext(KeepAliveRequest.getDefaultInstance());

        assertThat(next(answers).getResultsList())
                .containsExactly(
                        KeepAliveResult.newBuilder().setId(7).setLeftMs(61_500).build(),
                        KeepAliveResult.newBuilder().setId(8).setLost(true).build(),
                        KeepAliveResult.newBuilder().setId(7).setLeftMs(61_500).build());
        assertThat(next(answers).getResultsCount()).isZero();
        requests.onCompleted();
    }

    @Test
    void each_revocation_of_a_batch_has_its_own_revision() {
        put("a", 61_000, 5);
        put("b", 61_000, 6);

        List<RevokeResult> results = leases.revokeLeases(RevokeLeasesRequest.newBuilder()
                        .addIds(5)
                        .addIds(99)
                        .addIds(6)
                        .build())
                .getResultsList();

        assertThat(results).extracting(RevokeResult::getRevision).containsExactly(4L, 0L, 5L);
        assertThat(results.get(1).getError().getMessage()).isEqualTo(ErrorCode.LEASE_NOT_FOUND.message());
    }

    @Test
    void pages_hold_every_lease_once_whatever_the_filter() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeSet<Long> ids = new TreeSet<>();
        GrantLeasesRequest.Builder grants = GrantLeasesRequest.newBuilder();
        while (ids.size() < 200) {
            long id = random.nextLong();
            if (id != 0 && ids.add(id)) {
                grants.addGrants(GrantRequest.newBuilder().setId(id).setTtlMs(60_000 + random.nextInt(1_000_000)));
            }
        }
        leases.grantLeases(grants.build());
        TreeSet<Long> withKeys = new TreeSet<>();
        for (long id : ids) {
            if (random.nextInt(4) == 0) {
                withKeys.add(id);
                kv.put(PutRequest.newBuilder()
                        .setKey(bytes("p/" + id))
                        .setLease(id)
                        .build());
            }
        }
        kv.put(PutRequest.newBuilder().setKey(bytes("q")).setLease(ids.first()).build());
        int size = 1 + random.nextInt(50);
        ListLeasesRequest byId =
                ListLeasesRequest.newBuilder().setPageSize(size).build();
        ListLeasesRequest byTime =
                byId.toBuilder().setOrder(ListLeasesRequest.Order.TIME_LEFT).build();

        assertThat(all(byId)).as("seed %d", seed).extracting(LeaseState::getId).containsExactlyElementsOf(ids);
        assertThat(all(byTime))
                .as("seed %d", seed)
                .isSortedAccordingTo((a, b) -> Long.compare(a.getTtlMs() / 1_000, b.getTtlMs() / 1_000) == 0
                        ? 0
                        : Long.compare(a.getTtlMs(), b.getTtlMs()))
                .extracting(LeaseState::getId)
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(all(byId.toBuilder().setKeyPrefix(bytes("p/")).build()))
                .as("seed %d", seed)
                .extracting(LeaseState::getId)
                .containsExactlyElementsOf(withKeys);
        assertThat(all(byId.toBuilder().setMinId(0).setMaxId(Long.MAX_VALUE / 2).build()))
                .as("seed %d", seed)
                .extracting(LeaseState::getId)
                .containsExactlyElementsOf(ids.subSet(0L, true, Long.MAX_VALUE / 2, true));
        assertThat(all(byId.toBuilder().setMaxLeftMs(500_000).build()))
                .as("seed %d", seed)
                .allMatch(lease -> lease.getLeftMs() <= 500_000);
        assertThat(all(byId.toBuilder().setMinLeftMs(1_200_000).build())).isEmpty();
        assertThat(all(byId.toBuilder()
                        .setMinId(ids.first())
                        .setMaxId(ids.first())
                        .setKeys(true)
                        .build()))
                .singleElement()
                .satisfies(lease -> {
                    assertThat(lease.getKeyCount()).isEqualTo(lease.getKeysCount());
                    assertThat(lease.getKeysList()).contains(bytes("q"));
                });
    }

    @Test
    void a_watch_begins_with_what_there_is_and_tells_the_cause_of_each_end() throws InterruptedException {
        grant(7, 61_000);
        BlockingQueue<WatchLeasesResponse> watch =
                watch(WatchLeasesRequest.newBuilder().setInitial(true).build());

        WatchLeasesResponse first = next(watch);
        assertThat(first.getSynced()).isTrue();
        assertThat(first.getEventsList()).singleElement().satisfies(event -> {
            assertThat(event.getType()).isEqualTo(LeaseEvent.Type.EXISTING);
            assertThat(event.getTtlMs()).isEqualTo(61_000);
        });

        grant(8, 62_000);
        leases.revokeLeases(RevokeLeasesRequest.newBuilder().addIds(7).build());

        assertThat(next(watch).getEventsList()).singleElement().satisfies(event -> {
            assertThat(event.getType()).isEqualTo(LeaseEvent.Type.GRANTED);
            assertThat(event.getId()).isEqualTo(8);
        });
        assertThat(next(watch).getEventsList()).singleElement().satisfies(event -> {
            assertThat(event.getType()).isEqualTo(LeaseEvent.Type.REVOKED);
            assertThat(event.getId()).isEqualTo(7);
            assertThat(event.getGrantIndex()).isEqualTo(first.getEvents(0).getGrantIndex());
        });
    }

    @Test
    void etcds_own_service_sees_the_same_leases_linearizably() throws InterruptedException {
        var etcd = io.leasehold.protocol.etcdserverpb.LeaseGrpc.newBlockingStub(served.channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS);
        for (long id = 1; id <= 200; id++) {
            grant(id, 61_900);
            assertThat(etcd.leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder()
                                    .setID(id)
                                    .build())
                            .getGrantedTTL())
                    .isEqualTo(61);
            assertThat(etcd.leaseLeases(LeaseLeasesRequest.getDefaultInstance()).getLeasesList())
                    .extracting(LeaseStatus::getID)
                    .contains(id);
            leases.revokeLeases(RevokeLeasesRequest.newBuilder().addIds(id).build());
            assertThat(etcd.leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder()
                                    .setID(id)
                                    .build())
                            .getTTL())
                    .isEqualTo(-1);
        }
        grant(7, 1_500);
        BlockingQueue<io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse> answers = new LinkedBlockingQueue<>();
        io.leasehold.protocol.etcdserverpb.LeaseGrpc.newStub(served.channel)
                .leaseKeepAlive(new Queued<>(answers))
                .onNext(LeaseKeepAliveRequest.newBuilder().setID(7).build());
        assertThat(next(answers).getTTL()).isEqualTo(1);
    }

    @Test
    void the_metrics_count_what_was_done_to_leases() throws InterruptedException {
        grant(7, 61_500);
        BlockingQueue<KeepAliveResponse> answers = new LinkedBlockingQueue<>();
        LeaseGrpc.newStub(served.channel)
                .keepAlive(new Queued<>(answers))
                .onNext(KeepAliveRequest.newBuilder().addIds(7).addIds(8).build());
        next(answers);
        Metrics metrics = new Metrics();
        LeaseMetrics.addTo(metrics, served.node);

        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!metrics.text().contains("leasehold_lease_renewals_total{result=\"not_found\"} 1\n")
                && System.nanoTime() < deadlineNanos) {
            Thread.onSpinWait();
        }

        assertThat(metrics.text())
                .contains(
                        "leasehold_leases 1\n",
                        "leasehold_lease_renewals_total{result=\"renewed\"} 1\n",
                        "leasehold_lease_renewals_total{result=\"not_found\"} 1\n",
                        "leasehold_lease_expiry_lateness_seconds_bucket{le=\"0.05\"} 0\n",
                        "leasehold_lease_expiry_lateness_seconds_count 0\n",
                        "etcd_debugging_lease_renewed_total 1\n");
    }

    @Test
    void the_service_is_usable_through_json() throws InterruptedException {
        try (GatewayEndpoint gateway =
                new GatewayEndpoint(served.services.all(), 1 << 20, Integer.MAX_VALUE, () -> false)) {
            BlockingQueue<String> answers = new LinkedBlockingQueue<>();
            String path = "/leasehold/v1/lease/putwithttl";
            new AnsweredCall(path, "{\"key\":\"YQ==\",\"ttl_ms\":\"61500\",\"lease_id\":\"5\"}", answers)
                    .sentTo(gateway);
            assertThat(next(answers)).startsWith("200 ").contains("\"lease_id\":\"5\",\"ttl_ms\":\"61500\"");
            new AnsweredCall(path, "{\"key\":\"YQ==\",\"ttl_ms\":\"5\"}", answers).sentTo(gateway);
            assertThat(next(answers)).startsWith("400 ").contains("ttl_ms is 5, the least is 1000");
        }
    }

    private GrantResult grant(long id, long ttlMillis) {
        GrantResult result = leases.grantLeases(GrantLeasesRequest.newBuilder()
                        .addGrants(GrantRequest.newBuilder().setId(id).setTtlMs(ttlMillis))
                        .build())
                .getResults(0);
        assertThat(result.hasError()).isFalse();
        return result;
    }

    private PutWithTtlResponse put(String key, long ttlMillis, long leaseId) {
        return leases.putWithTtl(PutWithTtlRequest.newBuilder()
                .setKey(bytes(key))
                .setValue(bytes("1"))
                .setTtlMs(ttlMillis)
                .setLeaseId(leaseId)
                .build());
    }

    private static RequestOp put(String key, long leaseId) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(bytes(key)).setLease(leaseId))
                .build();
    }

    private TxnWithGrantResponse txn(TxnGrant.Builder grant, RequestOp... ops) {
        return leases.txnWithGrant(TxnWithGrantRequest.newBuilder()
                .addGrants(grant)
                .setTxn(TxnRequest.newBuilder().addAllSuccess(List.of(ops)))
                .build());
    }

    private ListLeasesResponse list(ListLeasesRequest request) {
        return leases.listLeases(request);
    }

    private List<LeaseState> all(ListLeasesRequest request) {
        List<LeaseState> all = new ArrayList<>();
        ListLeasesResponse page = list(request);
        all.addAll(page.getLeasesList());
        while (!page.getNextPageToken().isEmpty()) {
            page = list(
                    request.toBuilder().setPageToken(page.getNextPageToken()).build());
            assertThat(page.getLeasesCount()).isBetween(1, request.getPageSize());
            all.addAll(page.getLeasesList());
        }
        return all;
    }

    private BlockingQueue<WatchLeasesResponse> watch(WatchLeasesRequest request) {
        BlockingQueue<WatchLeasesResponse> responses = new LinkedBlockingQueue<>();
        LeaseGrpc.newStub(served.channel).watchLeases(request, new Queued<>(responses));
        return responses;
    }

    private long revision() {
        return served.node.snapshot().revision();
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static void assertInvalid(String part, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.getStatus().getDescription()).contains(part);
        });
    }

    /** A POST whose answer goes into a queue as status and text. */
    private record AnsweredCall(String path, String json, BlockingQueue<String> answers) implements HttpCall {
        void sentTo(GatewayEndpoint gateway) {
            assertThat(gateway.serves(path)).isTrue();
            gateway.handle(this);
        }

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public Map<String, List<String>> query() {
            return Map.of();
        }

        @Override
        public Map<String, List<String>> headers() {
            return Map.of();
        }

        @Override
        public byte[] body() {
            return json.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void respond(HttpReply reply) {
            answers.add(reply.status() + " " + reply.body().toUtf8());
        }

        @Override
        public HttpStream stream(int status, Map<String, String> streamHeaders) {
            throw new IllegalStateException("one answer was expected");
        }
    }

    private record Queued<T>(BlockingQueue<T> queue) implements StreamObserver<T> {
        @Override
        public void onNext(T message) {
            queue.add(message);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
    }
}
