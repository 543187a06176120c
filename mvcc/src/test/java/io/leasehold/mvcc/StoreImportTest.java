package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreImportTest {
    private static final StoreOptions SMALL_SEGMENTS = new StoreOptions(2_000);
    private static final ByteSequence KEY = ByteSequence.utf8("key");
    private static final ByteSequence VALUE = ByteSequence.utf8("value");

    @TempDir
    Path directory;

    @Test
    void a_copy_made_of_the_survivors_is_the_same_store() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            try (RevisionStore store = randomStore("from" + seed, new SplittableRandom(seed))) {
                StoreSnapshot original = store.snapshot();
                Path copyDirectory = directory.resolve("copy" + seed);
                try (RevisionStore copy =
                        RevisionStore.open(copyDirectory, SMALL_SEGMENTS, copy(original, copyDirectory))) {
                    assertThat(copy.snapshot().hash(0)).as("seed %d", seed).isEqualTo(original.hash(0));
                    assertThat(copy.snapshot().keyCount()).isEqualTo(original.keyCount());
                    copy.put(KEY, VALUE, 0);
                    assertThat(copy.finishRevision()).isEqualTo(original.revision() + 1);
                }
            }
        }
    }

    @Test
    void a_store_whose_newest_record_is_compacted_away_opens_at_its_revision() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory.resolve("a"), SMALL_SEGMENTS, StorePosition.EMPTY)) {
            store.put(KEY, VALUE, 0);
            store.finishRevision();
            store.deleteKey(KEY);
            long revision = store.finishRevision();
            store.compact(revision);
            store.publish();
            Path to = directory.resolve("b");
            try (RevisionStore copy = RevisionStore.open(to, SMALL_SEGMENTS, copy(store.snapshot(), to))) {
                assertThat(copy.snapshot().revision()).isEqualTo(revision);
                assertThat(copy.snapshot().keyCount()).isZero();
            }
        }
    }

    @Test
    void records_out_of_order_are_refused() throws IOException {
        try (StoreImport store = StoreImport.begin(directory.resolve("a"), SMALL_SEGMENTS)) {
            store.put(KEY, 5, 5, 1, 1, VALUE, 0);
            assertThatThrownBy(() -> store.put(KEY, 5, 5, 1, 2, VALUE, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessage("record 5.1 comes behind 5.1");
            assertThatThrownBy(() -> store.tombstone(KEY, 4, 0)).hasMessage("record 4.0 comes behind 5.1");
            assertThatThrownBy(() -> store.finish(4, 0)).hasMessageContaining("above 4");
        }
    }

    @Test
    void a_directory_with_files_is_left_alone() throws IOException {
        Files.createFile(directory.resolve("something"));
        assertThatThrownBy(() -> StoreImport.begin(directory, SMALL_SEGMENTS)).hasMessageContaining("already");
    }

    private StorePosition copy(StoreSnapshot original, Path to) throws IOException {
        try (StoreImport store = StoreImport.begin(to, SMALL_SEGMENTS)) {
            original.forEachSurvivor(record -> {
                if (record.isTombstone()) {
                    store.tombstone(record.key(), record.modRevision(), record.subRevision());
                } else {
                    store.put(
                            record.key(),
                            record.createRevision(),
                            record.modRevision(),
                            record.subRevision(),
                            record.version(),
                            record.value(),
                            record.leaseId());
                }
            });
            return store.finish(original.revision(), original.compactedRevision());
        }
    }

    private RevisionStore randomStore(String name, SplittableRandom random) throws IOException {
        RevisionStore store = RevisionStore.open(directory.resolve(name), SMALL_SEGMENTS, StorePosition.EMPTY);
        for (int i = 0; i < 400; i++) {
            for (int change = random.nextInt(3); change >= 0; change--) {
                ByteSequence key = ByteSequence.utf8("k" + change + "-" + random.nextInt(15));
                if (random.nextInt(4) == 0) {
                    store.deleteKey(key);
                } else {
                    store.put(key, ByteSequence.utf8("v" + i), random.nextInt(2) * 7L);
                }
            }
            store.finishRevision();
            store.publish();
            if (random.nextInt(100) == 0) {
                long revision = store.current().revision();
                store.compact(Math.max(store.current().compactedRevision(), revision - random.nextInt(50)));
                store.compactSome(random.nextInt(10) + 1);
                store.publish();
            }
        }
        return store;
    }
}
