package io.leasehold.lease.leasehttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.leasehold.lease.lessor.Answer;
import io.leasehold.lease.lessor.LeaseItem;
import io.leasehold.lease.lessor.Lessor;
import io.leasehold.lease.lessor.LessorError;
import io.leasehold.lease.lessor.MemoryLessorStore;
import io.leasehold.lease.lessor.TxnDelete;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.leasepb.LeaseInternalResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeaseHttpTest {
    private final AtomicLong nowNanos = new AtomicLong();
    private final Lessor lessor = Lessor.create(new MemoryLessorStore(), 1, nowNanos::get);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean caughtUp = true;
    private HttpServer server;
    private URI url;
    private LeaseHttpClient client;
    private LeaseHttpHandler handler;

    @BeforeEach
    void serve() throws IOException {
        LessorLeases leases = new LessorLeases(lessor, atMost -> {
            assertThat(atMost).isEqualTo(Duration.ofSeconds(1));
            return caughtUp;
        });
        handler = new LeaseHttpHandler(leases);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(LeaseHttp.RENEW_PATH, new LessorHttpHandler(leases));
        server.setExecutor(threads);
        server.start();
        url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        client = new LeaseHttpClient(HttpClient.newHttpClient(), Duration.ofSeconds(10));
        lessor.promote(Duration.ZERO);
        lessor.grant(7, 10).orElseThrow();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
        lessor.stop();
    }

    @Test
    void renew_http_renews_and_tells_the_ttl() throws Exception {
        nowNanos.set(Duration.ofSeconds(9).toNanos());

        assertThat(client.renewHttp(url, 7)).isEqualTo(new Answer.Done<>(10L));

        assertThat(lessor.lookup(7).orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void time_to_live_http_tells_what_is_left_and_renews_nothing() throws Exception {
        lessor.attach(7, List.of(LeaseItem.of("b"), LeaseItem.of("a")));
        nowNanos.set(3_500_000_000L);

        LeaseTimeToLiveResponse withKeys = told(client.timeToLiveHttp(url, 7, true));
        LeaseTimeToLiveResponse withoutKeys = told(client.timeToLiveHttp(url, 7, false));

        assertThat(withKeys.getID()).isEqualTo(7);
        assertThat(withKeys.getTTL()).isEqualTo(6);
        assertThat(withKeys.getGrantedTTL()).isEqualTo(10);
        assertThat(withKeys.hasHeader()).isTrue();
        assertThat(withKeys.getKeysList())
                .containsExactlyInAnyOrder(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("b"));
        assertThat(withoutKeys.getKeysList()).isEmpty();
        assertThat(lessor.lookup(7).orElseThrow().remaining()).isEqualTo(Duration.ofMillis(6_500));
    }

    @Test
    void an_unknown_lease_is_404_which_the_client_takes_for_not_found() throws Exception {
        assertThat(client.renewHttp(url, 8)).isEqualTo(new Answer.Refused<>(LessorError.LEASE_NOT_FOUND));
        assertThat(client.timeToLiveHttp(url, 8, true)).isEqualTo(new Answer.Refused<>(LessorError.LEASE_NOT_FOUND));
        assertThat(handled("POST", LeaseHttp.RENEW_PATH, renewal(8)).status()).isEqualTo(404);
        assertThat(handled("POST", LeaseHttp.RENEW_PATH, renewal(8)).body().toUtf8())
                .isEqualTo("lease not found\n");
    }

    @Test
    void a_member_that_lags_behind_is_408_which_the_client_throws() {
        caughtUp = false;

        assertThatThrownBy(() -> client.renewHttp(url, 7))
                .isInstanceOf(LeaseHttpTimeoutException.class)
                .hasMessage("waiting for node to catch up its applied index has timed out");
        assertThatThrownBy(() -> client.timeToLiveHttp(url, 7, false)).isInstanceOf(LeaseHttpTimeoutException.class);
    }

    @Test
    void a_lessor_that_is_not_primary_refuses_renewals_with_400_and_questions_with_500() {
        lessor.demote();

        assertThatThrownBy(() -> client.renewHttp(url, 7)).hasMessageContaining("400: not a primary lessor");
        assertThatThrownBy(() -> client.timeToLiveHttp(url, 7, false)).hasMessageContaining("500: lessor demoted");
    }

    @Test
    void a_renewal_of_an_expired_lease_waits_until_it_is_revoked() throws Exception {
        nowNanos.set(Duration.ofSeconds(11).toNanos());
        lessor.setRangeDeleter(NothingToDelete::new);

        Future<Answer<Long>> renewal = threads.submit(() -> client.renewHttp(url, 7));
        // Whether the revocation comes before the renewal or after it: it is never answered with a TTL.
        lessor.revoke(7);

        assertThat(renewal.get()).isEqualTo(new Answer.Refused<>(LessorError.LEASE_NOT_FOUND));
    }

    @Test
    void other_methods_are_405_other_paths_400_bad_bodies_400_and_large_ones_413() {
        assertThat(handled("GET", LeaseHttp.RENEW_PATH, new byte[0]).status()).isEqualTo(405);
        assertThat(handled("OPTIONS", LeaseHttp.INTERNAL_PATH, new byte[0]).status())
                .isEqualTo(405);
        assertThat(handled("POST", "/leases/\nother", new byte[0]))
                .isEqualTo(LeaseHttpReply.error(400, "unknown request path \"/leases/?other\""));
        assertThat(handled("POST", LeaseHttp.RENEW_PATH, new byte[] {(byte) 0xff}))
                .isEqualTo(LeaseHttpReply.error(400, "error unmarshalling request"));
        assertThat(handled("POST", LeaseHttp.INTERNAL_PATH, new byte[] {10, 99}))
                .isEqualTo(LeaseHttpReply.error(400, "error unmarshalling request"));
        assertThat(handled("POST", LeaseHttp.RENEW_PATH, new byte[64 * 1024 + 1])
                        .status())
                .isEqualTo(413);
    }

    @Test
    void answers_are_the_seeds_messages() throws Exception {
        LeaseHttpReply reply = handled("POST", LeaseHttp.RENEW_PATH, renewal(7));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.contentType()).isEqualTo("application/protobuf");
        assertThat(LeaseKeepAliveResponse.parseFrom(reply.body().toByteArray()))
                .isEqualTo(
                        LeaseKeepAliveResponse.newBuilder().setID(7).setTTL(10).build());
    }

    @Test
    void an_answer_for_another_lease_is_refused_by_the_client() {
        server.removeContext(LeaseHttp.RENEW_PATH);
        server.createContext(LeaseHttp.RENEW_PATH, exchange -> {
            byte[] body = LeaseKeepAliveResponse.newBuilder()
                    .setID(9)
                    .setTTL(10)
                    .build()
                    .toByteArray();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });

        assertThatThrownBy(() -> client.renewHttp(url, 7))
                .isInstanceOf(IOException.class)
                .hasMessage("asked for lease 7, was answered for 9");
    }

    @Test
    void an_answer_that_is_no_message_is_an_io_exception() {
        server.removeContext(LeaseHttp.RENEW_PATH);
        server.createContext(LeaseHttp.RENEW_PATH, exchange -> {
            exchange.sendResponseHeaders(200, 1);
            exchange.getResponseBody().write(0xff);
            exchange.close();
        });

        assertThatThrownBy(() -> client.timeToLiveHttp(url, 7, true)).isInstanceOf(IOException.class);
    }

    private static LeaseTimeToLiveResponse told(Answer<LeaseInternalResponse> answer) {
        return answer.orElseThrow().getLeaseTimeToLiveResponse();
    }

    private static byte[] renewal(long id) {
        return LeaseKeepAliveRequest.newBuilder().setID(id).build().toByteArray();
    }

    private LeaseHttpReply handled(String method, String path, byte[] body) {
        List<LeaseHttpReply> replies = new ArrayList<>();
        handler.handle(method, path, body, replies::add);
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    private static final class NothingToDelete implements TxnDelete {
        @Override
        public Deleted deleteRange(ByteSequence key, @Nullable ByteSequence end) {
            throw new IllegalStateException("no key is attached");
        }

        @Override
        public void end() {}
    }
}
