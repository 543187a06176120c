package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.call.LeaseholdException.Kind;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.PutResult;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a call is repeated, where, and how it fails. */
final class CallTest {
    private static final Status DOWN = Status.UNAVAILABLE.withDescription("down");

    private final VirtualTimeline time = new VirtualTimeline();
    private final FakeKv first = new FakeKv();
    private final FakeKv second = new FakeKv();
    private final CountingAuth auth = new CountingAuth();
    private final VirtualCluster cluster =
            new VirtualCluster(time).server(first, auth).server(second, new CountingAuth());
    private final LeaseholdClient client = cluster.client();

    @AfterEach
    void close() {
        client.close();
        cluster.close();
    }

    private static final class CountingAuth extends AuthGrpc.AuthImplBase implements BindableService {
        private int calls;
        private boolean silent;

        @Override
        public void authenticate(AuthenticateRequest request, StreamObserver<AuthenticateResponse> answer) {
            calls++;
            if (silent) {
                return;
            }
            answer.onNext(
                    AuthenticateResponse.newBuilder().setToken("token-" + calls).build());
            answer.onCompleted();
        }
    }

    private static LeaseholdException failure(CompletableFuture<?> call) {
        try {
            Blocking.await(call);
        } catch (LeaseholdException failed) {
            return failed;
        }
        throw new AssertionError("did not fail");
    }

    @Test
    void a_read_goes_to_another_endpoint_at_once() {
        first.failures.add(DOWN);

        cluster.now(client.kv().get(utf8("k")));
        cluster.now(client.kv().get(utf8("k")));

        assertThat(first.ranges).isEqualTo(1);
        assertThat(second.ranges).isEqualTo(2);
    }

    @Test
    void a_read_is_tried_until_its_time_is_over_and_then_names_the_endpoints() {
        cluster.stop(0);
        cluster.stop(1);

        CompletableFuture<GetResult> read = client.kv().get(utf8("k"));
        time.advance(Duration.ofSeconds(5));

        LeaseholdException failed = failure(read);
        assertThat(failed.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failed).hasMessageContaining("[0, 1]").hasMessageContaining("PT5S");
    }

    @Test
    void a_read_survives_an_outage_shorter_than_its_time() {
        cluster.stop(0);
        cluster.stop(1);
        CompletableFuture<GetResult> read = client.kv().get(utf8("k"));
        time.advance(Duration.ofSeconds(3));

        cluster.server(1, second);
        time.advance(Duration.ofSeconds(1));

        assertThat(read).isCompleted();
    }

    @Test
    void a_change_that_was_sent_is_not_repeated_and_says_that_it_may_have_been_made() {
        first.failures.add(DOWN);

        CompletableFuture<PutResult> put = client.kv().put(utf8("k"), utf8("v"));
        time.advance(Duration.ofSeconds(5));

        LeaseholdException failed = failure(put);
        assertThat(failed.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failed.outcomeUnknown()).isTrue();
        assertThat(failed).hasMessageContaining("may have been applied");
        assertThat(second.puts).isZero();
    }

    @Test
    void a_change_that_reached_no_server_is_repeated() {
        cluster.stop(0);

        cluster.now(client.kv().put(utf8("k"), utf8("v")));

        assertThat(second.puts).isEqualTo(1);
    }

    @Test
    void a_change_that_the_server_refused_beforehand_is_repeated() {
        first.failures.add(ErrorCode.TOO_MANY_REQUESTS.toStatus());

        CompletableFuture<PutResult> put = client.kv().put(utf8("k"), utf8("v"));
        time.advance(Duration.ofSeconds(1));

        assertThat(put).isCompleted();
    }

    @Test
    void a_refusal_is_final_and_known_by_its_code() {
        first.failures.add(ErrorCode.NO_SPACE.toStatus());

        CompletableFuture<PutResult> put = client.kv().put(utf8("k"), utf8("v"));
        time.settle();

        LeaseholdException failed = failure(put);
        assertThat(failed.is(ErrorCode.NO_SPACE)).isTrue();
        assertThat(failed.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failed.outcomeUnknown()).isFalse();
    }

    @Test
    void a_read_is_never_older_than_what_was_seen() {
        first.revision = 100;
        second.revision = 90;
        cluster.now(client.kv().get(utf8("k")));
        cluster.stop(0);

        CompletableFuture<GetResult> read = client.kv().get(utf8("k"));
        time.advance(Duration.ofSeconds(2));
        assertThat(read).isNotDone();
        second.revision = 100;
        time.advance(Duration.ofSeconds(1));

        assertThat(read.join().header().revision()).isEqualTo(100);
    }

    @Test
    void an_old_answer_is_a_failure_when_nobody_has_a_newer_one() {
        first.revision = 100;
        cluster.now(client.kv().get(utf8("k")));
        cluster.stop(0);

        CompletableFuture<GetResult> read = client.kv().get(utf8("k"));
        time.advance(Duration.ofSeconds(6));

        assertThat(failure(read).kind()).isEqualTo(Kind.STALE_READ);
    }

    @Test
    void a_token_is_fetched_once_and_anew_when_it_is_refused() {
        try (LeaseholdClient signedIn = cluster.client(LeaseholdClient.builder().credentials("root", "secret"))) {
            cluster.now(signedIn.kv().get(utf8("k")));
            cluster.now(signedIn.kv().get(utf8("k")));
            assertThat(auth.calls).isEqualTo(1);

            first.failures.add(ErrorCode.INVALID_AUTH_TOKEN.toStatus());
            cluster.now(signedIn.kv().put(utf8("k"), utf8("v")));

            assertThat(auth.calls).isEqualTo(2);
            assertThat(first.puts).isEqualTo(2);
        }
    }

    @Test
    void credentials_that_stay_refused_fail_the_call() {
        try (LeaseholdClient signedIn = cluster.client(LeaseholdClient.builder().credentials("root", "secret"))) {
            for (int i = 0; i < 3; i++) {
                first.failures.add(ErrorCode.INVALID_AUTH_TOKEN.toStatus());
            }

            CompletableFuture<GetResult> read = signedIn.kv().get(utf8("k"));
            time.settle();

            assertThat(failure(read).kind()).isEqualTo(Kind.UNAUTHENTICATED);
        }
    }

    @Test
    void a_call_ends_in_its_time_though_its_token_does_not_come() {
        auth.silent = true;
        try (LeaseholdClient signedIn = cluster.client(LeaseholdClient.builder().credentials("root", "secret"))) {
            CompletableFuture<GetResult> read =
                    signedIn.kv().withTimeout(Duration.ofMillis(200)).get(utf8("k"));
            time.advance(Duration.ofMillis(199));
            assertThat(read).isNotDone();
            time.advance(Duration.ofMillis(1));

            assertThat(failure(read).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
            assertThat(first.ranges).isZero();
        }
    }

    @Test
    void a_token_that_cannot_even_be_asked_for_fails_the_call() {
        LeaseholdClientBuilder settings = LeaseholdClient.builder().token(() -> {
            throw new IllegalStateException("the vault is closed");
        });
        try (LeaseholdClient signedIn = cluster.client(settings)) {
            CompletableFuture<GetResult> read = signedIn.kv().get(utf8("k"));
            time.settle();

            assertThat(failure(read)).hasMessageContaining("the vault is closed");
        }
    }

    @Test
    void a_call_after_the_end_of_the_client_says_so() {
        client.close();

        assertThat(failure(client.kv().get(utf8("k"))).kind()).isEqualTo(Kind.CLOSED);
    }

    @Test
    void settings_that_cannot_work_are_refused() {
        assertThatThrownBy(() -> LeaseholdClient.builder().build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LeaseholdClient.builder()
                        .endpoints("h:1")
                        .credentials("u", "p")
                        .token(() -> "t")
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LeaseholdClient.builder().pings(Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
