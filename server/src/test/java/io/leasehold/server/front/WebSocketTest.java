package io.leasehold.server.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig.ClientUrls;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.leasehold.server.config.ServerConfig.HttpAccess;
import io.leasehold.server.gateway.GatewayEndpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebSocketTest {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final GrpcLimits LIMITS = new GrpcLimits(Integer.MAX_VALUE, 5_000, 7_200_000, 20_000);

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> tokens = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private GatewayEndpoint gateway;
    private ClientPort port;

    @BeforeEach
    void open() {
        port = ClientPort.bind(
                new ClientUrls(List.of(new ListenUrl("127.0.0.1", 0)), List.of("http://x:1"), List.of(), List.of()));
        var services =
                List.of(ServerInterceptors.intercept(new FakeLease(), new NotesToken()), new FakeKv().bindService());
        gateway = new GatewayEndpoint(services, MAX_MESSAGE_BYTES, Integer.MAX_VALUE, () -> false);
        port.serve(
                new PortServices(
                        LIMITS,
                        MAX_MESSAGE_BYTES,
                        services,
                        List.of(),
                        new HttpAccess(Set.of(), Set.of(), true),
                        List.of(gateway),
                        List.of()),
                Optional.empty());
    }

    @AfterEach
    void close() {
        client.shutdownNow();
        gateway.close();
        port.close();
    }

    @Test
    void requests_and_responses_are_messages() throws Exception {
        WebSocket socket = connect("/v3/lease/keepalive");

        for (int id = 1; id <= 3; id++) {
            socket.sendText("{\"ID\":" + id + "}", true).join();
            assertThat(next()).isEqualTo("{\"result\":{\"ID\":\"" + id + "\",\"TTL\":\"60\"}}");
        }
        socket.sendText("{\"I", false).join();
        socket.sendText("D\":-1}", true).join();

        assertThat(next()).startsWith("{\"error\":{").contains("etcdserver: no leader");
        assertThat(next()).isEqualTo("closed 1000");
    }

    @Test
    void a_single_call_is_one_message_each_way() throws Exception {
        WebSocket socket = connect("/v3/kv/range?bytes=text");

        socket.sendText("{\"key\":\"abc\"}", true).join();

        assertThat(next()).isEqualTo("{\"count\":\"3\"}");
        assertThat(next()).isEqualTo("closed 1000");
    }

    @Test
    void a_token_comes_as_a_protocol() throws Exception {
        client.newWebSocketBuilder()
                .subprotocols("Bearer", "abc.7")
                .buildAsync(uri("/v3/lease/keepalive"), new Hears())
                .join();

        assertThat(tokens.poll(10, TimeUnit.SECONDS)).isEqualTo("abc.7");
    }

    @Test
    void what_is_no_json_ends_the_call() throws Exception {
        WebSocket socket = connect("/v3/lease/keepalive");

        socket.sendText("{nonsense", true).join();

        assertThat(next()).startsWith("{\"error\":{\"error\":\"a message that is no JSON");
        assertThat(next()).isEqualTo("closed 1000");
    }

    @Test
    void a_path_without_a_method_is_no_conversation() {
        assertThatThrownBy(() -> connect("/v3/nope")).isInstanceOf(CompletionException.class);
    }

    private WebSocket connect(String path) {
        return client.newWebSocketBuilder().buildAsync(uri(path), new Hears()).join();
    }

    private URI uri(String path) {
        ListenUrl url = port.addresses().getFirst();
        return URI.create("ws://" + url.hostAndPort() + path);
    }

    private String next() throws InterruptedException {
        return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
    }

    private final class Hears implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code);
            return null;
        }
    }

    private static final class FakeKv extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(
                    RangeResponse.newBuilder().setCount(request.getKey().size()).build());
            answer.onCompleted();
        }
    }

    private static final class FakeLease extends LeaseGrpc.LeaseImplBase {
        @Override
        public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(StreamObserver<LeaseKeepAliveResponse> answer) {
            return new StreamObserver<>() {
                @Override
                public void onNext(LeaseKeepAliveRequest request) {
                    if (request.getID() < 0) {
                        answer.onError(ErrorCode.NO_LEADER.toStatus().asRuntimeException());
                    } else {
                        answer.onNext(LeaseKeepAliveResponse.newBuilder()
                                .setID(request.getID())
                                .setTTL(60)
                                .build());
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {}
            };
        }
    }

    private final class NotesToken implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            tokens.add(String.valueOf(headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER))));
            return next.startCall(call, headers);
        }
    }
}
