package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.key;
import static io.leasehold.statemachine.Machine.keys;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.Command.SortOrder;
import io.leasehold.statemachine.Command.SortTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads (kv.md 3): keys a to e put in the order e d c b a with values 1 to 5, so that every order differs. */
final class RangeEvaluatorTest {
    @TempDir
    Path directory;

    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(directory);
        machine.put("e", "1");
        machine.put("d", "2");
        machine.put("c", "3");
        machine.put("b", "4");
        machine.put("a", "5");
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    private List<String> read(Ranges ranges) {
        return keys(machine.read(ranges.range()).records());
    }

    @Test
    void ranges_select_as_etcd_says() {
        assertThat(keys(machine.read(Command.Range.of(key("c"))).records())).containsExactly("c");
        assertThat(read(Ranges.over("b", "d"))).containsExactly("b", "c");
        assertThat(read(Ranges.over("b", "b"))).isEmpty();
        assertThat(read(Ranges.over("c", "b"))).isEmpty();
        assertThat(read(Ranges.over("b", "\0"))).containsExactly("b", "c", "d", "e");
        assertThat(read(Ranges.all())).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void revisions_of_0_and_less_are_the_current_one() {
        assertThat(read(Ranges.all().at(-5))).hasSize(5);
        assertThat(read(Ranges.all().at(0))).hasSize(5);
    }

    @Test
    void an_old_revision_shows_the_old_keys_and_the_header_the_current_revision() {
        Outcome.Ranged old = machine.read(Ranges.all().at(3).range());

        assertThat(keys(old.records())).containsExactly("d", "e");
        assertThat(old.count()).isEqualTo(2);
        assertThat(old.revision()).isEqualTo(6);
        assertThat(machine.read(Ranges.over("a", "b").at(3).range()).count()).isZero();
    }

    @Test
    void the_compacted_revision_is_readable_and_the_one_below_is_not() {
        machine.compact(4);

        assertThat(read(Ranges.all().at(4))).containsExactly("c", "d", "e");
        assertThat(RangeEvaluator.evaluate(
                        machine.machine.snapshot(), Ranges.all().at(3).range()))
                .isEqualTo(refused(ErrorCode.COMPACTED));
        assertThat(RangeEvaluator.evaluate(
                        machine.machine.snapshot(), Ranges.all().at(7).range()))
                .isEqualTo(refused(ErrorCode.FUTURE_REVISION));
        assertThat(read(Ranges.all().at(-5))).hasSize(5);
    }

    @Test
    void a_limit_cuts_and_says_whether_there_is_more() {
        Outcome.Ranged two = machine.read(Ranges.all().limit(2).range());
        assertThat(keys(two.records())).containsExactly("a", "b");
        assertThat(two.more()).isTrue();
        assertThat(two.count()).isEqualTo(5);

        assertThat(machine.read(Ranges.all().limit(5).range()).more()).isFalse();
        assertThat(machine.read(Ranges.all().limit(-1).range()).records()).hasSize(5);
        assertThat(machine.read(Ranges.all().limit(Long.MAX_VALUE).range()).records())
                .hasSize(5);
    }

    @Test
    void a_count_ignores_the_limit() {
        Outcome.Ranged counted = machine.read(Ranges.all().limit(1).countOnly().range());

        assertThat(counted).isEqualTo(new Outcome.Ranged(6, List.of(), 5, false, false));
    }

    @Test
    void filters_do_not_change_the_count_and_come_before_the_limit() {
        Outcome.Ranged newest =
                machine.read(Ranges.all().filter(4, 0, 0, 0).limit(2).range());
        assertThat(keys(newest.records())).containsExactly("a", "b");
        assertThat(newest.count()).isEqualTo(5);
        assertThat(newest.more()).isTrue();

        assertThat(read(Ranges.all().filter(0, 3, 0, 0))).containsExactly("d", "e");
        assertThat(read(Ranges.all().filter(0, 0, 5, 0))).containsExactly("a", "b");
        assertThat(read(Ranges.all().filter(0, 0, 0, 2))).containsExactly("e");
        assertThat(read(Ranges.all().filter(3, 5, 3, 4))).containsExactly("c", "d");
    }

    @Test
    void sorting_comes_before_the_limit() {
        assertThat(read(Ranges.all().sort(SortOrder.DESCEND, SortTarget.MOD).limit(2)))
                .containsExactly("a", "b");
        assertThat(read(Ranges.all().sort(SortOrder.ASCEND, SortTarget.CREATE).limit(2)))
                .containsExactly("e", "d");
        assertThat(read(Ranges.all().sort(SortOrder.DESCEND, SortTarget.KEY).limit(3)))
                .containsExactly("e", "d", "c");
        assertThat(read(Ranges.all().sort(SortOrder.ASCEND, SortTarget.KEY).limit(3)))
                .containsExactly("a", "b", "c");
        assertThat(read(Ranges.all().sort(SortOrder.ASCEND, SortTarget.VALUE).limit(1)))
                .containsExactly("e");
        machine.put("c", "9");
        assertThat(read(Ranges.all().sort(SortOrder.DESCEND, SortTarget.VERSION).limit(1)))
                .containsExactly("c");
    }

    @Test
    void without_an_order_only_the_first_keys_are_fetched_and_then_sorted() {
        // Of 2 asked for, a b c are fetched; by value they are c=3 b=4 a=5; c and b are left.
        Outcome.Ranged quirk = machine.read(
                Ranges.all().sort(SortOrder.NONE, SortTarget.VALUE).limit(2).range());

        assertThat(keys(quirk.records())).containsExactly("c", "b");
        assertThat(quirk.more()).isTrue();
        assertThat(quirk.count()).isEqualTo(5);
    }

    @Test
    void keys_only_is_left_to_the_encoder() {
        Outcome.Ranged keysOnly = machine.read(Ranges.all().keysOnly().range());

        assertThat(keysOnly.keysOnly()).isTrue();
        assertThat(keysOnly.records()).hasSize(5);
    }
}
