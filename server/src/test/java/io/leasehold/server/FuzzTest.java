package io.leasehold.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random requests, from a seed that is printed: whatever comes is answered with a clear error or done, nothing in the
 * server breaks, and nothing of it stays. {@code -Dfuzz.seed} and {@code -Dfuzz.rounds} make another or a longer run.
 */
@Timeout(300)
class FuzzTest {
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_121);
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 6);

    /** Calls that wait on purpose, such as Lock, are given up after this. */
    private static final long CALL_MILLIS = 500;

    /** What gRPC says when a handler has thrown. */
    private static final String BROKEN = "Application error processing RPC";

    @TempDir
    static Path directory;

    private static RunningMember member;
    private static HttpClient http;

    @BeforeAll
    static void start() throws IOException {
        member = new RunningMember(directory, "--bcrypt-cost=4", "--log-level=fatal");
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        http.close();
        member.close();
    }

    @Test
    void random_messages_are_answered_and_leave_no_stream_behind() throws Exception {
        Random random = random("messages");
        RandomMessages messages = new RandomMessages(random);

        for (int round = 0; round < ROUNDS; round++) {
            for (MethodDescriptor<Message, Message> method : methods().toList()) {
                List<Message> requests = List.of(messages.like(prototype(method)), messages.like(prototype(method)));
                assertNotBroken(method, requests, call(method, requests));
            }
        }

        assertServes();
        while (member.server.replica().watches().counters().streams() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void random_bytes_in_place_of_messages_are_refused() throws Exception {
        Random random = random("bytes");
        RandomMessages messages = new RandomMessages(random);

        for (int round = 0; round < ROUNDS; round++) {
            for (MethodDescriptor<Message, Message> method : methods().toList()) {
                byte[] bytes = damaged(messages.like(prototype(method)).toByteArray(), random);
                MethodDescriptor<byte[], Message> raw = method.toBuilder(new Raw(), method.getResponseMarshaller())
                        .build();
                Status status = call(raw, List.of(bytes));
                assertThat(String.valueOf(status.getDescription()))
                        .as("%s %s", method.getFullMethodName(), Arrays.toString(bytes))
                        .doesNotContain(BROKEN);
            }
        }

        assertServes();
    }

    @Test
    void random_json_is_answered() throws Exception {
        Random random = random("JSON");
        RandomMessages messages = new RandomMessages(random);
        List<String> paths = List.of(
                "/v3/kv/range",
                "/v3/kv/put",
                "/v3/kv/txn",
                "/v3/kv/deleterange",
                "/v3/lease/grant",
                "/v3/lease/timetolive",
                "/v3/lease/keepalive",
                "/v3/maintenance/status",
                "/v3/auth/role/grant");
        Map<String, Message> prototypes = Map.of(
                "/v3/kv/txn", prototype(erased(KVGrpc.getTxnMethod())),
                "/v3/kv/put", PutRequest.getDefaultInstance());

        for (int round = 0; round < 10 * ROUNDS; round++) {
            for (String path : paths) {
                Message message = messages.like(prototypes.getOrDefault(path, RangeRequest.getDefaultInstance()));
                byte[] body = damaged(json(message).getBytes(UTF_8), random);
                HttpResponse<String> response = post(path + (random.nextInt(4) == 0 ? "?bytes=text" : ""), body);
                assertThat(response.statusCode() == 500 || response.body().contains("internal error"))
                        .as("%s %s: %s", path, new String(body, ISO_8859_1), response.body())
                        .isFalse();
            }
        }

        assertServes();
    }

    private static Random random(String what) {
        System.out.println("fuzzed " + what + ": -Dfuzz.seed=" + SEED);
        return new Random(SEED);
    }

    /** A member that still does what it should, whatever came before. */
    private static void assertServes() {
        ByteString key = ByteString.copyFromUtf8("still served");
        KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel).withDeadlineAfter(30, TimeUnit.SECONDS);
        kv.put(PutRequest.newBuilder().setKey(key).build());
        assertThat(kv.range(RangeRequest.newBuilder().setKey(key).build()).getCount())
                .isEqualTo(1);
    }

    private static void assertNotBroken(MethodDescriptor<?, ?> method, List<Message> requests, Status status) {
        assertThat(String.valueOf(status.getDescription()))
                .as("%s %s", method.getFullMethodName(), requests)
                .doesNotContain(BROKEN);
        assertThat(status.getCode())
                .as("%s %s: %s", method.getFullMethodName(), requests, status)
                .isNotEqualTo(Status.Code.INTERNAL);
    }

    /** All methods but Alarm, which would rightly keep the later ones from writing. */
    private static Stream<MethodDescriptor<Message, Message>> methods() {
        return Stream.of(
                        KVGrpc.getServiceDescriptor(),
                        WatchGrpc.getServiceDescriptor(),
                        LeaseGrpc.getServiceDescriptor(),
                        ClusterGrpc.getServiceDescriptor(),
                        MaintenanceGrpc.getServiceDescriptor(),
                        AuthGrpc.getServiceDescriptor(),
                        LockGrpc.getServiceDescriptor(),
                        ElectionGrpc.getServiceDescriptor(),
                        io.leasehold.protocol.leasehold.v1.LeaseGrpc.getServiceDescriptor())
                .map(ServiceDescriptor::getMethods)
                .flatMap(methods -> methods.stream().map(FuzzTest::erased))
                .filter(method -> !method.getFullMethodName().endsWith("/Alarm"));
    }

    @SuppressWarnings("unchecked") // Every generated message is a Message.
    private static MethodDescriptor<Message, Message> erased(MethodDescriptor<?, ?> generated) {
        return (MethodDescriptor<Message, Message>) generated;
    }

    private static Message prototype(MethodDescriptor<Message, Message> method) {
        return Objects.requireNonNull(
                ((MethodDescriptor.PrototypeMarshaller<Message>) method.getRequestMarshaller()).getMessagePrototype());
    }

    /** Sends them, where one is all there may be the first, and waits for the end; a stream is given up soon. */
    private static <Q> Status call(MethodDescriptor<Q, Message> method, List<Q> requests) throws Exception {
        boolean single = method.getType().clientSendsOneMessage();
        CompletableFuture<Status> ended = new CompletableFuture<>();
        ClientCall<Q, Message> call = member.channel.newCall(
                method, CallOptions.DEFAULT.withDeadlineAfter(CALL_MILLIS, TimeUnit.MILLISECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                new Metadata());
        call.request(10);
        for (Q request : single ? requests.subList(0, 1) : requests) {
            call.sendMessage(request);
        }
        call.halfClose();
        if (method.getType() != MethodDescriptor.MethodType.UNARY) {
            // The server has seen the request by the time it answers the next call of this connection.
            assertServes();
            call.cancel("seen enough", null);
        }
        return ended.get(30, TimeUnit.SECONDS);
    }

    /** As it is, or with some bytes changed, left out, or repeated. */
    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int left = random.nextInt(4); left > 0 && bytes.length > 0; left--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + at);
                    System.arraycopy(bytes, 0, longer, bytes.length, at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    private static String json(Message message) throws InvalidProtocolBufferException {
        return JsonFormat.printer().preservingProtoFieldNames().print(message);
    }

    private static HttpResponse<String> post(String path, byte[] body) throws Exception {
        URI uri = URI.create(member.server.addresses().getFirst() + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(30))
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends bytes as they are. */
    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] request) {
            return new ByteArrayInputStream(request);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new IllegalStateException("a client receives no requests");
        }
    }
}
