package io.leasehold.server.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.ResponseOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.server.http.FakeHttpCall;
import io.leasehold.server.tls.ClientCertificate;
import io.leasehold.server.tls.TestAuthority;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayEndpointTest {
    private static final int MAX_MESSAGE_BYTES = 1_000;

    private final FakeKv kv = new FakeKv();
    private final FakeLease lease = new FakeLease();
    private final FakeWatch watch = new FakeWatch();
    private boolean commonNamesAreUsers;
    private final List<Metadata> metadata = new ArrayList<>();
    private final GatewayEndpoint gateway = new GatewayEndpoint(
            List.of(ServerInterceptors.intercept(kv, new NotesMetadata()), lease.bindService(), watch.bindService()),
            MAX_MESSAGE_BYTES,
            Integer.MAX_VALUE,
            () -> commonNamesAreUsers);

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void a_range_comes_back_in_etcds_form() {
        FakeHttpCall call = post("/v3/kv/range", "{\"key\":\"YQ==\"}");

        assertThat(call.status()).isEqualTo(200);
        assertThat(call.text())
                .isEqualTo("{\"header\":{\"cluster_id\":\"18446744073709551615\",\"revision\":\"9007199254740993\"},"
                        + "\"kvs\":[{\"key\":\"YQ==\",\"create_revision\":\"2\",\"value\":\"/+8=\"}],\"count\":\"1\"}");
        assertThat(call.replied().headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Grpc-Metadata-Content-Type", "application/grpc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"YQ==\",\"limit\":\"5\",\"keys_only\":true}",
                "{\"key\":\"YQ==\",\"limit\":5,\"keysOnly\":true}",
                "{\"key\":\"YQ\",\"limit\":5,\"keysOnly\":true,\"no_such_name\":{\"x\":[1]}}",
                "{\"key\":\"YQ==\",\"limit\":5,\"keysOnly\":true,\"sort_order\":\"BOGUS\"}"
            })
    void spellings_that_mean_the_same_are_the_same(String body) {
        assertThat(post("/v3/kv/range", body).status()).isEqualTo(200);

        assertThat(kv.ranges)
                .containsExactly(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("a"))
                        .setLimit(5)
                        .setKeysOnly(true)
                        .build());
    }

    @Test
    void both_alphabets_of_base64_and_enum_numbers_are_read() {
        post("/v3/kv/range", "{\"key\":\"_-8=\",\"sort_order\":7}");

        RangeRequest request = kv.ranges.getFirst();
        assertThat(request.getKey().toByteArray()).isEqualTo(new byte[] {(byte) 0xff, (byte) 0xef});
        assertThat(request.getSortOrderValue()).isEqualTo(7);
    }

    @Test
    void a_nested_transaction_is_read() {
        post(
                "/v3/kv/txn",
                "{\"compare\":[{\"target\":\"MOD\",\"key\":\"YQ==\",\"mod_revision\":\"3\"}],"
                        + "\"success\":[{\"request_txn\":{\"success\":[{\"request_put\":{\"key\":\"YQ==\"}}]}}]}");

        TxnRequest request = kv.txns.getFirst();
        assertThat(request.getCompare(0).getModRevision()).isEqualTo(3);
        assertThat(request.getSuccess(0)
                        .getRequestTxn()
                        .getSuccess(0)
                        .getRequestPut()
                        .getKey()
                        .toStringUtf8())
                .isEqualTo("a");
    }

    @Test
    void an_empty_body_is_the_empty_message_and_refusals_keep_code_and_text() {
        FakeHttpCall call = post("/v3/kv/put", "");

        assertThat(call.status()).isEqualTo(400);
        assertThat(call.text())
                .isEqualTo("{\"error\":\"etcdserver: key is not provided\",\"code\":3,"
                        + "\"message\":\"etcdserver: key is not provided\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"key\":\"%%%\"}", "{\"key\":5x}", "{\"limit\":\"abc\"}", "nonsense"})
    void malformed_bodies_are_400_with_code_3(String body) {
        FakeHttpCall call = post("/v3/kv/range", body);

        assertThat(call.status()).isEqualTo(400);
        assertThat(call.text()).contains("\"code\":3,");
        assertThat(kv.ranges).isEmpty();
    }

    @Test
    void a_message_over_the_bound_is_429() {
        FakeHttpCall call = post("/v3/kv/put", "{\"key\":\"" + "YWFh".repeat(400) + "\"}");

        assertThat(call.status()).isEqualTo(429);
        assertThat(call.text()).contains("\"code\":8,", "grpc: received message larger than max (1203 vs. 1000)");
    }

    @ParameterizedTest
    @CsvSource({
        "CANCELLED,499",
        "UNKNOWN,500",
        "INVALID_ARGUMENT,400",
        "DEADLINE_EXCEEDED,504",
        "NOT_FOUND,404",
        "ALREADY_EXISTS,409",
        "PERMISSION_DENIED,403",
        "RESOURCE_EXHAUSTED,429",
        "FAILED_PRECONDITION,400",
        "ABORTED,409",
        "OUT_OF_RANGE,400",
        "UNIMPLEMENTED,501",
        "INTERNAL,500",
        "UNAVAILABLE,503",
        "DATA_LOSS,500",
        "UNAUTHENTICATED,401"
    })
    void every_status_has_its_http_status(Status.Code code, int httpStatus) {
        kv.refusal = Status.fromCode(code).withDescription("x");

        FakeHttpCall call = post("/v3/kv/put", "{\"key\":\"YQ==\"}");

        assertThat(call.status()).isEqualTo(httpStatus);
        assertThat(call.text()).contains("\"code\":" + code.value() + ",");
    }

    @Test
    void unknown_paths_and_other_methods_have_json_bodies() {
        FakeHttpCall unknown = post("/v3/nope", "{}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text()).isEqualTo("{\"code\":5,\"message\":\"Not Found\"}");

        FakeHttpCall get = FakeHttpCall.get("/v3/kv/range").handledBy(gateway);
        assertThat(get.status()).isEqualTo(501);
        assertThat(get.text()).isEqualTo("{\"code\":12,\"message\":\"Method Not Allowed\"}");

        assertThat(post("/v3/kv/lease/grant", "{}").status()).isEqualTo(404);
        assertThat(post("/v3/kv/lease/revoke", "{}").status()).isEqualTo(200);
        assertThat(post("/v3/auth/enable", "{}").status()).isEqualTo(501);
    }

    @Test
    void older_prefixes_mean_the_same() {
        assertThat(post("/v3beta/kv/range", "{\"key\":\"YQ==\"}").status()).isEqualTo(200);
        assertThat(post("/v3alpha/kv/range", "{\"key\":\"YQ==\"}").status()).isEqualTo(200);
    }

    @Test
    void the_token_and_marked_headers_become_metadata() {
        FakeHttpCall.post("/v3/kv/range", "{\"key\":\"YQ==\"}")
                .with("authorization", "secret")
                .with("grpc-metadata-hasleader", "true")
                .with("cookie", "no")
                .handledBy(gateway);

        Metadata seen = metadata.getFirst();
        assertThat(text(seen, "authorization")).isEqualTo("secret");
        assertThat(text(seen, "hasleader")).isEqualTo("true");
        assertThat(text(seen, "cookie")).isNull();
    }

    @Test
    void several_objects_in_one_body_are_several_requests_of_a_stream() {
        FakeHttpCall call = post("/v3/lease/keepalive", "{\"ID\":\"7\"} {\"ID\":8}\n");

        assertThat(call.lines())
                .containsExactly(
                        "{\"result\":{\"ID\":\"7\",\"TTL\":\"7\"}}\n", "{\"result\":{\"ID\":\"8\",\"TTL\":\"8\"}}\n");
    }

    @Test
    void an_unknown_lease_is_a_line_without_ttl() {
        assertThat(post("/v3/lease/keepalive", "{\"ID\":0}").lines()).containsExactly("{\"result\":{}}\n");
    }

    @Test
    void bad_json_ends_a_stream_without_an_error() {
        assertThat(post("/v3/lease/keepalive", "{\"ID\":7}{broken").lines()).hasSize(1);
        FakeHttpCall first = post("/v3/lease/keepalive", "{broken");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).isEmpty();
    }

    @Test
    void a_stream_that_fails_tells_it_in_its_last_line_or_in_the_status_when_it_is_the_first() {
        assertThat(post("/v3/lease/keepalive", "{\"ID\":7}{\"ID\":-1}").lines())
                .last()
                .asString()
                .startsWith("{\"error\":{")
                .contains("\"code\":14,", "etcdserver: no leader");

        FakeHttpCall first = post("/v3/lease/keepalive", "{\"ID\":-1}");
        assertThat(first.status()).isEqualTo(503);
        assertThat(first.text()).startsWith("{\"error\":{").contains("\"message\":\"etcdserver: no leader\"");
    }

    @Test
    void keys_and_values_may_be_text_where_asked_for() {
        FakeHttpCall call = post("/v3/kv/range?bytes=text", "{\"key\":\"ä b\",\"range_end\":{\"base64\":\"/w==\"}}");

        assertThat(kv.ranges.getFirst().getKey().toStringUtf8()).isEqualTo("ä b");
        assertThat(kv.ranges.getFirst().getRangeEnd().byteAt(0)).isEqualTo((byte) 0xff);
        assertThat(call.text())
                .contains("\"kvs\":[{\"key\":\"ä b\",\"create_revision\":\"2\",\"value\":{\"base64\":\"/+8=\"}}]");
        post(
                "/v3/kv/txn?bytes=text",
                "{\"compare\":[{\"key\":\"k\",\"value\":\"v\"}],\"success\":[{\"requestPut\":{\"key\":\"p\"}}]}");
        assertThat(kv.txns.getFirst().getCompare(0).getValue().toStringUtf8()).isEqualTo("v");
        assertThat(kv.txns.getFirst().getSuccess(0).getRequestPut().getKey().toStringUtf8())
                .isEqualTo("p");
        assertThat(post("/v3/kv/range?bytes=text", "{\"key\":[1,{}]}").status()).isEqualTo(400);
    }

    @Test
    void a_watch_may_be_a_stream_of_events_that_a_browser_opens() {
        FakeHttpCall call = FakeHttpCall.get("/v3/watch?key=a&prefix&start_revision=3&prev_kv=true")
                .with("accept", "text/event-stream")
                .handledBy(gateway);

        WatchCreateRequest create = watch.requests.getFirst().getCreateRequest();
        assertThat(create.getKey().toStringUtf8()).isEqualTo("a");
        assertThat(create.getRangeEnd().toStringUtf8()).isEqualTo("b");
        assertThat(create.getStartRevision()).isEqualTo(3);
        assertThat(create.getPrevKv()).isTrue();
        assertThat(call.lines())
                .containsExactly(
                        "data: {\"created\":true}\n\n",
                        "id: 7\ndata: {\"events\":[{\"kv\":{\"key\":\"a\",\"mod_revision\":\"7\"}}]}\n\n",
                        "event: error\ndata: {\"error\":{\"error\":\"etcdserver: no leader\",\"code\":14,"
                                + "\"message\":\"etcdserver: no leader\"}}\n\n");
    }

    @Test
    void a_browser_that_comes_back_goes_on_behind_the_last_event() {
        FakeHttpCall.get("/v3/watch?key=a&start_revision=3&bytes=base64")
                .with("accept", "text/event-stream")
                .with("last-event-id", "41")
                .handledBy(gateway);

        assertThat(watch.requests.getFirst().getCreateRequest().getStartRevision())
                .isEqualTo(42);
        assertThat(FakeHttpCall.get("/v3/watch?key=a").handledBy(gateway).status())
                .isEqualTo(501);
    }

    @Test
    void a_certificate_that_would_be_a_user_is_refused_since_it_would_not_be_heard(@TempDir Path directory)
            throws Exception {
        KeyPairFiles alice = TestAuthority.in(directory, "ca").issue("alice");
        ClientCertificate certificate = TestAuthority.certificate(alice);
        assertThat(post("/v3/kv/range", "{\"key\":\"YQ==\"}", certificate).status())
                .isEqualTo(200);

        commonNamesAreUsers = true;

        assertThat(post("/v3/kv/range", "{\"key\":\"YQ==\"}", certificate).status())
                .isEqualTo(400);
        assertThat(post("/v3/kv/range", "{\"key\":\"YQ==\"}").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatever_is_posted_gets_an_answer(int round) {
        long seed = round * 7_919L;
        Random random = new Random(seed);
        String alphabet = "{}[]\":,\\ \n0123456789eE+-.truefalsnkeyYQ=/_\u00e4\ud83d";
        for (int attempt = 0; attempt < 2_000; attempt++) {
            StringBuilder body = new StringBuilder(random.nextBoolean() ? "{\"key\":" : "");
            int length = random.nextInt(40);
            for (int at = 0; at < length; at++) {
                body.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String path = random.nextBoolean() ? "/v3/kv/range" : "/v3/kv/range?bytes=text";
            assertThat(post(path, body.toString()).status())
                    .as("seed %d, attempt %d, %s, body %s", seed, attempt, path, body)
                    .isIn(200, 400);
        }
    }

    @Test
    void deep_nesting_is_refused_and_not_followed() {
        String deep = "{\"success\":[{\"request_txn\":".repeat(5_000) + "{}" + "}]}".repeat(5_000);

        assertThat(post("/v3/kv/txn", deep).status()).isEqualTo(400);
        assertThat(post("/v3/kv/txn", "[".repeat(100_000)).status()).isEqualTo(400);
        assertThat(post("/v3/kv/txn?bytes=text", deep).status()).isEqualTo(400);
        assertThat(post("/v3/lease/keepalive", "[".repeat(100_000)).status()).isEqualTo(200);
    }

    private FakeHttpCall post(String path, String body, ClientCertificate certificate) {
        return FakeHttpCall.post(path, body).with(certificate).handledBy(gateway);
    }

    @Test
    void transactions_nest_as_deep_as_over_grpc_on_less_than_the_servers_stack() throws InterruptedException {
        Throwable[] failure = new Throwable[1];
        Thread small = new Thread(null, this::nestDeeply, "small stack", 448 * 1024);
        small.setUncaughtExceptionHandler((thread, cause) -> failure[0] = cause);
        small.start();
        small.join();

        assertThat(failure[0]).isNull();
    }

    private void nestDeeply() {
        JsonMessages json = new JsonMessages(BytesForm.BASE64);
        JsonMessages text = new JsonMessages(BytesForm.TEXT);
        String put = "{\"compare\":[{\"key\":\"YQ==\",\"version\":\"1\"}],"
                + "\"failure\":[{\"requestPut\":{\"key\":\"YQ==\"}}]}";
        String deep = "{\"success\":[{\"request_txn\":".repeat(148) + put + "}]}".repeat(148);
        try {
            TxnRequest txn = (TxnRequest) json.parse(deep.getBytes(UTF_8), TxnRequest.getDefaultInstance());
            TxnRequest inText =
                    (TxnRequest) text.parse(deep.replace("YQ==", "a").getBytes(UTF_8), TxnRequest.getDefaultInstance());
            assertThat(inText).isEqualTo(txn);
            for (int level = 0; level < 148; level++) {
                txn = txn.getSuccess(0).getRequestTxn();
            }
            assertThat(txn.getCompare(0).getVersion()).isEqualTo(1);
            assertThat(txn.getFailure(0).getRequestPut().getKey().toStringUtf8())
                    .isEqualTo("a");
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        TxnResponse answer = TxnResponse.newBuilder().setSucceeded(true).build();
        for (int level = 0; level < 129; level++) {
            answer = TxnResponse.newBuilder()
                    .addResponses(ResponseOp.newBuilder().setResponseTxn(answer))
                    .addResponses(ResponseOp.newBuilder()
                            .setResponseRange(RangeResponse.newBuilder().setCount(level)))
                    .build();
        }
        assertThat(json.print(answer))
                .startsWith("{\"responses\":[{\"response_txn\":{\"responses\":[{\"response_txn\":")
                .contains("{\"response_txn\":{\"succeeded\":true}},{\"response_range\":{}}]}}")
                .endsWith(",{\"response_range\":{\"count\":\"128\"}}]}");
        assertThat(text.print(answer)).isEqualTo(json.print(answer));
    }

    @Test
    void what_is_no_danger_in_json_is_not_escaped() {
        String reason = "code = 'x' \\u003d <&>";
        String printed = new JsonMessages(BytesForm.BASE64)
                .print(WatchResponse.newBuilder().setCancelReason(reason).build());

        assertThat(printed).contains("code = 'x' \\\\u003d ");
        assertThat(JsonParser.parseString(printed)
                        .getAsJsonObject()
                        .get("cancel_reason")
                        .getAsString())
                .isEqualTo(reason);
    }

    @Test
    void after_close_calls_are_unavailable() {
        gateway.close();

        assertThat(post("/v3/kv/range", "{\"key\":\"YQ==\"}").status()).isEqualTo(503);
    }

    private FakeHttpCall post(String path, String body) {
        return FakeHttpCall.post(path, body).handledBy(gateway);
    }

    private static @Nullable String text(Metadata metadata, String key) {
        return metadata.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
    }

    private static final class FakeKv extends KVGrpc.KVImplBase {
        private final List<RangeRequest> ranges = new ArrayList<>();
        private final List<TxnRequest> txns = new ArrayList<>();
        private Status refusal = ErrorCode.EMPTY_KEY.toStatus();

        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            ranges.add(request);
            answer.onNext(RangeResponse.newBuilder()
                    .setHeader(ResponseHeader.newBuilder().setClusterId(-1).setRevision(9_007_199_254_740_993L))
                    .addKvs(KeyValue.newBuilder()
                            .setKey(request.getKey())
                            .setCreateRevision(2)
                            .setValue(ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xef})))
                    .setCount(1)
                    .build());
            answer.onCompleted();
        }

        @Override
        public void put(PutRequest request, StreamObserver<PutResponse> answer) {
            answer.onError(refusal.asRuntimeException());
        }

        @Override
        public void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
            txns.add(request);
            answer.onNext(TxnResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }

    /** Tells that a watch was created, one event, and that there is no leader. */
    private static final class FakeWatch extends WatchGrpc.WatchImplBase {
        private final List<WatchRequest> requests = new ArrayList<>();

        @Override
        public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answer) {
            return new StreamObserver<>() {
                @Override
                public void onNext(WatchRequest request) {
                    requests.add(request);
                    answer.onNext(WatchResponse.newBuilder().setCreated(true).build());
                    answer.onNext(WatchResponse.newBuilder()
                            .addEvents(Event.newBuilder()
                                    .setKv(KeyValue.newBuilder()
                                            .setKey(request.getCreateRequest().getKey())
                                            .setModRevision(7)))
                            .build());
                    answer.onError(ErrorCode.NO_LEADER.toStatus().asRuntimeException());
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {}
            };
        }
    }

    /** A lease lives for as many seconds as its id; a negative one has no leader. */
    private static final class FakeLease extends LeaseGrpc.LeaseImplBase {
        @Override
        public void leaseRevoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> answer) {
            answer.onNext(LeaseRevokeResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(StreamObserver<LeaseKeepAliveResponse> answer) {
            return new StreamObserver<>() {
                private boolean failed;

                @Override
                public void onNext(LeaseKeepAliveRequest request) {
                    if (request.getID() < 0) {
                        failed = true;
                        answer.onError(ErrorCode.NO_LEADER.toStatus().asRuntimeException());
                    } else {
                        answer.onNext(LeaseKeepAliveResponse.newBuilder()
                                .setID(request.getID())
                                .setTTL(request.getID())
                                .build());
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    if (!failed) {
                        answer.onCompleted();
                    }
                }
            };
        }
    }

    private final class NotesMetadata implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            metadata.add(headers);
            return next.startCall(call, headers);
        }
    }
}
