package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.leasehold.interop.Await;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.ListLeasesRequest;
import io.leasehold.protocol.leasehold.v1.ListLeasesResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three members as processes: what each of them promises, also while others are paused or away. */
@Tag("cluster")
@Order(1)
final class ClusterIT {
    private final ClusterOfThree cluster = ClusterOfThree.start();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void every_member_reads_its_own_writes_and_lists_leases_with_their_time_and_all_end_up_equal() {
        for (ClusterOfThree.Node node : cluster.nodes()) {
            try (Connection connection = new Connection(node.endpoint())) {
                for (int i = 0; i < 50; i++) {
                    String key = node.name + "-" + i;
                    ClusterOfThree.patiently(() -> connection.put(key, "v"));
                    assertThat(ClusterOfThree.patiently(() -> connection.isThere(key)))
                            .isTrue();
                }
                long lease = ClusterOfThree.patiently(() -> connection.grant(600));
                ListLeasesResponse listed =
                        ClusterOfThree.patiently(() -> LeaseGrpc.newBlockingStub(connection.channel())
                                .listLeases(ListLeasesRequest.newBuilder()
                                        .setMinId(lease)
                                        .setMaxId(lease)
                                        .build()));
                assertThat(listed.getLeasesList()).singleElement().satisfies(state -> assertThat(state.getLeftMs())
                        .isBetween(1L, 600_000L));
            }
        }

        cluster.awaitEqualMembers();
    }

    @Test
    void a_leader_that_was_paused_answers_nothing_stale() {
        ClusterOfThree.Roles roles = cluster.roles();
        ClusterOfThree.Node leader = roles.leader();
        ClusterOfThree.Node follower = roles.follower();
        try (Connection toFollower = new Connection(follower.endpoint());
                Connection toLeader = new Connection(leader.endpoint())) {
            ClusterOfThree.patiently(() -> toLeader.put("k", "old"));
            leader.signal("STOP");
            ClusterOfThree.patiently(() -> toFollower.put("k", "new"));
            leader.signal("CONT");

            for (int i = 0; i < 50; i++) {
                try {
                    assertThat(toLeader.get("k").getKvs(0).getValue().toStringUtf8())
                            .isEqualTo("new");
                } catch (StatusRuntimeException refused) {
                    assertThat(refused.getStatus().getCode())
                            .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
                }
            }
        }
    }

    @Test
    void a_lease_keeps_its_time_over_a_change_of_leader() {
        ClusterOfThree.Roles roles = cluster.roles();
        ClusterOfThree.Node leader = roles.leader();
        ClusterOfThree.Node follower = roles.follower();
        try (Connection connection = new Connection(follower.endpoint())) {
            long lease = ClusterOfThree.patiently(() -> connection.grant(8));
            ClusterOfThree.patiently(() -> connection.put("leased", "v", lease));
            AtomicLong renewed = new AtomicLong();
            assertThat(ClusterOfThree.patiently(() -> {
                        try (Renewals renewals = new Renewals(connection.channel())) {
                            renewed.set(System.nanoTime());
                            return renewals.renew(lease);
                        }
                    }))
                    .isEqualTo(8);

            leader.kill();

            long leftSeconds =
                    ClusterOfThree.patiently(() -> connection.timeToLive(lease)).getTTL();
            assertThat(leftSeconds > 0
                            || System.nanoTime() - renewed.get()
                                    > Duration.ofSeconds(8).toNanos())
                    .as("seconds left of a lease in its time: " + leftSeconds)
                    .isTrue();
            Await.until("the end of the lease", ClusterOfThree.PATIENCE, () -> !connection.isThere("leased"));
            Duration lived = Duration.ofNanos(System.nanoTime() - renewed.get());
            assertThat(lived).isGreaterThanOrEqualTo(Duration.ofSeconds(8));
            // Once more its TTL at the most: it was renewed, and nobody can know when last.
            assertThat(lived).isLessThan(Duration.ofSeconds(8 + 8 + 10));
        }
    }

    @Test
    void without_a_majority_nothing_is_written_and_local_reads_go_on() {
        ClusterOfThree.Node leader = cluster.leader();
        try (Connection connection = new Connection(leader.endpoint())) {
            ClusterOfThree.patiently(() -> connection.put("k", "v"));
            cluster.nodes().stream().filter(node -> node != leader).forEach(ClusterOfThree.Node::kill);

            assertThatThrownBy(() -> connection.put("k", "w")).isInstanceOf(StatusRuntimeException.class);
            assertThatThrownBy(() -> connection.get("k")).isInstanceOf(StatusRuntimeException.class);
        }
    }
}
