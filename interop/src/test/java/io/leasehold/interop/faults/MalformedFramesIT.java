package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bytes that are no protocol, on sockets of their own. After each the server serves others as before. */
final class MalformedFramesIT {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int READ_LIMIT_MILLIS = 500;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @AfterEach
    void the_server_still_serves() {
        assertThat(SERVER.process().isAlive()).isTrue();
        try (Connection connection = new Connection(SERVER.endpoint())) {
            connection.put("after", "nonsense");
            assertThat(connection.get("after").getKvs(0).getValue().toStringUtf8())
                    .isEqualTo("nonsense");
        }
    }

    @Test
    void random_bytes() throws IOException {
        SplittableRandom random = new SplittableRandom(4711);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[random.nextInt(1, 5_000)];
            random.nextBytes(garbage);
            send(garbage);
        }
    }

    @Test
    void connections_that_say_nothing_or_break_off() throws IOException {
        send(new byte[0]);
        for (int length = 1; length < PREFACE.length; length++) {
            send(Arrays.copyOf(PREFACE, length));
        }
        send("GET /health HTT".getBytes(StandardCharsets.US_ASCII));
        send("POST /v3/kv/put HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void many_open_connections_that_say_nothing() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                sockets.add(connect());
            }
            the_server_still_serves();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void frames_of_wrong_length_type_or_stream() throws IOException {
        send(PREFACE, frame(SETTINGS, 0, 0, new byte[5]));
        send(PREFACE, frame(SETTINGS, 0, 1, new byte[0]));
        send(PREFACE, settings(), frame(DATA, 0, 1, new byte[10]));
        send(PREFACE, settings(), frame(0xEE, 0xFF, 0x7FFFFFFF, new byte[100]));
        send(PREFACE, settings(), new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, HEADERS, 4, 0, 0, 0, 1});
        send(PREFACE, settings(), frame(HEADERS, 4, 1, new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F}));
    }

    @Test
    void headers_that_never_end() throws IOException {
        byte[] name = new byte[60_000];
        Arrays.fill(name, (byte) 'a');
        send(("GET /" + new String(name, StandardCharsets.US_ASCII) + " HTTP/1.1\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        send(("GET /health HTTP/1.1\r\nx: " + new String(name, StandardCharsets.US_ASCII) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));

        ByteArrayOutputStream continued = new ByteArrayOutputStream();
        continued.write(PREFACE);
        continued.write(settings());
        continued.write(frame(HEADERS, 0, 1, literalHeader()));
        for (int i = 0; i < 1_000; i++) {
            continued.write(frame(9, 0, 1, literalHeader()));
        }
        send(continued.toByteArray());
    }

    @Test
    void a_grpc_call_with_a_message_that_is_none() throws IOException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        headers.write(new byte[] {(byte) 0x83, (byte) 0x86});
        headers.write(literal(":path", "/etcdserverpb.KV/Put"));
        headers.write(literal(":authority", "localhost"));
        headers.write(literal("content-type", "application/grpc"));
        headers.write(literal("te", "trailers"));
        byte[] start = frame(HEADERS, 4, 1, headers.toByteArray());
        byte[] notProtobuf = {0, 0, 0, 0, 4, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
        byte[] lengthOfFourGigabytes = {0, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1};
        byte[] compressedByNobody = {1, 0, 0, 0, 1, 1};

        send(PREFACE, settings(), start, frame(DATA, 1, 1, notProtobuf));
        send(PREFACE, settings(), start, frame(DATA, 1, 1, lengthOfFourGigabytes));
        send(PREFACE, settings(), start, frame(DATA, 1, 1, compressedByNobody));
        send(PREFACE, settings(), start, frame(DATA, 1, 1, new byte[] {0, 0}));
        send(PREFACE, settings(), start);
    }

    /** Sends, reads for a moment what comes back, and hangs up. A reset by the server is an answer too. */
    private static void send(byte[]... parts) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(READ_LIMIT_MILLIS / 10);
            OutputStream out = socket.getOutputStream();
            try {
                for (byte[] part : parts) {
                    out.write(part);
                }
                out.flush();
                socket.getInputStream().read(new byte[1_000]);
            } catch (IOException resetOrTimeout) {
                assertThat(resetOrTimeout).isNotNull();
            }
        }
    }

    private static Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), SERVER.process().clientPort());
    }

    private static byte[] settings() {
        return frame(SETTINGS, 0, 0, new byte[0]);
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private static byte[] literalHeader() {
        return literal("x-filler", "v".repeat(120));
    }

    /** A header as HPACK's literal without indexing, both strings below 127 bytes. */
    private static byte[] literal(String name, String value) {
        return ByteBuffer.allocate(3 + name.length() + value.length())
                .put((byte) 0)
                .put((byte) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put((byte) value.length())
                .put(value.getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
