package io.leasehold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.replica.FetchedState;
import io.leasehold.simulation.disk.MemoryDisk;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A fetched state on its way into its place, with a process that is killed anywhere and a machine that loses its power. */
final class FetchedStateTest {
    private static final StateMachineOptions OPTIONS = MemberProcess.options(1, MemberProcess.founders(3));
    private static final int OLD_ENTRIES = 3;
    private static final int FETCHED_ENTRIES = 7;
    private static final int POWER_CUTS = 12;

    private int forgotten;

    @Test
    void once_a_start_has_settled_it_no_power_cut_has_the_log_forget_again() throws IOException {
        boolean killed = true;
        for (int accesses = 0; killed; accesses++) {
            for (int seed = 0; seed < POWER_CUTS; seed++) {
                MemoryDisk disk = new MemoryDisk();
                FetchedState fetched = fetched(disk);
                killed = isKilledBehind(accesses, disk, fetched);
                fetched.settle(clusterId -> forgotten++);
                forgotten = 0;

                disk.cutPower(new SplittableRandom(seed));
                fetched.settle(clusterId -> forgotten++);

                assertThat(forgotten)
                        .as(
                                "what was acknowledged behind a start that was killed at access %d, seed %d",
                                accesses, seed)
                        .isZero();
                assertThat(entriesIn(disk)).isEqualTo(FETCHED_ENTRIES);
            }
        }
    }

    private boolean isKilledBehind(int accesses, MemoryDisk disk, FetchedState fetched) throws IOException {
        disk.killAfter(accesses);
        try {
            fetched.settle(clusterId -> forgotten++);
            return false;
        } catch (MemoryDisk.ProcessKilled killed) {
            return true;
        } finally {
            disk.killNobody();
        }
    }

    /** A member with a state of its own, which has fetched another one and found it good. */
    private static FetchedState fetched(MemoryDisk disk) throws IOException {
        Path member = Files.createDirectories(disk.path("/member"));
        write(member.resolve("state"), OLD_ENTRIES);
        FetchedState fetched = new FetchedState(member);
        write(fetched.fetched(), FETCHED_ENTRIES);
        FetchedState.accept(fetched.fetched(), OPTIONS, 0);
        return fetched;
    }

    private static void write(Path directory, int entries) throws IOException {
        try (StateMachine machine = StateMachine.open(directory, OPTIONS, 0)) {
            for (int index = 1; index <= entries; index++) {
                ByteSequence text = ByteSequence.utf8("k" + index);
                machine.apply(index, 1, Proposal.ofMember(Command.Put.of(text, text)), false, 0);
            }
            machine.publish();
            machine.beginCheckpoint().complete();
        }
    }

    private static long entriesIn(MemoryDisk disk) throws IOException {
        try (StateMachine machine = StateMachine.open(disk.path("/member/state"), OPTIONS, 0)) {
            return machine.appliedIndex();
        }
    }
}
