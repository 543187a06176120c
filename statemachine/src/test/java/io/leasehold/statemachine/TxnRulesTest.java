package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.b;
import static io.leasehold.statemachine.Machine.key;
import static io.leasehold.statemachine.Machine.keys;
import static io.leasehold.statemachine.Machine.range;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.Command.Compare;
import io.leasehold.statemachine.Command.CompareOperator;
import io.leasehold.statemachine.Command.CompareTarget;
import io.leasehold.statemachine.Command.Op;
import io.leasehold.statemachine.Command.Put;
import io.leasehold.statemachine.Command.Range;
import io.leasehold.statemachine.Command.Txn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions (kv.md 6). */
final class TxnRulesTest {
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

    private static Txn txn(Op... ops) {
        return new Txn(List.of(), List.of(ops), List.of());
    }

    private static Put put(String key, String value) {
        return Put.of(b(key), b(value));
    }

    private static Command.DeleteRange delete(KeyRange range) {
        return new Command.DeleteRange(range, false);
    }

    private boolean holds(KeyRange range, CompareTarget target, CompareOperator operator, long number) {
        return holds(Compare.number(range, target, operator, number));
    }

    private boolean holds(Compare compare) {
        return ((Outcome.TxnDone) machine.apply(new Txn(List.of(compare), List.of(), List.of()))).succeeded();
    }

    @Test
    void an_empty_transaction_succeeds_and_takes_no_revision() {
        assertThat(machine.apply(txn())).isEqualTo(new Outcome.TxnDone(1, true, List.of()));
    }

    @Test
    void all_changes_share_one_revision_and_events_follow_the_ops() {
        machine.put("c", "0");
        Outcome.TxnDone done = (Outcome.TxnDone)
                machine.apply(txn(put("b", "1"), put("a", "1"), delete(key("c")), txn(put("d", "1"))));

        assertThat(done.revision()).isEqualTo(3);
        assertThat(machine.events()).containsExactly("b=1", "a=1", "-c", "d=1");
        assertThat(machine.batch.events())
                .extracting(event -> event.record().modRevision())
                .containsOnly(3L);
        assertThat(machine.batch.events())
                .extracting(event -> event.record().subRevision())
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void numbers_of_a_missing_key_are_0_and_its_value_compares_with_nothing() {
        for (CompareTarget target :
                List.of(CompareTarget.VERSION, CompareTarget.CREATE, CompareTarget.MOD, CompareTarget.LEASE)) {
            assertThat(holds(key("x"), target, CompareOperator.EQUAL, 0)).isTrue();
            assertThat(holds(key("x"), target, CompareOperator.LESS, 1)).isTrue();
            assertThat(holds(key("x"), target, CompareOperator.NOT_EQUAL, 0)).isFalse();
            assertThat(holds(range("x", "z"), target, CompareOperator.EQUAL, 0)).isTrue();
        }
        for (CompareOperator operator : CompareOperator.values()) {
            assertThat(holds(Compare.value(key("x"), operator, b("v")))).isFalse();
            assertThat(holds(Compare.value(range("x", "z"), operator, b("v")))).isFalse();
        }
    }

    @Test
    void compares_look_at_every_target() {
        machine.grant(5);
        machine.put("k", "m");
        machine.put("k", "m", 5);

        assertThat(holds(key("k"), CompareTarget.VERSION, CompareOperator.EQUAL, 2))
                .isTrue();
        assertThat(holds(key("k"), CompareTarget.CREATE, CompareOperator.EQUAL, 2))
                .isTrue();
        assertThat(holds(key("k"), CompareTarget.MOD, CompareOperator.EQUAL, 3)).isTrue();
        assertThat(holds(key("k"), CompareTarget.LEASE, CompareOperator.EQUAL, 5))
                .isTrue();
        assertThat(holds(key("k"), CompareTarget.MOD, CompareOperator.GREATER, 2))
                .isTrue();
        assertThat(holds(key("k"), CompareTarget.MOD, CompareOperator.GREATER, 3))
                .isFalse();
        assertThat(holds(key("k"), CompareTarget.MOD, CompareOperator.LESS, 3)).isFalse();
        assertThat(holds(Compare.value(key("k"), CompareOperator.EQUAL, b("m"))))
                .isTrue();
        assertThat(holds(Compare.value(key("k"), CompareOperator.GREATER, b("l"))))
                .isTrue();
        assertThat(holds(Compare.value(key("k"), CompareOperator.LESS, b("mm"))))
                .isTrue();
        assertThat(holds(Compare.value(key("k"), CompareOperator.NOT_EQUAL, b(""))))
                .isTrue();
    }

    @Test
    void unknown_operators_hold_and_unknown_targets_compare_as_equal() {
        machine.put("k", "m");

        assertThat(holds(key("k"), CompareTarget.VERSION, CompareOperator.UNKNOWN, 9))
                .isTrue();
        assertThat(holds(key("k"), CompareTarget.UNKNOWN, CompareOperator.EQUAL, 9))
                .isTrue();
        assertThat(holds(key("k"), CompareTarget.UNKNOWN, CompareOperator.LESS, 9))
                .isFalse();
        assertThat(holds(key("x"), CompareTarget.UNKNOWN, CompareOperator.EQUAL, 9))
                .isTrue();
    }

    @Test
    void a_range_compare_holds_only_if_every_key_agrees() {
        for (int i = 0; i < 2_500; i++) {
            machine.put("k%04d".formatted(i), "v");
        }
        assertThat(holds(range("k", "l"), CompareTarget.VERSION, CompareOperator.EQUAL, 1))
                .isTrue();
        assertThat(holds(range("k", "\0"), CompareTarget.VERSION, CompareOperator.EQUAL, 1))
                .isTrue();

        machine.put("k2400", "v");

        assertThat(holds(range("k", "l"), CompareTarget.VERSION, CompareOperator.EQUAL, 1))
                .isFalse();
        assertThat(holds(range("k", "k2400"), CompareTarget.VERSION, CompareOperator.EQUAL, 1))
                .isTrue();
    }

    @Test
    void a_lease_compare_sees_0_once_the_lease_is_gone() {
        machine.grant(5);
        machine.put("k", "v", 5);
        machine.expire(5);

        assertThat(holds(key("k"), CompareTarget.LEASE, CompareOperator.EQUAL, 0))
                .isTrue();
    }

    @Test
    void inner_headers_show_the_new_revision_from_the_first_change_on() {
        Outcome.TxnDone done = (Outcome.TxnDone) machine.apply(txn(
                Range.of(key("a")),
                delete(key("z")),
                put("a", "1"),
                Range.of(key("a")),
                delete(key("z")),
                new Range(
                        key("a"),
                        0,
                        1,
                        Command.SortOrder.NONE,
                        Command.SortTarget.KEY,
                        false,
                        false,
                        false,
                        0,
                        0,
                        0,
                        0)));

        Outcome.Ranged before = (Outcome.Ranged) done.results().get(0);
        assertThat(before.revision()).isEqualTo(1);
        assertThat(before.count()).isZero();
        assertThat(done.results().get(1)).isEqualTo(new Outcome.Deleted(1, 0, List.of()));
        assertThat(done.results().get(2)).isEqualTo(new Outcome.Written(2, null));
        Outcome.Ranged after = (Outcome.Ranged) done.results().get(3);
        assertThat(after.revision()).isEqualTo(2);
        assertThat(keys(after.records())).containsExactly("a");
        assertThat(done.results().get(4)).isEqualTo(new Outcome.Deleted(2, 0, List.of()));
        assertThat(((Outcome.Ranged) done.results().get(5)).count())
                .as("the state before, though the new revision is open")
                .isZero();
    }

    @Test
    void nested_compares_see_the_state_before_the_whole_transaction() {
        Txn inner = new Txn(
                List.of(Compare.number(key("a"), CompareTarget.VERSION, CompareOperator.EQUAL, 0)),
                List.of(put("b", "yes")),
                List.of(put("b", "no")));

        Outcome.TxnDone done = (Outcome.TxnDone) machine.apply(txn(put("a", "1"), inner));

        assertThat(machine.content()).containsExactly("a=1", "b=yes");
        assertThat(((Outcome.TxnDone) done.results().get(1)).succeeded()).isTrue();
        assertThat(((Outcome.TxnDone) done.results().get(1)).revision()).isZero();
    }

    @Test
    void a_put_that_keeps_something_needs_the_key_before_the_transaction_and_before_the_lease() {
        Put keeping = new Put(b("a"), b(""), 99, false, true, false);

        assertThat(machine.apply(txn(keeping))).isEqualTo(refused(ErrorCode.KEY_NOT_FOUND));
        assertThat(machine.apply(txn(put("b", "1"), txn(keeping)))).isEqualTo(refused(ErrorCode.KEY_NOT_FOUND));
        machine.put("a", "1");
        assertThat(machine.apply(txn(keeping))).isEqualTo(refused(ErrorCode.LEASE_NOT_FOUND));
        assertThat(machine.content()).containsExactly("a=1");
    }

    @Test
    void an_unknown_lease_counts_only_in_the_branch_taken() {
        Put unknownLease = Put.of(b("a"), b("1"), 99);
        Compare isNot = Compare.number(key("x"), CompareTarget.VERSION, CompareOperator.GREATER, 0);

        assertThat(machine.apply(new Txn(List.of(isNot), List.of(unknownLease), List.of(put("b", "1")))))
                .isEqualTo(new Outcome.TxnDone(2, false, List.of(new Outcome.Written(2, null))));
        assertThat(machine.apply(txn(put("c", "1"), unknownLease))).isEqualTo(refused(ErrorCode.LEASE_NOT_FOUND));
        assertThat(machine.content()).containsExactly("b=1");
    }

    @Test
    void a_range_at_the_revision_the_transaction_will_take_is_in_the_future_on_every_member() throws IOException {
        Txn failing = txn(put("a", "1"), Ranges.all().at(2).range());
        try (Machine follower = Machine.open(directory.resolve("follower"))) {
            Outcome there = follower.machine.apply(1, 1, Proposal.of(failing), false, 0);
            follower.machine.publish();

            assertThat(machine.apply(failing)).isEqualTo(refused(ErrorCode.FUTURE_REVISION));
            assertThat(there).isEqualTo(refused(ErrorCode.FUTURE_REVISION));
            assertThat(machine.content()).isEmpty();
            assertThat(follower.content()).isEmpty();
        }
    }

    @Test
    void without_a_waiting_client_no_results_are_built_and_the_writes_are_the_same() {
        Outcome outcome = machine.machine.apply(
                1, 1, Proposal.of(txn(put("a", "1"), Range.of(key("a")), txn(put("b", "1")))), false, 0);
        machine.machine.publish();

        assertThat(outcome).isEqualTo(new Outcome.TxnDone(2, true, List.of()));
        assertThat(machine.content()).containsExactly("a=1", "b=1");
    }

    @Test
    void negative_revisions_in_a_transaction_are_compacted_below_minus_1_or_after_a_compaction() {
        assertThat(machine.apply(txn(Ranges.all().at(-1).range(), txn()))).isInstanceOf(Outcome.TxnDone.class);
        assertThat(machine.apply(txn(Ranges.all().at(-2).range(), txn()))).isEqualTo(refused(ErrorCode.COMPACTED));
        machine.put("a", "1");
        machine.compact(2);
        assertThat(machine.apply(txn(Ranges.all().at(-1).range(), txn()))).isEqualTo(refused(ErrorCode.COMPACTED));
        assertThat(machine.apply(txn(Ranges.all().at(1).range(), txn()))).isEqualTo(refused(ErrorCode.COMPACTED));
    }

    @Test
    void a_key_put_and_deleted_in_one_transaction_follows_the_order_of_the_ops() {
        machine.put("a", "0");

        machine.apply(txn(put("a", "1"), delete(range("a", "\0"))));
        assertThat(machine.content()).isEmpty();
        machine.apply(txn(delete(range("a", "\0")), put("a", "2")));
        assertThat(machine.content()).containsExactly("a=2");
        machine.apply(txn(txn(put("a", "3")), txn(delete(key("a")))));
        assertThat(machine.content()).isEmpty();
        assertThat(machine.revision()).isEqualTo(5);
    }

    @Test
    void a_kept_value_deleted_by_the_same_transaction_becomes_empty() {
        machine.grant(5);
        machine.put("a", "1", 5);

        machine.apply(txn(delete(range("a", "\0")), new Put(b("a"), b(""), 0, false, true, false)));

        assertThat(machine.content()).containsExactly("a=");
        assertThat(machine.record("a").leaseId()).isZero();
        assertThat(machine.machine.leases().keys(5)).isEmpty();
    }

    @Test
    void leases_follow_the_ops_in_order() {
        machine.grant(5);
        machine.grant(6);
        machine.put("a", "1", 5);

        machine.apply(txn(delete(range("a", "\0")), txn(Put.of(b("a"), b("2"), 6))));

        assertThat(machine.machine.leases().keys(5)).isEmpty();
        assertThat(machine.machine.leases().keys(6)).containsExactly(b("a"));
    }

    @Test
    void read_only_means_ranges_alone_at_the_top() {
        Range local = new Range(
                key("a"), 0, 0, Command.SortOrder.NONE, Command.SortTarget.KEY, true, false, false, 0, 0, 0, 0);

        assertThat(txn().isReadOnly()).isTrue();
        assertThat(txn().isSerializable()).isTrue();
        assertThat(txn(Range.of(key("a"))).isReadOnly()).isTrue();
        assertThat(txn(Range.of(key("a"))).isSerializable()).isFalse();
        assertThat(txn(local).isSerializable()).isTrue();
        assertThat(txn(txn(Range.of(key("a")))).isReadOnly()).isFalse();
        assertThat(new Txn(List.of(), List.of(), List.of(put("a", "1"))).isReadOnly())
                .isFalse();
    }

    @Test
    void a_read_only_transaction_is_answered_from_a_snapshot() {
        machine.put("a", "1");
        Compare isThere = Compare.number(key("a"), CompareTarget.VERSION, CompareOperator.GREATER, 0);
        Txn reading = new Txn(List.of(isThere), List.of(Range.of(key("a"))), List.of());

        Outcome.TxnDone done = (Outcome.TxnDone) ReadOnlyTxn.evaluate(machine.machine.snapshot(), reading);

        assertThat(done.succeeded()).isTrue();
        assertThat(done.revision()).isEqualTo(2);
        assertThat(((Outcome.Ranged) done.results().getFirst()).count()).isEqualTo(1);
        assertThat(ReadOnlyTxn.evaluate(
                        machine.machine.snapshot(), txn(Ranges.all().at(3).range())))
                .isEqualTo(refused(ErrorCode.FUTURE_REVISION));
        assertThat(machine.revision()).isEqualTo(2);
    }
}
