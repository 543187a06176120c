package io.leasehold.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.server.config.ListenUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams in JSON whose requests come one by one, over one connection of HTTP/1.1 with a body in chunks. */
@Timeout(120)
class JsonStreamTest {
    private static final int LIMIT_MILLIS = 30_000;

    @TempDir
    static Path directory;

    private static RunningMember member;

    @BeforeAll
    static void start() throws IOException {
        member = new RunningMember(directory);
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    @Test
    void a_watch_is_created_before_the_body_ends_and_cancelled_by_what_follows() throws IOException {
        try (Exchange watch = new Exchange("/v3/watch")) {
            watch.say("{\"create_request\":{\"key\":\"");
            watch.say("d2F0Y2hlZA==\"}}");
            assertThat(watch.heard()).contains("\"created\":true").doesNotContain("watch_id");
            put("watched", "1");
            assertThat(watch.heard()).contains("\"value\":\"MQ==\"").doesNotContain("type");
            watch.say("{\"create_request\":{\"key\":\"b3RoZXI=\"}} ");
            assertThat(watch.heard()).contains("\"created\":true", "\"watch_id\":\"1\"");

            watch.say("{\"cancel_request\":{\"watch_id\":1}}");

            assertThat(watch.heard()).contains("\"canceled\":true", "\"watch_id\":\"1\"");
            put("other", "1");
            put("watched", "2");
            assertThat(watch.heard()).contains("\"value\":\"Mg==\"");
            watch.endBody();
            put("watched", "3");
            assertThat(watch.heard()).contains("\"value\":\"Mw==\"");
        }
    }

    @Test
    void each_keepalive_is_answered_before_the_next_is_sent_and_the_connection_serves_on() throws IOException {
        LeaseGrpc.newBlockingStub(member.channel)
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(9).setTTL(60).build());
        try (Exchange renewals = new Exchange("/v3/lease/keepalive")) {
            for (int i = 0; i < 3; i++) {
                renewals.say("{\"ID\":9}\n");
                assertThat(renewals.heard()).contains("\"ID\":\"9\",\"TTL\":\"60\"");
            }
            renewals.endBody();
            renewals.endOfAnswer();

            renewals.post("/v3/kv/range", "{}");

            assertThat(renewals.statusLine()).contains("400");
        }
    }

    @Test
    void an_object_that_never_ends_ends_the_stream() throws IOException {
        try (Exchange endless = new Exchange("/v3/lease/keepalive")) {
            String piece = "{\"ID\":".repeat(20_000);
            for (int i = 0; i < 64; i++) {
                endless.say(piece);
            }

            assertThat(endless.statusLine()).contains("200");
        } catch (IOException refusedMeanwhile) {
            // The server may have closed the connection before all of it was sent.
            assertThat(refusedMeanwhile).isNotNull();
        }
        put("still", "served");
    }

    @Test
    void a_client_that_goes_in_the_middle_of_an_object_leaves_nothing_behind() throws IOException {
        try (Exchange gone = new Exchange("/v3/watch")) {
            gone.say("{\"create_request\":{\"key\":\"Z29uZQ==\"}}{\"create");
            assertThat(gone.heard()).contains("\"created\":true");
        }
        while (member.server.replica().watches().counters().watchers() > 0) {
            Thread.onSpinWait();
        }
    }

    private static void put(String key, String value) {
        KVGrpc.newBlockingStub(member.channel)
                .put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value))
                        .build());
    }

    /** One connection, and a request on it whose body goes out as the test says. */
    private static final class Exchange implements AutoCloseable {
        private final Socket socket;
        private final OutputStream out;
        private final BufferedReader in;
        private boolean answered;

        Exchange(String path) throws IOException {
            ListenUrl address = member.server.addresses().getFirst();
            socket = new Socket(address.host(), address.port());
            socket.setSoTimeout(LIMIT_MILLIS);
            out = socket.getOutputStream();
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        void post(String path, String body) throws IOException {
            answered = false;
            send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body);
        }

        void say(String piece) throws IOException {
            send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
        }

        void endBody() throws IOException {
            send("0\r\n\r\n");
        }

        /** The next line of JSON; sizes of chunks and blank lines are passed over. */
        String heard() throws IOException {
            if (!answered) {
                answered = true;
                assertThat(statusLine()).contains("200");
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("{")) {
                    return line;
                }
            }
            throw new IOException("the answer has ended");
        }

        /** Reads up to the chunk that ends an answer. */
        void endOfAnswer() throws IOException {
            for (String line = in.readLine(); !"0".equals(line); line = in.readLine()) {
                assertThat(line).isNotNull();
            }
            assertThat(in.readLine()).isEmpty();
        }

        String statusLine() throws IOException {
            return String.valueOf(in.readLine());
        }

        private void send(String text) throws IOException {
            out.write(text.getBytes(UTF_8));
            out.flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
