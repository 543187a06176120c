package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.LeaseClock;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.FakeReplicatedLog;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.watch.WatchSettings;
import io.leasehold.statemachine.ActiveAlarm;
import io.leasehold.statemachine.AlarmType;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owners and their threads together, over a log that commits at once. */
class ReplicaNodeTest {
    private static final long MEMBER_ID = 7;
    private static final long CLUSTER_ID = 9;
    private static final int MAX_REQUEST_BYTES = 10_000;

    @TempDir
    Path directory;

    private final List<String> halts = new CopyOnWriteArrayList<>();
    private final List<ReplicaNode> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(ReplicaNode::close);
        assertThat(halts).isEmpty();
    }

    @Test
    void a_write_is_readable_when_it_is_answered() throws Exception {
        ReplicaNode node = start(FakeReplicatedLog.selfDriven(MEMBER_ID), 1_000);

        Outcome outcome = propose(node, put("a", "1"));

        assertThat(outcome).isEqualTo(new Outcome.Written(2, null));
        assertThat(linearizable(node).get(ByteSequence.utf8("a")).orElseThrow().value())
                .isEqualTo(ByteSequence.utf8("1"));
    }

    @Test
    void revisions_of_concurrent_writers_are_unique_and_without_gaps() throws Exception {
        ReplicaNode node = start(FakeReplicatedLog.selfDriven(MEMBER_ID), 1_000);
        List<CompletableFuture<Outcome>> answers = new ArrayList<>();

        for (int i = 0; i < 2_000; i++) {
            answers.add(proposing(node, put("k" + i % 37, "v" + i)));
        }

        List<Long> revisions = new ArrayList<>();
        for (CompletableFuture<Outcome> answer : answers) {
            revisions.add(((Outcome.Written) answer.get(10, TimeUnit.SECONDS)).revision());
        }
        List<Long> expected = new ArrayList<>();
        for (long revision = 2; revision < 2_002; revision++) {
            expected.add(revision);
        }
        // One caller's commands keep their order.
        assertThat(revisions).isEqualTo(expected);
    }

    @Test
    void a_command_larger_than_the_limit_is_refused_and_changes_nothing() throws Exception {
        ReplicaNode node = start(FakeReplicatedLog.selfDriven(MEMBER_ID), 1_000);

        Outcome outcome = propose(node, put("a", "x".repeat(MAX_REQUEST_BYTES)));

        assertThat(outcome).isEqualTo(new Outcome.Refused(ErrorCode.REQUEST_TOO_LARGE));
        assertThat(linearizable(node).revision()).isEqualTo(1);
    }

    @Test
    void a_granted_lease_can_be_renewed_and_a_revoked_one_not() throws Exception {
        ReplicaNode node = start(FakeReplicatedLog.selfDriven(MEMBER_ID), 1_000);
        propose(node, new Command.LeaseGrant(5, 60));
        propose(node, Command.Put.of(ByteSequence.utf8("k"), ByteSequence.EMPTY, 5));

        assertThat(renew(node, 5)).isEqualTo(new Renewal.Answered(2, 60_000));
        assertThat(timeToLive(node, 5)).isInstanceOfSatisfying(TimeToLive.Known.class, known -> {
            assertThat(known.grantedSeconds()).isEqualTo(60);
            assertThat(known.keys()).containsExactly(ByteSequence.utf8("k"));
        });

        assertThat(propose(node, new Command.LeaseRevoke(5))).isEqualTo(new Outcome.Revoked(3));

        assertThat(renew(node, 5)).isEqualTo(new Renewal.Answered(3, 0));
        assertThat(timeToLive(node, 5)).isEqualTo(new TimeToLive.Unknown(3));
        assertThat(linearizable(node).get(ByteSequence.utf8("k"))).isEmpty();
    }

    @Test
    void a_revoke_of_an_unknown_lease_leaves_no_mark_behind() throws Exception {
        ReplicaNode node = start(FakeReplicatedLog.selfDriven(MEMBER_ID), 1_000);

        assertThat(propose(node, new Command.LeaseRevoke(5))).isEqualTo(new Outcome.Refused(ErrorCode.LEASE_NOT_FOUND));
        propose(node, new Command.LeaseGrant(5, 60));

        assertThat(renew(node, 5)).isEqualTo(new Renewal.Answered(1, 60_000));
    }

    @Test
    void state_survives_a_restart_with_and_without_a_checkpoint_in_between() throws Exception {
        FakeReplicatedLog log = FakeReplicatedLog.selfDriven(MEMBER_ID);
        ReplicaNode node = start(log, 10);
        for (int i = 0; i < 100; i++) {
            propose(node, put("k" + i, "v" + i));
        }
        propose(node, new Command.LeaseGrant(5, 60));
        node.close();

        ReplicaNode again = start(log.restarted(), 10);

        StoreSnapshot snapshot = linearizable(again);
        assertThat(snapshot.revision()).isEqualTo(101);
        assertThat(snapshot.keyCount()).isEqualTo(100);
        assertThat(renew(again, 5)).isEqualTo(new Renewal.Answered(101, 60_000));
    }

    @Test
    void a_stopped_replica_answers_that_it_is_stopped() throws Exception {
        ReplicaNode node = start(FakeReplicatedLog.selfDriven(MEMBER_ID), 1_000);
        node.close();
        CompletableFuture<Renewal> renewal = new CompletableFuture<>();

        node.renew(1, Runnable::run, renewal::complete);

        assertThat(renewal.get(5, TimeUnit.SECONDS)).isEqualTo(new Renewal.Failed(ErrorCode.STOPPED));
    }

    @Test
    void whoever_is_refused_for_want_of_space_is_told_when_the_alarm_is_on() throws Exception {
        ReplicaNode node = start(FakeReplicatedLog.selfDriven(MEMBER_ID), 1_000, new Quota(4_000));
        Command tooMuch = put("a", "x".repeat(5_000));
        assertThat(node.admit(tooMuch)).contains(ErrorCode.NO_SPACE);
        assertThat(node.status().alarms()).isEmpty();
        CompletableFuture<List<ActiveAlarm>> alarmsAtTheAnswer = new CompletableFuture<>();

        node.whenAlarmed(
                Runnable::run, () -> alarmsAtTheAnswer.complete(node.status().alarms()));

        assertThat(alarmsAtTheAnswer.get(30, TimeUnit.SECONDS))
                .containsExactly(new ActiveAlarm(MEMBER_ID, AlarmType.NOSPACE));
        assertThat(linearizable(node).keyCount()).isZero();

        long appliedIndex = node.status().appliedIndex();
        CompletableFuture<Void> again = new CompletableFuture<>();
        node.whenAlarmed(Runnable::run, () -> again.complete(null));
        assertThat(again).isDone();
        assertThat(node.status().appliedIndex()).as("it is not raised anew").isEqualTo(appliedIndex);
    }

    private ReplicaNode start(ReplicatedLog log, long snapshotEntries) throws IOException {
        return start(log, snapshotEntries, Quota.UNLIMITED);
    }

    private ReplicaNode start(ReplicatedLog log, long snapshotEntries, Quota quota) throws IOException {
        Ticker ticker = Ticker.system();
        LeaseClock clock = new LeaseClock(ticker.nanos());
        Member self = new Member(MEMBER_ID, "", List.of("http://localhost:2380"), List.of(), false);
        StateMachineOptions options =
                new StateMachineOptions(CLUSTER_ID, MEMBER_ID, "m", List.of(self), quota, StoreOptions.DEFAULT);
        ReplicaSettings settings = new ReplicaSettings(
                CLUSTER_ID,
                MEMBER_ID,
                "m",
                List.of("http://localhost:2379"),
                Duration.ofSeconds(1),
                MAX_REQUEST_BYTES,
                snapshotEntries,
                Long.MAX_VALUE,
                true);
        ReplicaNode node = new ReplicaNode(
                settings,
                new WatchSettings(TimeUnit.MINUTES.toNanos(10), 1 << 20),
                StateMachine.open(directory, options, clock.now()),
                log,
                clock,
                ticker,
                new SplittableRandom(1),
                (what, cause) -> halts.add(what + ": " + cause));
        nodes.add(node);
        node.start();
        assertThat(node.awaitServing(TimeUnit.SECONDS.toNanos(10))).isTrue();
        return node;
    }

    private static Command put(String key, String value) {
        return Command.Put.of(ByteSequence.utf8(key), ByteSequence.utf8(value));
    }

    private static Outcome propose(ReplicaNode node, Command command) throws Exception {
        return proposing(node, command).get(10, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Outcome> proposing(ReplicaNode node, Command command) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        node.propose(command, Runnable::run, answer::complete);
        return answer;
    }

    private static StoreSnapshot linearizable(ReplicaNode node) throws Exception {
        ReadPoint point = ask(answer -> node.linearizable(Runnable::run, answer));
        return ((ReadPoint.Ready) point).snapshot();
    }

    private static Renewal renew(ReplicaNode node, long leaseId) throws Exception {
        return ask(answer -> node.renew(leaseId, Runnable::run, answer));
    }

    private static TimeToLive timeToLive(ReplicaNode node, long leaseId) throws Exception {
        return ask(answer -> node.timeToLive(leaseId, true, Runnable::run, answer));
    }

    private static <T> T ask(Consumer<Consumer<T>> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        question.accept(answer::complete);
        return answer.get(10, TimeUnit.SECONDS);
    }
}
