package io.leasehold.server.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig.ClientUrls;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.leasehold.server.config.ServerConfig.HttpAccess;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpEndpoint;
import io.leasehold.server.http.HttpReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends, it is answered or cut off, and the others are served. */
@Timeout(120)
class HostileInputTest {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final GrpcLimits LIMITS = new GrpcLimits(100, 5_000, 7_200_000, 20_000);
    private static final int STATUS_LINE_BYTES = 12;
    private static final byte[] EMPTY_SETTINGS = frame(Http2Bytes.SETTINGS, 0, 0, new byte[0]);

    private ClientPort port;
    private ManagedChannel channel;

    @BeforeEach
    void open() {
        port = ClientPort.bind(
                new ClientUrls(List.of(new ListenUrl("127.0.0.1", 0)), List.of("http://x:1"), List.of(), List.of()));
        port.serve(
                new PortServices(
                        LIMITS,
                        MAX_MESSAGE_BYTES,
                        List.of(new EmptyKv().bindService()),
                        List.of(),
                        new HttpAccess(Set.of(), Set.of(), true),
                        List.of(new Says()),
                        List.of()),
                Optional.empty());
        ListenUrl address = port.addresses().getFirst();
        channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        port.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void random_bytes_hurt_nobody(long seed) throws IOException {
        Random random = new Random(seed);
        for (int connection = 0; connection < 25; connection++) {
            byte[] bytes = new byte[random.nextInt(3_000)];
            random.nextBytes(bytes);
            speak(bytes);
            speak(joined(Http2Bytes.PREFACE, bytes));
            speak(joined(Http2Bytes.PREFACE, EMPTY_SETTINGS, bytes));
        }

        assertServes("seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void random_frames_hurt_nobody(long seed) throws IOException {
        Random random = new Random(seed);
        for (int connection = 0; connection < 25; connection++) {
            List<byte[]> frames = new ArrayList<>(List.of(Http2Bytes.PREFACE, EMPTY_SETTINGS));
            for (int at = random.nextInt(20); at > 0; at--) {
                byte[] payload = new byte[random.nextInt(40)];
                random.nextBytes(payload);
                frames.add(frame(random.nextInt(12), random.nextInt(256), random.nextInt(4), payload));
            }
            speak(joined(frames.toArray(new byte[0][])));
        }

        assertServes("seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void mangled_requests_hurt_nobody(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] request = ascii(
                "POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        for (int connection = 0; connection < 60; connection++) {
            byte[] mangled = request.clone();
            for (int at = random.nextInt(4); at >= 0; at--) {
                mangled[random.nextInt(mangled.length)] = (byte) random.nextInt(256);
            }
            speak(mangled);
        }

        assertServes("seed " + seed);
    }

    @Test
    void long_headers_are_refused() throws IOException {
        assertThat(speak(ascii("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(20_000) + "\r\n\r\n")))
                .startsWith("HTTP/1.1 400");
        assertThat(speak(ascii("GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")))
                .startsWith("HTTP/1.1 400");
        assertServes("after long headers");
    }

    @Test
    void headers_without_an_end_are_cut_off() throws IOException {
        List<byte[]> frames = new ArrayList<>(List.of(Http2Bytes.PREFACE, EMPTY_SETTINGS));
        frames.add(frame(Http2Bytes.HEADERS, 0, 1, new byte[1_000]));
        for (int at = 0; at < 5_000; at++) {
            frames.add(frame(Http2Bytes.CONTINUATION, 0, 1, new byte[1_000]));
        }

        speak(joined(frames.toArray(new byte[0][])));

        assertServes("after endless headers");
    }

    @Test
    void a_greeting_without_an_end_is_not_kept() throws IOException {
        List<byte[]> frames = new ArrayList<>(List.of(Http2Bytes.PREFACE));
        for (int at = 0; at < 20_000; at++) {
            frames.add(EMPTY_SETTINGS);
        }

        speak(joined(frames.toArray(new byte[0][])));

        assertServes("after endless settings");
    }

    @Test
    void requests_that_are_reset_at_once_are_cut_off() throws IOException {
        // :method POST, :scheme http, :path /, content-type application/grpc, as literals without indexing.
        byte[] headers = joined(
                new byte[] {(byte) 0x83, (byte) 0x86, (byte) 0x84},
                new byte[] {0x0f, 0x10, 16},
                ascii("application/grpc"));
        byte[] reset = {0, 0, 0, 8};
        List<byte[]> frames = new ArrayList<>(List.of(Http2Bytes.PREFACE, EMPTY_SETTINGS));
        for (int stream = 1; stream < 40_000; stream += 2) {
            frames.add(frame(Http2Bytes.HEADERS, Http2Bytes.FLAG_END_HEADERS, stream, headers));
            frames.add(frame(3, 0, stream, reset));
        }

        speak(joined(frames.toArray(new byte[0][])));

        assertServes("after rapid resets");
    }

    @Test
    void many_who_say_little_leave_room_for_others() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int at = 0; at < 300; at++) {
                Socket socket = socket();
                socket.getOutputStream()
                        .write(ascii(at % 3 == 0 ? "" : at % 3 == 1 ? "POST /x HTTP/1.1\r\nHo" : "PRI * "));
                idle.add(socket);
            }

            assertServes("beside 300 slow ones");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void a_body_longer_than_allowed_is_refused_before_it_is_read() throws IOException {
        assertThat(speak(ascii("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")))
                .startsWith("HTTP/1.1 413");
        assertThat(speak(ascii("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")))
                .startsWith("HTTP/1.1 400");
        assertServes("after huge bodies");
    }

    /** Sends all, as far as it is taken, and tells what comes back within a moment. */
    private String speak(byte[] bytes) throws IOException {
        try (Socket socket = socket()) {
            ByteArrayOutputStream heard = new ByteArrayOutputStream();
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
                socket.shutdownOutput();
                socket.setSoTimeout(2_000);
                heard.writeBytes(socket.getInputStream().readNBytes(STATUS_LINE_BYTES));
            } catch (IOException silentOrCutOff) {
                return heard.toString(StandardCharsets.ISO_8859_1);
            }
            return heard.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private void assertServes(String after) throws IOException {
        assertThat(KVGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .range(RangeRequest.getDefaultInstance()))
                .as(after)
                .isNotNull();
        try (Socket socket = socket()) {
            socket.getOutputStream().write(ascii("GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .as(after)
                    .startsWith("HTTP/1.1 200");
        }
    }

    private Socket socket() throws IOException {
        ListenUrl address = port.addresses().getFirst();
        Socket socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        int length = payload.length;
        return joined(
                new byte[] {
                    (byte) (length >>> 16),
                    (byte) (length >>> 8),
                    (byte) length,
                    (byte) type,
                    (byte) flags,
                    0,
                    (byte) (stream >>> 16),
                    (byte) (stream >>> 8),
                    (byte) stream
                },
                payload);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final class EmptyKv extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(RangeResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }

    private static final class Says implements HttpEndpoint {
        @Override
        public boolean serves(String path) {
            return path.equals("/x");
        }

        @Override
        public void handle(HttpCall call) {
            call.respond(HttpReply.text(200, "x"));
        }
    }
}
