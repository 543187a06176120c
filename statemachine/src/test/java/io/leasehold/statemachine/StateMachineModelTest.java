package io.leasehold.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.Anchor;
import io.leasehold.lease.LeaseView;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands: against the plain model, and two members that batch, restart and sweep at different times. */
final class StateMachineModelTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void every_outcome_and_event_is_that_of_the_plain_model(long seed) throws IOException {
        Random chance = new Random(seed);
        NaiveState model = new NaiveState();
        RandomCommands commands = new RandomCommands(seed, model);
        Map<String, Integer> kinds = new TreeMap<>();
        try (Machine machine = Machine.open(directory)) {
            for (int i = 0; i < 1_500; i++) {
                Command command = commands.next();
                if (chance.nextInt(50) == 0) {
                    machine.term = 1L + chance.nextInt(3);
                }

                String outcome = OutcomeText.of(machine.apply(command));

                String expected = model.apply(machine.index, machine.term, command);
                kinds.merge(outcome.split(" ", 2)[0], 1, Integer::sum);
                assertThat(outcome).as("command %d: %s", i, command).isEqualTo(expected);
                assertThat(OutcomeText.events(machine.batch.events()))
                        .as("command %d: %s", i, command)
                        .isEqualTo(model.events);
                assertThat(machine.revision()).isEqualTo(model.revision);
                assertSameState(machine.machine, model);
                if (chance.nextInt(5) == 0) {
                    machine.machine.maintain(1 + chance.nextInt(5));
                    machine.machine.publish();
                }
            }
        }
        assertThat(kinds).as("every kind of outcome is met").hasSize(11);
        assertThat(kinds).allSatisfy((kind, count) -> assertThat(count).as(kind).isBetween(5, 1_000));
    }

    private static void assertSameState(StateMachine machine, NaiveState model) {
        assertThat(content(machine))
                .isEqualTo(model.keys.values().stream()
                        .map(NaiveState.Key::toString)
                        .toList());
        TreeMap<Long, NaiveState.Lease> leases = new TreeMap<>();
        machine.leases().forEach(lease -> leases.put(lease.id(), lease(lease)));
        assertThat(leases).isEqualTo(model.leases);
        for (long id : leases.keySet()) {
            List<ByteSequence> attached = model.keys.values().stream()
                    .filter(key -> key.lease() == id)
                    .map(key -> ByteSequence.utf8(key.key()))
                    .toList();
            assertThat(machine.leases().keys(id)).isEqualTo(attached);
        }
    }

    private static NaiveState.Lease lease(LeaseView lease) {
        Anchor anchor = lease.anchor();
        String text = anchor.kind() + " " + anchor.leftMillis() + (anchor.cleared() ? " cleared" : "");
        return new NaiveState.Lease(lease.ttlMillis(), lease.grantIndex(), text);
    }

    private static List<String> content(StateMachine machine) {
        Outcome.Ranged all =
                (Outcome.Ranged) RangeEvaluator.evaluate(machine.snapshot(), Command.Range.of(KeyRange.ALL));
        return OutcomeText.texts(all.records());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void batches_restarts_and_waiting_clients_make_no_difference(long seed) throws IOException {
        Random chance = new Random(seed);
        List<byte[]> log = log(seed, chance);
        String steady;
        try (StateMachine machine = StateMachine.open(directory.resolve("steady"), Machine.OPTIONS, 0)) {
            for (int i = 0; i < log.size(); i++) {
                apply(machine, log, i + 1, true);
                machine.publish();
            }
            steady = fingerprint(machine);
        }

        String restless = runRestlessly(directory.resolve("restless"), log, chance);

        assertThat(restless).as("seed %d", seed).isEqualTo(steady);
    }

    /** Entries of up to four commands; the entry at index i is element i - 1. */
    private static List<byte[]> log(long seed, Random chance) {
        List<byte[]> log = new ArrayList<>();
        NaiveState state = new NaiveState();
        RandomCommands commands = new RandomCommands(seed, state);
        for (int index = 1; index <= 600; index++) {
            List<Proposal> proposals = new ArrayList<>();
            for (int j = chance.nextInt(5); j > 0; j--) {
                Proposal proposal = commands.nextProposal();
                state.apply(index, term(index), proposal.command());
                proposals.add(proposal);
            }
            log.add(EntryCodec.encode(proposals));
        }
        return log;
    }

    private static void apply(StateMachine machine, List<byte[]> log, long index, boolean wantResult) {
        long term = term(index);
        List<Proposal> proposals = EntryCodec.decode(ByteBuffer.wrap(log.get((int) index - 1)));
        if (proposals.isEmpty()) {
            machine.skip(index, term);
        }
        for (Proposal proposal : proposals) {
            machine.apply(index, term, proposal, wantResult, 0);
        }
    }

    private static long term(long index) {
        return 1 + index / 250;
    }

    private static String runRestlessly(Path directory, List<byte[]> log, Random chance) throws IOException {
        StateMachine machine = StateMachine.open(directory, Machine.OPTIONS, 0);
        Set<Long> restarts = new HashSet<>();
        try {
            while (machine.appliedIndex() < log.size()) {
                for (int i = chance.nextInt(20); i >= 0 && machine.appliedIndex() < log.size(); i--) {
                    apply(machine, log, machine.appliedIndex() + 1, chance.nextBoolean());
                }
                machine.publish();
                if (chance.nextInt(4) == 0) {
                    machine.maintain(10);
                    machine.publish();
                }
                if (chance.nextInt(4) == 0) {
                    machine.beginCheckpoint().complete();
                }
                // The log always goes on: a restart only loses what is behind the checkpoint.
                if (chance.nextInt(6) == 0 && restarts.add(machine.appliedIndex() / 20)) {
                    machine.close();
                    machine = StateMachine.open(directory, Machine.OPTIONS, 0);
                }
            }
            return fingerprint(machine);
        } finally {
            machine.close();
        }
    }

    private static String fingerprint(StateMachine machine) {
        TreeMap<Long, NaiveState.Lease> leases = new TreeMap<>();
        machine.leases().forEach(lease -> leases.put(lease.id(), lease(lease)));
        StringBuilder keys = new StringBuilder();
        leases.keySet().forEach(id -> keys.append(machine.leases().keys(id)));
        return machine.appliedIndex() + " " + machine.appliedTerm() + " " + content(machine) + leases + keys
                + machine.alarms() + machine.members() + machine.snapshot().hash(0);
    }
}
