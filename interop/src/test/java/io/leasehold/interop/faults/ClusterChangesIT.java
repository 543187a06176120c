package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.Await;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
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
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three members as processes: one is killed and comes back, the leader changes, one is replaced. */
@Tag("cluster")
@Order(1)
final class ClusterChangesIT {
    private final ClusterOfThree cluster = ClusterOfThree.start();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void nothing_acknowledged_is_lost_when_the_leader_is_killed_and_it_comes_back_equal() {
        ClusterOfThree.Roles roles = cluster.roles();
        ClusterOfThree.Node leader = roles.leader();
        ClusterOfThree.Node follower = roles.follower();
        try (Connection connection = new Connection(follower.endpoint())) {
            for (int i = 0; i < 100; i++) {
                String key = "k" + i;
                ClusterOfThree.patiently(() -> connection.put(key, "v"));
            }

            leader.kill();

            ClusterOfThree.patiently(() -> connection.put("after", "v"));
            for (int i = 0; i < 100; i++) {
                String key = "k" + i;
                assertThat(ClusterOfThree.patiently(() -> connection.isThere(key)))
                        .isTrue();
            }
        }
        leader.start("new");
        cluster.awaitReady();
        cluster.awaitEqualMembers();
    }

    @Test
    void leadership_moves_and_a_member_is_replaced() {
        ClusterOfThree.Roles roles = cluster.roles();
        ClusterOfThree.Node leader = roles.leader();
        ClusterOfThree.Node follower = roles.follower();
        long followerId = follower.status().orElseThrow().getHeader().getMemberId();
        try (Connection connection = new Connection(leader.endpoint())) {
            ClusterOfThree.patiently(() -> connection.put("k", "v"));
            // A transfer may take too long on a busy machine; then it is asked for again.
            Await.until(
                    "the other leader",
                    ClusterOfThree.PATIENCE,
                    () -> ClusterOfThree.succeeds(() -> moveLeader(connection, followerId)) || follower.leads());
            Await.until("its own word on that", ClusterOfThree.PATIENCE, follower::leads);

            Await.until(
                    "a healthy cluster",
                    ClusterOfThree.PATIENCE,
                    () -> ClusterOfThree.succeeds(() -> members(connection)
                            .memberRemove(MemberRemoveRequest.newBuilder()
                                    .setID(followerId)
                                    .build())));
            assertThat(follower.awaitEnd()).as(follower.output()).isZero();
            follower.start("existing");
            assertThat(follower.awaitEnd()).as(follower.output()).isEqualTo(1);
            assertThat(follower.output()).contains("permanently removed");
            cluster.forget(follower);

            ClusterOfThree.Node fresh = cluster.newNode("m4");
            Await.until(
                    "a healthy cluster",
                    ClusterOfThree.PATIENCE,
                    () -> ClusterOfThree.succeeds(() -> members(connection)
                            .memberAdd(MemberAddRequest.newBuilder()
                                    .addPeerURLs(fresh.peerUrl())
                                    .build())));
            fresh.start("existing");
            Await.until("the new member", Duration.ofMinutes(3), () -> list(connection).stream()
                    .anyMatch(member -> member.getName().equals("m4")));
        }
        try (Connection connection = new Connection(cluster.nodes().getLast().endpoint())) {
            assertThat(ClusterOfThree.patiently(() -> connection.isThere("k"))).isTrue();
        }
        cluster.awaitEqualMembers();
    }

    @Test
    void who_lost_its_directory_is_refused_and_the_last_one_of_a_lost_cluster_carries_on_with_all_data() {
        ClusterOfThree.Node last = cluster.leader();
        List<ClusterOfThree.Node> others =
                cluster.nodes().stream().filter(node -> node != last).toList();
        long lastId = last.status().orElseThrow().getHeader().getMemberId();
        ClusterOfThree.Node emptied = others.getFirst();
        try (Connection connection = new Connection(last.endpoint())) {
            ClusterOfThree.patiently(() -> connection.put("k", "v"));
        }
        emptied.kill();
        emptied.loseDirectory();

        emptied.start("new");

        assertThat(emptied.awaitEnd()).as(emptied.output()).isEqualTo(1);
        assertThat(emptied.output()).contains("has already been bootstrapped");

        ClusterOfThree.Node lost = others.getLast();
        lost.kill();
        last.kill();
        last.start("new", "--force-new-cluster");

        cluster.awaitReady();
        try (Connection connection = new Connection(last.endpoint())) {
            ClusterOfThree.patiently(() -> connection.put("alone", "v"));
            assertThat(connection.isThere("k")).isTrue();
            assertThat(list(connection)).extracting(Member::getID).containsExactly(lastId);
        }
        last.stop();
        last.start("new");
        cluster.awaitReady();
        try (Connection connection = new Connection(last.endpoint())) {
            assertThat(ClusterOfThree.patiently(() -> connection.isThere("alone")))
                    .isTrue();
        }
        lost.start("new");
        assertThat(lost.awaitEnd()).as(lost.output()).isEqualTo(1);
        assertThat(lost.output()).contains("permanently removed");
    }

    private static void moveLeader(Connection connection, long target) {
        MaintenanceGrpc.newBlockingStub(connection.channel())
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .moveLeader(MoveLeaderRequest.newBuilder().setTargetID(target).build());
    }

    private static ClusterGrpc.ClusterBlockingStub members(Connection connection) {
        return ClusterGrpc.newBlockingStub(connection.channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static List<Member> list(Connection connection) {
        return members(connection)
                .memberList(MemberListRequest.getDefaultInstance())
                .getMembersList();
    }
}
