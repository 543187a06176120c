package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.b;
import static io.leasehold.statemachine.Machine.key;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.LeaseLimits;
import io.leasehold.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grants inside a transaction: leases and keys change together or not at all. */
final class LeasedTxnTest {
    @TempDir
    Path directory;

    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    @Test
    void a_put_with_its_grant_is_one_revision_and_told_once() {
        machine.nowNanos = 17;

        Outcome outcome = machine.apply(txn(List.of(grant(5, 1_500)), List.of(Command.Put.of(b("a"), b("1"), 5))));

        assertThat(outcome).isInstanceOf(Outcome.LeasedTxnDone.class);
        assertThat(machine.revision()).isEqualTo(2);
        assertThat(machine.record("a").leaseId()).isEqualTo(5);
        assertThat(machine.machine.leases().keys(5)).containsExactly(b("a"));
        assertThat(machine.batch.leaseChanges())
                .containsExactly(new LeaseChange.Granted(5, machine.machine.appliedIndex(), 1_500, 17));
    }

    @Test
    void an_op_that_cannot_run_takes_the_grants_back() {
        Outcome outcome = machine.apply(txn(
                List.of(grant(5, 1_500), grant(6, 1_500)),
                List.of(Command.Put.of(b("a"), b("1"), 5), Command.Put.of(b("b"), b("1"), 99))));

        assertThat(outcome).isEqualTo(refused(ErrorCode.LEASE_NOT_FOUND));
        assertThat(machine.machine.leases().size()).isZero();
        assertThat(machine.revision()).isEqualTo(1);
        assertThat(machine.batch.leaseChanges()).isEmpty();
    }

    @Test
    void a_grant_that_is_refused_stops_the_writes() {
        machine.grant(5);
        Command.Put put = Command.Put.of(b("a"), b("1"));
        long tooLongMillis = LeaseLimits.TTL_MILLIS_MAX + 1;

        assertThat(machine.apply(txn(List.of(grant(6, 1_500), grant(5, 1_500)), List.of(put))))
                .isEqualTo(refused(ErrorCode.LEASE_EXISTS));
        assertThat(machine.apply(txn(List.of(grant(6, 1_500), grant(6, 1_500)), List.of(put))))
                .isEqualTo(refused(ErrorCode.LEASE_EXISTS));
        assertThat(machine.apply(txn(List.of(grant(6, tooLongMillis)), List.of(put))))
                .isEqualTo(refused(ErrorCode.LEASE_TTL_TOO_LARGE));

        assertThat(machine.content()).isEmpty();
        assertThat(machine.machine.leases().size()).isEqualTo(1);
    }

    @Test
    void only_grants_of_the_branch_taken_take_effect() {
        Command.Compare holds =
                Command.Compare.number(key("a"), Command.CompareTarget.VERSION, Command.CompareOperator.EQUAL, 0);
        List<Command.TxnGrant> grants = List.of(
                new Command.TxnGrant(1, 2_000, Command.GrantBranch.SUCCESS),
                new Command.TxnGrant(2, 2_000, Command.GrantBranch.FAILURE),
                new Command.TxnGrant(3, 2_000, Command.GrantBranch.EITHER));

        machine.apply(new Command.LeasedTxn(grants, new Command.Txn(List.of(holds), List.of(), List.of())));

        assertThat(machine.machine.leases().contains(1)).isTrue();
        assertThat(machine.machine.leases().contains(2)).isFalse();
        assertThat(machine.machine.leases().contains(3)).isTrue();
        assertThat(machine.revision()).isEqualTo(1);
    }

    @Test
    void leases_of_milliseconds_survive_a_checkpoint() throws IOException {
        machine.apply(txn(List.of(grant(5, 1_234)), List.of()));
        machine.checkpoint();
        machine.close();

        machine = Machine.open(directory);

        assertThat(machine.machine.leases().lease(5).orElseThrow().ttlMillis()).isEqualTo(1_234);
    }

    private static Command.TxnGrant grant(long id, long ttlMillis) {
        return new Command.TxnGrant(id, ttlMillis, Command.GrantBranch.EITHER);
    }

    private static Command.LeasedTxn txn(List<Command.TxnGrant> grants, List<Command.Op> ops) {
        return new Command.LeasedTxn(grants, new Command.Txn(List.of(), ops, List.of()));
    }
}
