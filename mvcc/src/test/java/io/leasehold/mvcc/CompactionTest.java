package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
    private static final ByteSequence A = ByteSequence.utf8("a");
    private static final ByteSequence B = ByteSequence.utf8("b");
    private static final ByteSequence VALUE = ByteSequence.utf8("v");

    @TempDir
    Path directory;

    private RevisionStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    @Test
    void the_compacted_revision_itself_stays_readable() {
        put(A);
        put(A);
        put(A);

        compactWholly(3);

        assertThat(store.snapshot().compactedRevision()).isEqualTo(3);
        assertThat(store.snapshot().get(A, 3).orElseThrow().version()).isEqualTo(2);
        assertThat(store.snapshot().get(A).orElseThrow().version()).isEqualTo(3);
    }

    @Test
    void a_live_key_keeps_its_newest_version_and_its_generation() {
        put(A);
        put(A);
        put(B);
        compactWholly(4);

        KeyValueRecord record = put(A);
        StoreEvent event = store.publish().getFirst();

        assertThat(record.createRevision()).isEqualTo(2);
        assertThat(record.version()).isEqualTo(3);
        assertThat(event.previous()).isNotNull();
    }

    @Test
    void a_key_deleted_at_or_before_the_compaction_vanishes_wholly() {
        put(A);
        delete(A);
        put(B);
        store.publish();
        long both = store.snapshot().liveBytes();
        compactWholly(3);

        assertThat(store.snapshot().get(A, 3)).isEmpty();
        assertThat(store.snapshot().liveBytes())
                .isLessThan(both)
                .isEqualTo(store.snapshot().get(B).orElseThrow().recordLength());
        assertThat(IndexInvariants.check(store.reader().root())).containsExactly(B);
    }

    @Test
    void a_key_deleted_after_the_compaction_stays() {
        put(A);
        put(B);
        delete(A);
        compactWholly(3);

        assertThat(store.snapshot().get(A, 3)).isPresent();
        assertThat(store.snapshot().get(A, 4)).isEmpty();
    }

    @Test
    void a_tombstone_between_two_generations_goes_with_the_first() {
        put(A);
        delete(A);
        put(B);
        put(A);
        compactWholly(4);

        assertThat(store.snapshot().get(A, 4)).isEmpty();
        assertThat(store.snapshot().get(A, 5).orElseThrow().version()).isEqualTo(1);
        assertThat(store.snapshot().liveBytes())
                .as("the two live records and nothing else")
                .isEqualTo(2L * store.snapshot().get(A).orElseThrow().recordLength());
    }

    @Test
    void an_older_snapshot_still_reads_what_is_compacted() {
        put(A);
        put(A);
        store.publish();
        StoreSnapshot before = store.snapshot();

        compactWholly(3);

        assertThat(before.get(A, 2).orElseThrow().version()).isEqualTo(1);
        assertThat(before.compactedRevision()).isZero();
    }

    @Test
    void an_event_at_the_compacted_revision_has_no_previous_state_before_and_after_the_sweep() {
        put(A);
        put(A);
        put(A);
        store.compact(3);
        store.publish();

        assertThat(store.snapshot().history(3, 3, 10, 1000).events().getFirst().previous())
                .isNull();
        assertThat(store.snapshot().history(4, 4, 10, 1000).events().getFirst().previous())
                .isNotNull();
        compactWholly(3);
        assertThat(store.snapshot().history(3, 3, 10, 1000).events().getFirst().previous())
                .isNull();
        assertThat(store.snapshot().history(4, 4, 10, 1000).events().getFirst().previous())
                .isNotNull();
    }

    @Test
    void a_slice_looks_at_no_more_than_about_its_limit() {
        for (int i = 0; i < 5_000; i++) {
            store.put(ByteSequence.utf8("key" + i), VALUE, 0);
            store.finishRevision();
        }
        store.compact(5_001);

        int slices = 1;
        while (store.compactSome(100)) {
            slices++;
        }

        assertThat(slices).isBetween(5_000 / 200, 5_000 / 100);
    }

    @Test
    void a_compaction_in_the_middle_of_a_sweep_frees_the_keys_already_passed_too() {
        for (int i = 0; i < 3_000; i++) {
            put(ByteSequence.utf8("key" + i % 1_000));
        }
        store.compact(1_500);
        assertThat(store.compactSome(500)).isTrue();

        compactWholly(3_001);

        long newest = store.snapshot().range(KeyRange.ALL, 0, 0).records().stream()
                .mapToLong(KeyValueRecord::recordLength)
                .sum();
        assertThat(store.snapshot().liveBytes()).isEqualTo(newest);
    }

    @Test
    void a_key_changed_twice_in_one_revision_reports_the_state_before_the_revision() {
        put(A);
        store.publish();
        store.put(A, VALUE, 0);
        store.deleteKey(A);
        store.put(A, VALUE, 9);
        store.finishRevision();

        assertThat(store.publish())
                .extracting(StoreEvent::previous)
                .extracting(previous -> previous == null ? 0 : previous.modRevision())
                .containsExactly(2L, 2L, 2L);
        assertThat(store.snapshot().get(A, 2).orElseThrow().modRevision()).isEqualTo(2);
        assertThat(store.snapshot().get(A).orElseThrow().leaseId()).isEqualTo(9);
    }

    private KeyValueRecord put(ByteSequence key) {
        KeyValueRecord record = store.put(key, VALUE, 0);
        store.finishRevision();
        return record;
    }

    private void delete(ByteSequence key) {
        store.deleteKey(key);
        store.finishRevision();
    }

    private void compactWholly(long revision) {
        store.compact(revision);
        while (store.compactSome(10)) {}
        store.publish();
    }
}
