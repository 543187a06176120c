package io.leasehold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.LeaseList;
import io.leasehold.server.replica.Renewal;
import io.leasehold.server.replica.TimeToLive;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cases of a lease's life in a cluster, each in a world of its own where only one thing goes wrong. What the checkers of
 * every world watch over (no early end, equal members) is watched over here, too. The numbers are those of
 * docs/lease-cases.md.
 */
final class LeaseCasesTest {
    private static final long LEASE = 7;

    private final List<String> trace = new ArrayList<>();
    private Agenda agenda = new Agenda(0);
    private Cluster cluster = calmCluster(0);

    private Cluster calmCluster(long seed) {
        Conditions conditions = Scenario.MIXED.conditions();
        conditions.faults.clear();
        conditions.checkpointEntries = 10;
        conditions.overloadedOneIn = Integer.MAX_VALUE;
        agenda = new Agenda(seed);
        int members = 3;
        Cluster made = new Cluster(agenda, conditions, new Observer(agenda, members, trace::add), members);
        made.endFaults();
        return made;
    }

    private void begin(long seed, long ttlSeconds) {
        cluster = calmCluster(seed);
        await(() -> cluster.calm());
        propose(new Command.LeaseGrant(LEASE, ttlSeconds));
        await(() -> cluster.observer.liveLeases() == 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void case_11_every_member_renews(long seed) {
        begin(seed, 10);

        for (SimulatedMember member : cluster.members) {
            List<Renewal> answers = renew(member);
            agenda.run(Agenda.SECOND);
            assertThat(answers).singleElement().satisfies(answer -> assertThat(isRenewed(answer))
                    .isTrue());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void case_30_a_lease_ends_although_the_leader_changes_every_half_ttl(long seed) {
        begin(seed, 4);

        for (int change = 0; change < 12; change++) {
            cluster.deposeAll();
            agenda.run(2 * Agenda.SECOND);
        }

        assertThat(cluster.observer.liveLeases()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void case_31_a_leader_that_stood_still_does_not_end_what_its_successor_renews(long seed) {
        begin(seed, 3);
        SimulatedMember old = leader();
        old.stall(10 * Agenda.SECOND);

        int renewed = 0;
        for (int half = 0; half < 32; half++) {
            List<Renewal> answers = renew(cluster.members.get((old.number + 1) % 3));
            agenda.run(Agenda.SECOND / 2);
            renewed += answers.stream().anyMatch(LeaseCasesTest::isRenewed) ? 1 : 0;
        }

        assertThat(renewed).isGreaterThan(16);
        assertThat(cluster.observer.liveLeases()).as("16 s later").isEqualTo(1);
        assertThat(cluster.observer.leases.expired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void case_32_a_leader_cut_off_renews_nothing_and_the_others_end_the_lease(long seed) {
        begin(seed, 3);
        SimulatedMember old = leader();
        cluster.cutOff(old);

        List<Renewal> answers = new ArrayList<>();
        for (int half = 0; half < 30; half++) {
            renewInto(old, answers);
            agenda.run(Agenda.SECOND / 2);
        }

        assertThat(answers).noneMatch(LeaseCasesTest::isRenewed);
        assertThat(cluster.observer.liveLeases()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void case_33_without_a_majority_nothing_ends_renewals_fail_in_time_and_lists_are_answered(long seed) {
        begin(seed, 3);
        cluster.members.stream().filter(m -> m != cluster.members.getFirst()).forEach(m -> m.crash(Long.MAX_VALUE / 4));
        SimulatedMember left = cluster.members.getFirst();
        agenda.run(10 * Agenda.SECOND);

        List<Renewal> answers = renew(left);
        agenda.run(71 * Agenda.SECOND / 10);
        List<LeaseList> lists = new ArrayList<>();
        left.request(node -> node.leases(Runnable::run, lists::add));
        agenda.run(Agenda.SECOND);

        assertThat(answers).containsExactly(new Renewal.Failed(ErrorCode.NO_LEADER));
        assertThat(lists).singleElement().satisfies(list -> assertThat(((LeaseList.Listed) list).ids())
                .containsExactly(LEASE));
        assertThat(cluster.observer.liveLeases()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void case_38_a_member_that_fetched_the_state_deletes_the_keys_of_a_lease_with_it(long seed) {
        begin(seed, 600);
        propose(Command.Put.of(KeyUsers.text("leased"), KeyUsers.text("value"), LEASE));
        agenda.run(Agenda.SECOND);
        SimulatedMember away = cluster.members.get((leader().number + 1) % 3);
        cluster.cutOff(away);
        for (int i = 0; i < 60; i++) {
            propose(Command.Put.of(KeyUsers.text("other"), KeyUsers.text("value " + i), 0));
            agenda.run(Agenda.SECOND / 10);
        }
        cluster.heal();
        await(() -> cluster.level());
        assertThat(trace).anyMatch(line -> line.contains("member " + away.number + " has fetched a state"));
        assertThat(keyCount(away)).isEqualTo(2);

        propose(new Command.LeaseRevoke(LEASE));
        await(() -> cluster.observer.liveLeases() == 0 && cluster.level());

        assertThat(keyCount(away)).isEqualTo(1);
        cluster.requireEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cases_34_and_35_what_was_granted_at_one_member_is_known_to_all(long seed) {
        begin(seed, 60);
        List<String> refusals = new ArrayList<>();
        int[] answers = new int[1];

        for (long id = 100; id < 200; id++) {
            SimulatedMember one = cluster.anyMember();
            SimulatedMember other = cluster.members.get((one.number + 1) % 3);
            long lease = id;
            Runnable use = () -> {
                renewAt(other, lease, answer -> {
                    answers[0]++;
                    if (!isRenewed(answer)) {
                        refusals.add("renewal of " + lease + ": " + answer);
                    }
                });
                proposeAt(other, Command.Put.of(KeyUsers.text("of " + lease), KeyUsers.text("v"), lease), outcome -> {
                    answers[0]++;
                    if (outcome instanceof Outcome.Refused) {
                        refusals.add("put with " + lease + ": " + outcome);
                    }
                });
            };
            proposeAt(one, new Command.LeaseGrant(lease, 60), granted -> use.run());
            agenda.run(Agenda.SECOND / 5);
        }
        await(() -> answers[0] == 200);

        assertThat(refusals).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void case_53_what_has_gone_of_a_lease_stays_gone_when_the_leader_changes(long seed) {
        begin(seed, 600);
        agenda.run(100 * Agenda.SECOND);
        SimulatedMember old = leader();
        cluster.cutOff(old);
        await(() -> cluster.members.stream().anyMatch(member -> member != old && member.serves()));
        SimulatedMember successor = cluster.members.stream()
                .filter(member -> member != old && member.serves())
                .findFirst()
                .orElseThrow();

        List<TimeToLive> told = new ArrayList<>();
        successor.request(node -> node.timeToLive(LEASE, false, Runnable::run, told::add));
        await(() -> !told.isEmpty());

        assertThat(told).singleElement().isInstanceOfSatisfying(TimeToLive.Known.class, known -> assertThat(
                        known.remainingSeconds())
                .isBetween(450L, 505L));
    }

    private SimulatedMember leader() {
        await(() -> cluster.anyoneServes());
        return cluster.members.stream()
                .filter(SimulatedMember::serves)
                .findFirst()
                .orElseThrow();
    }

    private void propose(Command command) {
        proposeAt(leader(), command, outcome -> {});
    }

    private static void proposeAt(SimulatedMember member, Command command, Consumer<Outcome> listener) {
        member.request(node -> node.propose(command, Runnable::run, listener));
    }

    private static void renewAt(SimulatedMember member, long lease, Consumer<Renewal> listener) {
        member.request(node -> node.renew(lease, Runnable::run, listener));
    }

    private static List<Renewal> renew(SimulatedMember member) {
        return renewInto(member, new ArrayList<>());
    }

    private static List<Renewal> renewInto(SimulatedMember member, List<Renewal> answers) {
        renewAt(member, LEASE, answers::add);
        return answers;
    }

    private static boolean isRenewed(Renewal answer) {
        return answer instanceof Renewal.Answered answered && answered.ttlMillis() > 0;
    }

    private static int keyCount(SimulatedMember member) {
        int[] count = new int[1];
        member.request(node ->
                count[0] = node.snapshot().range(KeyRange.ALL, 0, 0).records().size());
        return count[0];
    }

    private void await(BooleanSupplier condition) {
        for (int tenth = 0; tenth < 600; tenth++) {
            if (condition.getAsBoolean()) {
                return;
            }
            agenda.run(Agenda.SECOND / 10);
        }
        throw new AssertionError("not within a minute");
    }
}
