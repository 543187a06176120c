package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionStoreTest {
    private static final ByteSequence A = ByteSequence.utf8("a");
    private static final ByteSequence B = ByteSequence.utf8("b");
    private static final ByteSequence V = ByteSequence.utf8("v");

    @TempDir
    Path directory;

    @Test
    void an_empty_store_is_at_revision_one_and_the_first_put_makes_two() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY)) {
            assertThat(store.snapshot().revision()).isEqualTo(1);

            KeyValueRecord record = store.put(A, V, 7);
            assertThat(store.finishRevision()).isEqualTo(2);
            List<StoreEvent> events = store.publish();

            assertThat(events).hasSize(1);
            assertThat(record.createRevision()).isEqualTo(2);
            assertThat(record.modRevision()).isEqualTo(2);
            assertThat(record.version()).isEqualTo(1);
            assertThat(record.leaseId()).isEqualTo(7);
            assertThat(record.value()).isEqualTo(V);
            assertThat(store.snapshot().get(A).orElseThrow().value()).isEqualTo(V);
            assertThat(store.snapshot().count(KeyRange.ALL, 0)).isEqualTo(1);
        }
    }

    @Test
    void a_key_just_sought_is_put_as_any_other() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY)) {
            assertThat(store.seek(A)).isEmpty();
            KeyValueRecord first = store.putSought(A, V, 0, null);
            store.finishRevision();
            KeyValueRecord before = store.seek(A).orElseThrow();
            KeyValueRecord second = store.putSought(A, V, 0, before);

            assertThat(before.modRevision()).isEqualTo(first.modRevision());
            assertThat(second.createRevision()).isEqualTo(first.createRevision());
            assertThat(second.version()).isEqualTo(2);
        }
    }

    @Test
    void a_place_in_the_index_is_good_for_the_next_change_only() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY)) {
            store.seek(A);
            assertThatThrownBy(() -> store.putSought(B, V, 0, null)).isInstanceOf(IllegalStateException.class);
            store.seek(A);
            store.put(B, V, 0);
            assertThatThrownBy(() -> store.putSought(A, V, 0, null)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_delete_ends_the_generation_and_the_next_put_begins_another() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY)) {
            store.put(A, V, 0);
            store.put(B, V, 0);
            store.finishRevision();
            assertThat(store.delete(KeyRange.ALL))
                    .extracting(KeyValueRecord::key)
                    .containsExactly(A, B);
            store.finishRevision();
            KeyValueRecord again = store.put(A, ByteSequence.EMPTY, 0);
            store.finishRevision();

            List<StoreEvent> events = store.publish();

            assertThat(events).extracting(StoreEvent::isDelete).containsExactly(false, false, true, true, false);
            assertThat(again.createRevision()).isEqualTo(4);
            assertThat(again.version()).isEqualTo(1);
            assertThat(store.snapshot().range(KeyRange.ALL, 2, 0).records())
                    .extracting(KeyValueRecord::key)
                    .containsExactly(A, B);
            assertThat(store.snapshot().range(KeyRange.ALL, 3, 0).records()).isEmpty();
            assertThat(store.snapshot().get(A).orElseThrow().value()).isEqualTo(ByteSequence.EMPTY);
        }
    }

    @Test
    void keys_that_are_deleted_together_must_all_be_alive() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY)) {
            store.put(A, V, 0);
            store.put(B, V, 0);
            store.finishRevision();
            store.deleteAll(List.of(A, B));
            store.finishRevision();

            assertThat(store.current().count(KeyRange.ALL, 0)).isZero();
            assertThatThrownBy(() -> store.deleteAll(List.of(B))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> store.deleteAll(List.of(ByteSequence.utf8("c"))))
                    .isInstanceOf(IllegalStateException.class);
            store.put(A, V, 0);
            assertThatThrownBy(() -> store.deleteAll(List.of(A)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is open");
        }
    }

    @Test
    void what_keys_were_that_were_deleted_together_is_told_later_too() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY)) {
            store.put(A, V, 7);
            store.finishRevision();
            store.publish();
            store.put(B, V, 8);
            store.finishRevision();
            store.deleteAll(List.of(A, B));
            store.finishRevision();
            List<StoreEvent> events = store.publish();
            store.put(A, B, 0);
            store.finishRevision();
            store.publish();

            assertThat(events.subList(1, 3)).allSatisfy(event -> {
                assertThat(event.isDelete()).isTrue();
                assertThat(event.hasPrevious()).isTrue();
            });
            assertThat(events.subList(1, 3).stream().map(StoreEvent::previous))
                    .extracting(KeyValueRecord::key, KeyValueRecord::value, KeyValueRecord::leaseId)
                    .containsExactly(tuple(A, V, 7L), tuple(B, V, 8L));
        }
    }

    @Test
    void a_store_opened_again_at_its_position_is_the_same() throws IOException {
        StorePosition position;
        StoreHash hash;
        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY)) {
            for (int i = 0; i < 1000; i++) {
                store.put(ByteSequence.utf8("key" + i % 100), V, i % 3);
                store.finishRevision();
            }
            store.compact(500);
            store.publish();
            position = store.position();
            store.force(position);
            hash = store.snapshot().hash(0);
            store.put(B, V, 0);
            store.finishRevision();
            store.publish();
        }

        try (RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, position)) {
            assertThat(store.position()).isEqualTo(position);
            assertThat(store.snapshot().hash(0)).isEqualTo(hash);
            assertThat(store.snapshot().get(B)).isEmpty();
            assertThat(store.snapshot().keyCount()).isEqualTo(100);
            assertThat(store.snapshot().history(501, 1001, 10_000, 1 << 20).events())
                    .hasSize(501);
        }
    }
}
