package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.b;
import static io.leasehold.statemachine.Machine.key;
import static io.leasehold.statemachine.Machine.keys;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revisions, puts, deletes and compaction (kv.md 1, 4, 5, 7). */
final class KeyRulesTest {
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
    void an_empty_store_is_at_revision_1_and_the_first_put_makes_2() {
        assertThat(machine.all().revision()).isEqualTo(1);

        assertThat(machine.put("a", "1")).isEqualTo(new Outcome.Written(2, null));

        assertThat(machine.all().revision()).isEqualTo(2);
    }

    @Test
    void putting_the_same_value_again_is_a_new_version_and_revision() {
        machine.put("a", "1");
        machine.put("a", "1");

        KeyValueRecord record = machine.record("a");
        assertThat(record.version()).isEqualTo(2);
        assertThat(record.createRevision()).isEqualTo(2);
        assertThat(record.modRevision()).isEqualTo(3);
        assertThat(machine.events()).containsExactly("a=1");
    }

    @Test
    void a_put_after_a_delete_begins_a_new_generation() {
        machine.put("a", "1");
        machine.put("a", "2");
        machine.delete("a");
        machine.put("a", "3");

        KeyValueRecord record = machine.record("a");
        assertThat(record.version()).isEqualTo(1);
        assertThat(record.createRevision()).isEqualTo(5);
    }

    @Test
    void deleting_a_missing_key_takes_no_revision() {
        assertThat(machine.delete("a")).isEqualTo(new Outcome.Deleted(1, 0, List.of()));
        assertThat(machine.events()).isEmpty();
    }

    @Test
    void deleting_three_keys_takes_one_revision_and_gives_events_in_key_order() {
        machine.put("c", "3");
        machine.put("a", "1");
        machine.put("b", "2");

        Outcome.Deleted deleted = (Outcome.Deleted) machine.delete("a", "z");

        assertThat(deleted.revision()).isEqualTo(5);
        assertThat(deleted.deleted()).isEqualTo(3);
        assertThat(keys(deleted.previous())).containsExactly("a", "b", "c");
        assertThat(machine.events()).containsExactly("-a", "-b", "-c");
        assertThat(machine.batch.events())
                .allSatisfy(event -> assertThat(event.record().modRevision()).isEqualTo(5));
    }

    @Test
    void previous_is_told_only_on_request_and_only_if_there_was_one() {
        Command.Put asking = new Command.Put(b("a"), b("1"), 0, true, false, false);

        assertThat(((Outcome.Written) machine.apply(asking)).previous()).isNull();
        KeyValueRecord previous = ((Outcome.Written) machine.apply(asking)).previous();
        assertThat(Objects.requireNonNull(previous).modRevision()).isEqualTo(2);
        assertThat(((Outcome.Written) machine.put("a", "2")).previous()).isNull();
    }

    @Test
    void ignore_value_keeps_the_value_and_may_change_the_lease() {
        machine.grant(5);
        machine.put("a", "1");

        machine.apply(new Command.Put(b("a"), b(""), 5, false, true, false));

        assertThat(machine.content()).containsExactly("a=1");
        assertThat(machine.record("a").leaseId()).isEqualTo(5);
        assertThat(machine.events()).containsExactly("a=1");
    }

    @Test
    void ignore_lease_keeps_the_lease_there_is() {
        machine.grant(5);
        machine.put("a", "1", 5);

        machine.apply(new Command.Put(b("a"), b("2"), 0, false, false, true));

        assertThat(machine.record("a").leaseId()).isEqualTo(5);
        assertThat(machine.machine.leases().keys(5)).containsExactly(b("a"));
    }

    @Test
    void ignoring_needs_a_key_that_exists() {
        assertThat(machine.apply(new Command.Put(b("a"), b(""), 0, false, true, false)))
                .isEqualTo(refused(ErrorCode.KEY_NOT_FOUND));
        assertThat(machine.apply(new Command.Put(b("a"), b("1"), 0, false, false, true)))
                .isEqualTo(refused(ErrorCode.KEY_NOT_FOUND));
        assertThat(machine.revision()).isEqualTo(1);
    }

    @Test
    void an_unknown_lease_is_refused_and_nothing_written() {
        assertThat(machine.put("a", "1", 99)).isEqualTo(refused(ErrorCode.LEASE_NOT_FOUND));
        assertThat(machine.content()).isEmpty();
        assertThat(machine.revision()).isEqualTo(1);
    }

    @Test
    void a_plain_put_looks_for_the_lease_before_the_key() {
        assertThat(machine.apply(new Command.Put(b("a"), b(""), 99, false, true, false)))
                .isEqualTo(refused(ErrorCode.LEASE_NOT_FOUND));
    }

    @Test
    void compaction_is_bounded_by_the_last_one_and_by_the_present() {
        machine.put("a", "1");
        machine.put("a", "2");

        assertThat(machine.compact(4)).isEqualTo(refused(ErrorCode.FUTURE_REVISION));
        assertThat(machine.compact(3)).isEqualTo(new Outcome.Compacted(3, 3));
        assertThat(machine.compact(3)).isEqualTo(refused(ErrorCode.COMPACTED));
        assertThat(machine.compact(2)).isEqualTo(refused(ErrorCode.COMPACTED));
    }

    @Test
    void compaction_at_0_succeeds_once_even_over_a_restart() throws IOException {
        assertThat(machine.compact(-1)).isEqualTo(refused(ErrorCode.COMPACTED));
        assertThat(machine.compact(0)).isEqualTo(new Outcome.Compacted(1, 0));
        assertThat(machine.compact(0)).isEqualTo(refused(ErrorCode.COMPACTED));

        machine.checkpoint();
        machine.close();
        machine = Machine.open(directory);

        assertThat(machine.compact(0)).isEqualTo(refused(ErrorCode.COMPACTED));
    }

    @Test
    void compaction_keeps_live_keys_and_the_previous_record_of_the_next_put() {
        machine.put("a", "1");
        machine.put("b", "1");
        machine.put("b", "2");
        machine.compact(4);
        while (machine.machine.maintain(1)) {
            machine.batch = machine.machine.publish();
        }
        machine.batch = machine.machine.publish();

        assertThat(machine.content()).containsExactly("a=1", "b=2");
        Outcome.Written written =
                (Outcome.Written) machine.apply(new Command.Put(b("a"), b("2"), 0, true, false, false));
        assertThat(Objects.requireNonNull(written.previous()).value()).isEqualTo(b("1"));
    }

    @Test
    void a_key_deleted_before_the_compaction_is_absent_at_it() {
        machine.put("a", "1");
        machine.delete("a");
        machine.put("b", "1");
        machine.compact(4);

        assertThat(machine.read(Ranges.all().at(4).range()).records()).hasSize(1);
        assertThat(machine.read(new Command.Range(
                                key("a"),
                                0,
                                4,
                                Command.SortOrder.NONE,
                                Command.SortTarget.KEY,
                                false,
                                false,
                                false,
                                0,
                                0,
                                0,
                                0))
                        .count())
                .isZero();
    }

    @Test
    void hashes_are_equal_for_equal_states_and_differ_after_a_change() throws IOException {
        machine.put("a", "1");
        try (Machine other = Machine.open(directory.resolve("other"))) {
            other.put("a", "1");
            assertThat(other.machine.snapshot().hash(0))
                    .isEqualTo(machine.machine.snapshot().hash(0));

            other.put("a", "2");
            assertThat(other.machine.snapshot().hash(0).hash())
                    .isNotEqualTo(machine.machine.snapshot().hash(0).hash());
        }
    }
}
