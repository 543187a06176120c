package io.leasehold.server.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig.ClientUrls;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.leasehold.server.config.ServerConfig.HttpAccess;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpEndpoint;
import io.leasehold.server.http.HttpReply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientPortTest {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final GrpcLimits LIMITS = new GrpcLimits(Integer.MAX_VALUE, 5_000, 7_200_000, 20_000);

    private final List<String> remoteAddresses = Collections.synchronizedList(new ArrayList<>());
    private ClientPort port;
    private ManagedChannel channel;

    @BeforeEach
    void open() {
        port = ClientPort.bind(urls(new ListenUrl("127.0.0.1", 0)));
        port.serve(
                new PortServices(
                        LIMITS,
                        MAX_MESSAGE_BYTES,
                        List.of(
                                ServerInterceptors.intercept(new EchoKv(), new NotesRemote()),
                                new SilentWatch().bindService()),
                        List.of(),
                        new HttpAccess(Set.of(), Set.of(), true),
                        List.of(new EchoEndpoint()),
                        List.of()),
                Optional.empty());
        channel = connect();
    }

    @AfterEach
    void close() throws InterruptedException {
        channel.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
        port.close();
    }

    @Test
    void grpc_and_http_are_served_on_one_port() throws Exception {
        assertThat(range(channel, "k")).isEqualTo(1);
        assertThat(http("/echo/a?x=1").body()).isEqualTo("GET /echo/a {x=[1]}");
        assertThat(range(channel, "kk")).isEqualTo(2);
        assertThat(remoteAddresses).allMatch(address -> address.startsWith("/127.0.0.1:"));
    }

    @Test
    void connections_that_come_and_go_are_all_served() throws Exception {
        for (int round = 0; round < 200; round++) {
            ManagedChannel brief = connect();
            assertThat(range(brief, "key")).isEqualTo(3);
            brief.shutdownNow();
        }

        assertThat(remoteAddresses).hasSize(200);
    }

    @Test
    void many_calls_at_once_are_all_answered() throws Exception {
        int calls = 5_000;
        CountDownLatch answered = new CountDownLatch(calls);
        KVGrpc.KVStub stub = KVGrpc.newStub(channel);
        for (int call = 0; call < calls; call++) {
            stub.put(PutRequest.getDefaultInstance(), new StreamObserver<>() {
                @Override
                public void onNext(PutResponse value) {}

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    answered.countDown();
                }
            });
        }

        assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_preface_that_comes_byte_by_byte_is_still_http2() throws Exception {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] emptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        try (Socket socket = socket()) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            for (byte each : preface) {
                out.write(each);
                out.flush();
            }
            out.write(emptySettings);
            out.flush();

            byte[] frameHeader = socket.getInputStream().readNBytes(9);

            assertThat(frameHeader[3]).as("type of the first frame: SETTINGS").isEqualTo((byte) 4);
        }
    }

    @Test
    void half_a_preface_and_garbage_hurt_nobody() throws Exception {
        try (Socket half = socket();
                Socket garbage = socket()) {
            half.getOutputStream().write("PRI * HTT".getBytes(StandardCharsets.US_ASCII));
            garbage.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 13, 10, 13, 10});
            garbage.getOutputStream().flush();

            assertThat(new String(garbage.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(range(channel, "k")).isEqualTo(1);
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        try (Socket socket = socket()) {
            OutputStream out = socket.getOutputStream();
            out.write(get("/later", "keep-alive"));
            out.write(get("/echo/2", "keep-alive"));
            out.write(get("/echo/3", "close"));

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answers.indexOf("later")).isPositive();
            assertThat(answers.indexOf("/echo/2")).isGreaterThan(answers.indexOf("later"));
            assertThat(answers.indexOf("/echo/3")).isGreaterThan(answers.indexOf("/echo/2"));
        }
    }

    @Test
    void a_body_sent_slowly_is_put_together() throws Exception {
        try (Socket socket = socket()) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /echo/b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            for (byte each : "hello".getBytes(StandardCharsets.US_ASCII)) {
                out.write(each);
                out.flush();
            }

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("POST /echo/b {}hello");
        }
    }

    @Test
    void unknown_paths_options_and_oversized_bodies_get_their_answers() throws Exception {
        assertThat(http("/nobody").statusCode()).isEqualTo(404);
        assertThat(http("/nobody").body()).isEqualTo("404 page not found\n");
        HttpResponse<String> options =
                send(request("/v3/kv/put").method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(200);
        assertThat(options.headers().firstValue("Access-Control-Allow-Methods"))
                .contains("POST, GET, OPTIONS, PUT, DELETE");
        HttpResponse<String> huge = send(request("/echo/huge")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2 * MAX_MESSAGE_BYTES + 1])));
        assertThat(huge.statusCode()).isEqualTo(413);
    }

    @Test
    void an_endpoint_that_breaks_answers_500_and_the_connection_goes_on() throws Exception {
        assertThat(http("/broken").statusCode()).isEqualTo(500);
        assertThat(http("/echo/x").statusCode()).isEqualTo(200);
    }

    @Test
    void a_message_over_the_bound_is_refused_by_the_transport() {
        PutRequest large = PutRequest.newBuilder()
                .setValue(ByteString.copyFrom(new byte[MAX_MESSAGE_BYTES]))
                .build();

        assertThatThrownBy(() -> KVGrpc.newBlockingStub(channel).put(large))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    }

    @Test
    void a_taken_address_is_named() {
        ListenUrl taken = port.addresses().getFirst();

        assertThatThrownBy(() -> ClientPort.bind(urls(taken)))
                .isInstanceOf(BindFailed.class)
                .hasMessage("cannot listen on " + taken
                        + ": address already in use (choose another address with --listen-client-urls)");
    }

    @Test
    void closing_ends_open_streams_as_unavailable() throws Exception {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        CountDownLatch opened = new CountDownLatch(1);
        StreamObserver<WatchRequest> watch = WatchGrpc.newStub(channel).watch(new StreamObserver<>() {
            @Override
            public void onNext(WatchResponse value) {
                opened.countDown();
            }

            @Override
            public void onError(Throwable failure) {
                end.complete(failure);
            }

            @Override
            public void onCompleted() {
                end.completeExceptionally(new AssertionError("completed"));
            }
        });
        watch.onNext(WatchRequest.getDefaultInstance());
        assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();

        port.close();

        assertThat(Status.fromThrowable(end.get(10, TimeUnit.SECONDS)).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        ListenUrl address = port.addresses().getFirst();
        assertThatThrownBy(() -> new Socket(address.host(), address.port()).close())
                .isInstanceOf(IOException.class);
    }

    private static ClientUrls urls(ListenUrl url) {
        return new ClientUrls(List.of(url), List.of("http://x:1"), List.of(), List.of());
    }

    private ManagedChannel connect() {
        ListenUrl address = port.addresses().getFirst();
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .build();
    }

    private Socket socket() throws IOException {
        ListenUrl address = port.addresses().getFirst();
        Socket socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static byte[] get(String path, String connection) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: " + connection + "\r\n\r\n";
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    private static long range(ManagedChannel channel, String key) {
        RangeRequest request =
                RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        return KVGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .range(request)
                .getCount();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(port.addresses().getFirst() + path));
    }

    private HttpResponse<String> http(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Answers a range with the length of its key as the count. */
    private static final class EchoKv extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(RangeResponse.newBuilder()
                    .setHeader(ResponseHeader.newBuilder().setRevision(7))
                    .setCount(request.getKey().size())
                    .build());
            answer.onCompleted();
        }

        @Override
        public void put(PutRequest request, StreamObserver<PutResponse> answer) {
            answer.onNext(PutResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }

    /** Answers every request with an empty response and never ends. */
    private static final class SilentWatch extends WatchGrpc.WatchImplBase {
        @Override
        public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answer) {
            return new StreamObserver<>() {
                @Override
                public void onNext(WatchRequest request) {
                    answer.onNext(WatchResponse.getDefaultInstance());
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {}
            };
        }
    }

    private final class NotesRemote implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            remoteAddresses.add(String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
            return next.startCall(call, headers);
        }
    }

    private static final class EchoEndpoint implements HttpEndpoint {
        @Override
        public boolean serves(String path) {
            return path.startsWith("/echo/") || path.equals("/later") || path.equals("/broken");
        }

        @Override
        public void handle(HttpCall call) {
            if (call.path().equals("/broken")) {
                throw new IllegalArgumentException("broken on purpose");
            }
            HttpReply reply = HttpReply.text(
                    200,
                    call.method() + " " + call.path() + " " + call.query()
                            + new String(call.body(), StandardCharsets.UTF_8));
            if (call.path().equals("/later")) {
                Thread.ofVirtual().start(() -> call.respond(reply));
            } else {
                call.respond(reply);
            }
        }
    }
}
