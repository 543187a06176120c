package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LossReason;
import io.leasehold.protocol.leasehold.v1.ItemError;
import io.leasehold.protocol.leasehold.v1.KeepAliveRequest;
import io.leasehold.protocol.leasehold.v1.KeepAliveResponse;
import io.leasehold.protocol.leasehold.v1.KeepAliveResult;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Renewals at a server that takes many in a message. */
final class BatchedRenewalTest {
    private final VirtualTimeline time = new VirtualTimeline();
    private final Batches server = new Batches();
    private final FakeLeases single = new FakeLeases(time);
    private final VirtualCluster cluster = new VirtualCluster(time).server(server, single);
    private final LeaseholdClient client = cluster.client();

    @AfterEach
    void close() {
        client.close();
        cluster.close();
    }

    /** Renews whatever it is asked to, but for what the test says. */
    private static final class Batches extends LeaseGrpc.LeaseImplBase {
        private final List<List<Long>> messages = new ArrayList<>();
        private final Map<Long, KeepAliveResult> instead = new HashMap<>();

        @Override
        public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<KeepAliveResponse> answers) {
            return new StreamObserver<>() {
                @Override
                public void onNext(KeepAliveRequest request) {
                    messages.add(request.getIdsList());
                    KeepAliveResponse.Builder answer = KeepAliveResponse.newBuilder();
                    for (long id : request.getIdsList()) {
                        answer.addResults(instead.getOrDefault(
                                id,
                                KeepAliveResult.newBuilder()
                                        .setId(id)
                                        .setLeftMs(10_000)
                                        .build()));
                    }
                    answers.onNext(answer.build());
                }

                @Override
                public void onError(Throwable gone) {}

                @Override
                public void onCompleted() {
                    answers.onCompleted();
                }
            };
        }
    }

    private KeepAlive keep(long id, LeaseListener listener) {
        return client.leases().keepAlive(new LeaseGrant(id, Duration.ofSeconds(10), 1, time.nanos()), listener);
    }

    private static KeepAliveResult failing(long id, Status status) {
        return KeepAliveResult.newBuilder()
                .setId(id)
                .setError(
                        ItemError.newBuilder().setCode(status.getCode().value()).setMessage("on purpose"))
                .build();
    }

    @Test
    void many_leases_need_few_messages_and_no_message_is_too_large() {
        List<KeepAlive> kept = new ArrayList<>();
        for (int id = 1; id <= 20_000; id++) {
            kept.add(keep(id, LeaseListener.NONE));
        }

        time.advance(Duration.ofSeconds(20));

        assertThat(kept).allMatch(KeepAlive::isValid);
        assertThat(server.messages).hasSizeLessThan(1_000).allMatch(ids -> ids.size() <= 1_000);
        assertThat(single.streams).isZero();
    }

    @Test
    void a_lease_that_is_lost_is_the_only_one() {
        LeaseLog log = new LeaseLog();
        keep(1, log);
        KeepAlive other = keep(2, LeaseListener.NONE);
        server.instead.put(
                1L, KeepAliveResult.newBuilder().setId(1).setLost(true).build());

        time.advance(Duration.ofSeconds(60));

        assertThat(log.losses).containsExactly(LossReason.SERVER_SAID_GONE);
        assertThat(other.isValid()).isTrue();
    }

    @Test
    void a_lease_whose_renewal_is_not_certain_is_tried_again() {
        LeaseLog log = new LeaseLog();
        KeepAlive kept = keep(1, log);
        server.instead.put(1L, failing(1, Status.UNAVAILABLE));

        time.advance(Duration.ofSeconds(5));
        int tried = server.messages.size();
        server.instead.clear();
        time.advance(Duration.ofSeconds(20));

        assertThat(tried).isBetween(3, 12);
        assertThat(kept.isValid()).isTrue();
        assertThat(log.losses).isEmpty();
    }

    @Test
    void a_lease_that_may_not_be_renewed_is_lost_alone() {
        LeaseLog log = new LeaseLog();
        keep(1, log);
        KeepAlive other = keep(2, LeaseListener.NONE);
        server.instead.put(1L, failing(1, Status.PERMISSION_DENIED));

        time.advance(Duration.ofSeconds(60));

        assertThat(log.losses).containsExactly(LossReason.REFUSED);
        assertThat(log.errors).hasSize(1);
        assertThat(other.isValid()).isTrue();
    }

    @Test
    void times_are_kept_in_milliseconds() {
        KeepAlive kept = keep(1, LeaseListener.NONE);
        server.instead.put(
                1L, KeepAliveResult.newBuilder().setId(1).setLeftMs(1_500).build());

        time.advance(Duration.ofMillis(3_400));

        assertThat(kept.ttl()).isEqualTo(Duration.ofMillis(1_500));
    }
}
