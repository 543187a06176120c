package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreHashTest {
    private static final ByteSequence KEY = ByteSequence.utf8("key");
    private static final ByteSequence VALUE = ByteSequence.utf8("value");

    @TempDir
    Path directory;

    @Test
    void equal_histories_hash_equally_however_they_are_laid_out_batched_and_swept() throws IOException {
        RevisionStore eager = open("eager", new StoreOptions(700));
        RevisionStore lazy = open("lazy", StoreOptions.DEFAULT);
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            int number = random.nextInt(100);
            ByteSequence key = ByteSequence.utf8("k" + number);
            boolean delete = random.nextInt(4) == 0;
            for (RevisionStore store : new RevisionStore[] {eager, lazy}) {
                if (delete) {
                    store.deleteKey(key);
                } else {
                    store.put(key, ByteSequence.utf8("v" + i), number % 2);
                }
                store.finishRevision();
            }
            eager.publish();
            eager.compactSome(10);
            if (i % 333 == 332) {
                long at = eager.current().revision() - random.nextInt(100);
                eager.compact(at);
                lazy.compact(at);
                eager.publish();
                lazy.publish();
                for (long revision = at; revision <= eager.current().revision(); revision += 7) {
                    assertThat(lazy.snapshot().hash(revision))
                            .isEqualTo(eager.snapshot().hash(revision));
                }
            }
        }
        lazy.publish();
        StoreHash hash = lazy.snapshot().hash(0);
        assertThat(eager.snapshot().hash(0)).isEqualTo(hash);
        StorePosition position = lazy.position();
        lazy.close();
        eager.close();

        try (RevisionStore again = RevisionStore.open(directory.resolve("lazy"), StoreOptions.DEFAULT, position)) {
            assertThat(again.snapshot().hash(0)).isEqualTo(hash);
        }
    }

    @Test
    void any_difference_changes_the_hash() throws IOException {
        Set<Integer> hashes = new HashSet<>();
        hashes.add(hashAfterPut("1", KEY, VALUE, 0));
        hashes.add(hashAfterPut("2", ByteSequence.utf8("kez"), VALUE, 0));
        hashes.add(hashAfterPut("3", KEY, ByteSequence.utf8("valuf"), 0));
        hashes.add(hashAfterPut("4", KEY, VALUE, 1));

        assertThat(hashes).hasSize(4);
        assertThat(hashAfterPut("5", KEY, VALUE, 0)).isIn(hashes);
    }

    @Test
    void a_hash_at_an_older_revision_does_not_see_newer_records() throws IOException {
        try (RevisionStore store = open("store", StoreOptions.DEFAULT)) {
            int ofNothing = store.snapshot().hash(0).hash();
            store.put(KEY, VALUE, 0);
            store.finishRevision();
            store.publish();
            StoreHash then = store.snapshot().hash(0);
            store.put(KEY, ByteSequence.EMPTY, 0);
            store.finishRevision();
            store.publish();

            assertThat(store.snapshot().hash(2)).isEqualTo(then);
            assertThat(store.snapshot().hash(0).hash()).isNotEqualTo(then.hash());
            assertThat(store.snapshot().hash(0).hashRevision()).isEqualTo(3);
            assertThat(store.snapshot().hash(-1).hash()).isEqualTo(ofNothing).isNotZero();
        }
    }

    private int hashAfterPut(String name, ByteSequence key, ByteSequence value, long leaseId) throws IOException {
        try (RevisionStore store = open(name, StoreOptions.DEFAULT)) {
            store.put(key, value, leaseId);
            store.finishRevision();
            store.publish();
            return store.snapshot().hash(0).hash();
        }
    }

    private RevisionStore open(String name, StoreOptions options) throws IOException {
        return RevisionStore.open(directory.resolve(name), options, StorePosition.EMPTY);
    }
}
