package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.leasehold.interop.Await;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three members as processes: killed, paused, replaced. */
@Tag("cluster")
final class ClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ClusterOfThree cluster = ClusterOfThree.start();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void every_member_reads_its_own_writes_and_all_end_up_equal() {
        for (ClusterOfThree.Node node : cluster.nodes()) {
            try (Connection connection = new Connection(node.endpoint())) {
                for (int i = 0; i < 50; i++) {
                    String key = node.name + "-" + i;
                    connection.put(key, "v");
                    assertThat(connection.isThere(key)).isTrue();
                }
            }
        }

        assertThat(hashes()).hasSize(1);
    }

    @Test
    void nothing_acknowledged_is_lost_when_the_leader_is_killed_and_it_comes_back_equal() {
        ClusterOfThree.Node leader = cluster.leader();
        ClusterOfThree.Node follower = cluster.follower();
        try (Connection connection = new Connection(follower.endpoint())) {
            for (int i = 0; i < 100; i++) {
                connection.put("k" + i, "v");
            }

            leader.kill();

            Await.until("a new leader", PATIENCE, () -> succeeds(() -> connection.put("after", "v")));
            for (int i = 0; i < 100; i++) {
                assertThat(connection.isThere("k" + i)).isTrue();
            }
        }
        leader.start("new");
        cluster.awaitReady();
        Await.until("equal members", PATIENCE, () -> hashes().size() == 1);
    }

    @Test
    void a_leader_that_was_paused_answers_nothing_stale() {
        ClusterOfThree.Node leader = cluster.leader();
        ClusterOfThree.Node follower = cluster.follower();
        try (Connection toFollower = new Connection(follower.endpoint());
                Connection toLeader = new Connection(leader.endpoint())) {
            toLeader.put("k", "old");
            leader.signal("STOP");
            Await.until("a new leader", PATIENCE, () -> succeeds(() -> toFollower.put("k", "new")));
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
        ClusterOfThree.Node leader = cluster.leader();
        ClusterOfThree.Node follower = cluster.follower();
        try (Connection connection = new Connection(follower.endpoint())) {
            long lease = connection.grant(8);
            connection.put("leased", "v", lease);
            long renewed;
            try (Renewals renewals = new Renewals(connection.channel())) {
                renewed = System.nanoTime();
                assertThat(renewals.renew(lease)).isEqualTo(8);
            }

            leader.kill();

            Await.until("a new leader", PATIENCE, () -> succeeds(() -> connection.isThere("leased")));
            assertThat(connection.timeToLive(lease).getTTL()).isPositive();
            Await.until("the end of the lease", PATIENCE, () -> !connection.isThere("leased"));
            Duration lived = Duration.ofNanos(System.nanoTime() - renewed);
            assertThat(lived).isGreaterThanOrEqualTo(Duration.ofSeconds(8));
            // Once more its TTL at the most: it was renewed, and nobody can know when last.
            assertThat(lived).isLessThan(Duration.ofSeconds(8 + 8 + 10));
        }
    }

    @Test
    void without_a_majority_nothing_is_written_and_local_reads_go_on() {
        ClusterOfThree.Node leader = cluster.leader();
        try (Connection connection = new Connection(leader.endpoint())) {
            connection.put("k", "v");
            cluster.nodes().stream().filter(node -> node != leader).forEach(ClusterOfThree.Node::kill);

            assertThatThrownBy(() -> connection.put("k", "w")).isInstanceOf(StatusRuntimeException.class);
            assertThatThrownBy(() -> connection.get("k")).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void leadership_moves_and_a_member_is_replaced() {
        ClusterOfThree.Node leader = cluster.leader();
        ClusterOfThree.Node follower = cluster.follower();
        long followerId = follower.status().orElseThrow().getHeader().getMemberId();
        try (Connection connection = new Connection(leader.endpoint())) {
            connection.put("k", "v");
            MaintenanceGrpc.newBlockingStub(connection.channel())
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .moveLeader(MoveLeaderRequest.newBuilder()
                            .setTargetID(followerId)
                            .build());
            Await.until("the other leader", PATIENCE, () -> cluster.leader() == follower);

            Await.until(
                    "a healthy cluster",
                    PATIENCE,
                    () -> succeeds(() -> members(connection)
                            .memberRemove(MemberRemoveRequest.newBuilder()
                                    .setID(followerId)
                                    .build())));
            assertThat(follower.awaitEnd()).isZero();
            follower.start("existing");
            assertThat(follower.awaitEnd()).isEqualTo(1);
            assertThat(follower.output()).contains("permanently removed");
            cluster.forget(follower);

            ClusterOfThree.Node fresh = cluster.newNode("m4");
            Await.until(
                    "a healthy cluster",
                    PATIENCE,
                    () -> succeeds(() -> members(connection)
                            .memberAdd(MemberAddRequest.newBuilder()
                                    .addPeerURLs(fresh.peerUrl())
                                    .build())));
            fresh.start("existing");
            Await.until("the new member", Duration.ofMinutes(3), () -> list(connection).stream()
                    .anyMatch(member -> member.getName().equals("m4")));
        }
        try (Connection connection = new Connection(cluster.nodes().getLast().endpoint())) {
            Await.until("its state", PATIENCE, () -> succeeds(() -> connection.get("k")));
            assertThat(connection.isThere("k")).isTrue();
        }
        Await.until("equal members", PATIENCE, () -> hashes().size() == 1);
    }

    private static ClusterGrpc.ClusterBlockingStub members(Connection connection) {
        return ClusterGrpc.newBlockingStub(connection.channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static List<Member> list(Connection connection) {
        return members(connection)
                .memberList(MemberListRequest.getDefaultInstance())
                .getMembersList();
    }

    private static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }

    /** The different hashes of the members at the revision that all of them have. */
    private List<Integer> hashes() {
        long revision = cluster.nodes().stream()
                .mapToLong(node -> node.status()
                        .map(status -> status.getHeader().getRevision())
                        .orElse(0L))
                .min()
                .orElse(0);
        return cluster.nodes().stream()
                .map(node -> hash(node, revision))
                .distinct()
                .toList();
    }

    private static int hash(ClusterOfThree.Node node, long revision) {
        try (Connection connection = new Connection(node.endpoint())) {
            return MaintenanceGrpc.newBlockingStub(connection.channel())
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .hashKV(HashKVRequest.newBuilder().setRevision(revision).build())
                    .getHash();
        }
    }
}
