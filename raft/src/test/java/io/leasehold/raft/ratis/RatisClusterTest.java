package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.RecordingListener;
import io.leasehold.raft.RecordingListener.Committed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three voters in one JVM, over real connections. */
class RatisClusterTest {

    private static final long CLUSTER_ID = 0x1234_5678L;
    private static final int ELECTION_TIMEOUT_MILLIS = 600;

    @TempDir
    Path directory;

    private final List<Voter> voters = new ArrayList<>();
    private final List<RatisSettings.Peer> peers = new ArrayList<>();

    @AfterEach
    void close() {
        voters.forEach(Voter::stop);
    }

    @Test
    void entries_of_the_leader_reach_every_member_in_order() {
        Voter leader = startThree();

        leader.log.propose("first".getBytes(StandardCharsets.UTF_8), "first");
        leader.log.propose("second".getBytes(StandardCharsets.UTF_8), "second");

        for (Voter voter : voters) {
            long first = voter.listener
                    .await(Committed.class, entry -> "first".equals(entry.payload()))
                    .index();
            long second = voter.listener
                    .await(Committed.class, entry -> "second".equals(entry.payload()))
                    .index();
            assertThat(second).isEqualTo(first + 1);
        }
    }

    @Test
    void what_is_committed_is_told_at_once_not_with_the_next_heartbeat() {
        Voter leader = startThree();
        int entries = 200;
        long begin = System.nanoTime();

        for (int i = 0; i < entries; i++) {
            String entry = "entry " + i;
            leader.log.propose(entry.getBytes(StandardCharsets.UTF_8), entry);
            for (Voter voter : voters) {
                voter.listener.await(Committed.class, committed -> entry.equals(committed.payload()));
            }
        }

        // With heartbeats alone: one for each entry.
        long heartbeatsNanos = TimeUnit.MILLISECONDS.toNanos((long) entries * ELECTION_TIMEOUT_MILLIS / 2);
        assertThat(System.nanoTime() - begin).isLessThan(heartbeatsNanos / 2);
    }

    @Test
    void a_log_that_several_shared_is_known_by_its_directory_before_any_of_them_is_alone() {
        assertThat(RatisLog.hadCompany(directory.resolve("m1"))).isFalse();

        startThree();

        assertThat(RatisLog.hadCompany(directory.resolve("m1"))).isTrue();
    }

    @Test
    void the_leader_is_confirmed_and_a_follower_is_not() throws InterruptedException {
        Voter leader = startThree();

        assertThat(confirmation(leader)).startsWith("confirmed");
        for (Voter voter : voters) {
            if (voter != leader) {
                assertThat(confirmation(voter)).isEqualTo(ErrorCode.NOT_LEADER.name());
            }
        }
    }

    @Test
    void a_leader_cut_off_from_the_others_is_never_confirmed_and_the_others_elect_another()
            throws InterruptedException {
        Voter leader = startThree();
        long term = leader.log.status().term();

        voters.stream().filter(voter -> voter != leader).toList().forEach(Voter::stop);

        assertThat(confirmation(leader)).isIn(ErrorCode.NO_LEADER.name(), ErrorCode.TIMEOUT.name());
        voters.stream().filter(voter -> voter != leader).forEach(Voter::start);
        leader.stop();
        Voter next =
                awaitLeader(voters.stream().filter(voter -> voter != leader).toList());
        assertThat(next.log.status().term()).isGreaterThan(term);
        assertThat(confirmation(next)).startsWith("confirmed");
    }

    @Test
    void a_member_that_comes_back_catches_up() {
        Voter leader = startThree();
        Voter away =
                voters.stream().filter(voter -> voter != leader).findFirst().orElseThrow();
        away.stop();
        leader.log.propose("while away".getBytes(StandardCharsets.UTF_8), "mark");
        leader.listener.await(Committed.class, entry -> "while away".equals(entry.payload()));

        away.start();

        away.listener.await(Committed.class, entry -> "while away".equals(entry.payload()));
    }

    @Test
    void the_last_member_of_a_lost_cluster_carries_on_alone_and_the_others_are_strangers_to_it() {
        Voter leader = startThree();
        leader.log.propose("before".getBytes(StandardCharsets.UTF_8), "before");
        voters.forEach(voter -> voter.listener.await(Committed.class, entry -> "before".equals(entry.payload())));
        voters.forEach(Voter::stop);
        Voter last = voters.getFirst();
        Path log = directory.resolve("m" + last.id);

        LogRecovery.carryOnAlone(log, CLUSTER_ID, last.id, 0, "alone".getBytes(StandardCharsets.UTF_8));
        last.groupId = LogRecovery.groupIdIn(log, CLUSTER_ID).orElseThrow();
        voters.forEach(Voter::start);

        assertThat(last.groupId).isEqualTo(RatisSettings.groupIdOf(CLUSTER_ID, 1));
        await(() -> last.log.status().leaderReady());
        Voter theirs = awaitLeader(voters.subList(1, 3));
        theirs.log.propose("theirs".getBytes(StandardCharsets.UTF_8), "theirs");
        theirs.listener.await(Committed.class, entry -> "theirs".equals(entry.payload()));
        last.log.propose("after".getBytes(StandardCharsets.UTF_8), "after");
        last.listener.await(Committed.class, entry -> "after".equals(entry.payload()));
        assertThat(last.listener.all(Committed.class))
                .extracting(Committed::payload)
                .containsExactly("before", "alone", "after");
    }

    @Test
    void messages_between_members_arrive_in_order_and_who_is_heard_is_known() throws InterruptedException {
        startThree();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        voters.get(1)
                .log
                .network()
                .listen(
                        PeerNetwork.Topic.REQUESTS,
                        (from, message) -> heard.add(from + ":" + StandardCharsets.UTF_8.decode(message)));
        PeerNetwork network = voters.get(0).log.network();
        Map<Long, Long> roundTrips = new ConcurrentHashMap<>();
        network.timeRoundTrips(roundTrips::put);
        // Who hears us is whom we can speak to.
        await(() -> voters.get(1)
                .log
                .network()
                .contacts()
                .getOrDefault(1L, PeerNetwork.Contact.NONE)
                .isConnected());

        network.send(2, "\u0002one".getBytes(StandardCharsets.UTF_8));
        network.send(2, "\u0002two".getBytes(StandardCharsets.UTF_8));

        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("1:one");
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("1:two");
        assertThat(network.contacts()).containsOnlyKeys(2L, 3L);
        await(() -> roundTrips.keySet().equals(Set.of(2L, 3L)));
        assertThat(roundTrips.values()).allSatisfy(nanos -> assertThat(nanos).isPositive());
    }

    private Voter startThree() {
        for (int id = 1; id <= 3; id++) {
            int port = TestSettings.freePort();
            peers.add(new RatisSettings.Peer(id, List.of("127.0.0.1:" + port), true));
            voters.add(new Voter(id, port));
        }
        voters.forEach(Voter::start);
        return awaitLeader(voters);
    }

    private static Voter awaitLeader(List<Voter> among) {
        await(() -> among.stream().anyMatch(voter -> voter.log.status().leaderReady()));
        return among.stream()
                .filter(voter -> voter.log.status().leaderReady())
                .findFirst()
                .orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static String confirmation(Voter voter) throws InterruptedException {
        BlockingQueue<String> answer = new LinkedBlockingQueue<>();
        voter.log.guard().confirm(new LeadershipGuard.ConfirmListener() {
            @Override
            public void confirmed(long term, long committedIndex) {
                answer.add("confirmed " + term);
            }

            @Override
            public void refused(ErrorCode code) {
                answer.add(code.name());
            }
        });
        String told = answer.poll(30, TimeUnit.SECONDS);
        assertThat(told).isNotNull();
        return told;
    }

    private final class Voter {
        final int id;
        final int port;
        UUID groupId = RatisSettings.groupIdOf(CLUSTER_ID, 0);
        RatisLog log;
        RecordingListener listener = new RecordingListener();

        Voter(int id, int port) {
            this.id = id;
            this.port = port;
            this.log = newLog(id, port);
        }

        private RatisLog newLog(int memberId, int listenPort) {
            return new RatisLog(new RatisSettings(
                    groupId,
                    memberId,
                    peers.isEmpty() || memberId > peers.size()
                            ? List.of(new RatisSettings.Peer(memberId, List.of("127.0.0.1:" + listenPort), true))
                            : peers,
                    false,
                    List.of(new ListenAddress("127.0.0.1", listenPort)),
                    directory.resolve("m" + memberId),
                    ELECTION_TIMEOUT_MILLIS,
                    TestSettings.MAX_PAYLOAD_BYTES,
                    Optional.empty()));
        }

        void start() {
            listener = new RecordingListener();
            log = newLog(id, port);
            log.start(listener, 0, 0);
        }

        void stop() {
            log.close();
        }
    }
}
