package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriteTest {
    private static final StoreOptions SMALL = new StoreOptions(4_096);
    private static final ByteSequence VALUE = ByteSequence.wrap(new byte[100]);
    private static final int ALL = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    @Test
    void space_of_what_was_compacted_goes_back_to_the_file_system() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 1_000; i++) {
                put(store, "k" + i % 10);
            }
            compact(store);
            long before = store.snapshot().sizeBytes();
            StoreHash hash = store.snapshot().hash(0);

            int rewrites = rewriteAll(store, true);

            assertThat(rewrites).isPositive();
            assertThat(store.snapshot().hash(0)).isEqualTo(hash);
            assertThat(store.snapshot().sizeBytes()).isLessThan(before / 10);
            assertThat(store.snapshot().sizeBytes() - store.snapshot().liveBytes())
                    .as("headers, and what is of the compacted revision")
                    .isLessThan(300);
            store.force(store.position());
            store.delete(store.retired());
            assertThat(files()).isEqualTo(store.position().segments().size());
            reopenedIs(store.position(), hash);
        }
    }

    @Test
    void segments_without_anything_live_are_dropped_and_nothing_is_written() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 300; i++) {
                put(store, "gone");
            }
            store.delete(KeyRange.ALL);
            store.finishRevision();
            put(store, "here");
            compact(store);

            rewriteAll(store, true);

            assertThat(store.position().segments()).hasSize(1);
            assertThat(store.snapshot().keyCount()).isEqualTo(1);
        }
    }

    @Test
    void by_itself_only_what_is_half_garbage_is_written_anew() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 1_000; i++) {
                put(store, "k" + i);
            }
            for (int i = 0; i < 1_000; i += 5) {
                store.deleteKey(ByteSequence.utf8("k" + i));
                store.finishRevision();
            }
            compact(store);
            store.publish();

            SegmentRewrite byItself = store.planRewrite(false).orElseThrow();

            assertThat(byItself.run())
                    .as("the segments of tombstones, not those of which a fifth was deleted")
                    .allMatch(segment -> segment.garbageBytes() > segment.lengthBytes() / 2);
        }
    }

    @Test
    void a_key_does_not_come_back_to_life_when_its_tombstone_is_written_anew_first() throws IOException {
        StorePosition position;
        StoreHash hash;
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            put(store, "ghost");
            for (int i = 0; i < 40; i++) {
                put(store, "live" + i);
            }
            store.deleteKey(ByteSequence.utf8("ghost"));
            store.finishRevision();
            for (int i = 0; i < 200; i++) {
                put(store, "churn");
            }
            compact(store);

            assertThat(rewriteAll(store, false)).isPositive();

            hash = store.snapshot().hash(0);
            position = store.position();
        }
        reopenedIs(position, hash);
    }

    @Test
    void a_deletion_at_the_compacted_revision_is_still_told() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 100; i++) {
                put(store, "k");
            }
            store.deleteKey(ByteSequence.utf8("k"));
            long deleted = store.finishRevision();
            compact(store);

            rewriteAll(store, true);

            assertThat(store.snapshot().history(deleted, deleted, 10, 1 << 20).events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.isDelete()).isTrue());
        }
    }

    @Test
    void what_had_to_stay_is_left_out_after_the_next_compaction() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 100; i++) {
                put(store, "k" + i);
            }
            store.delete(KeyRange.ALL);
            store.finishRevision();
            compact(store);
            rewriteAll(store, true);
            long withTombstones = store.snapshot().sizeBytes();
            assertThat(store.planRewrite(true)).as("nothing more to win").isEmpty();

            put(store, "next");
            compact(store);
            rewriteAll(store, true);

            assertThat(store.snapshot().sizeBytes()).isLessThan(withTombstones / 4);
        }
    }

    @Test
    void a_snapshot_from_before_reads_on_when_the_files_are_deleted() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 200; i++) {
                put(store, "k" + i % 7);
            }
            store.publish();
            StoreSnapshot before = store.snapshot();
            StoreHash hash = before.hash(0);
            compact(store);

            rewriteAll(store, true);
            store.force(store.position());
            Set<Long> retired = new HashSet<>(store.retired());
            store.delete(retired);

            assertThat(retired).isNotEmpty();
            assertThat(before.hash(0)).isEqualTo(hash);
            assertThat(before.history(2, 201, 1_000, 1 << 20).events()).hasSize(200);
        }
    }

    @Test
    void an_abandoned_rewrite_leaves_no_file_and_is_tried_again_after_the_next_compaction() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 200; i++) {
                put(store, "k" + i % 7);
            }
            compact(store);
            store.publish();
            SegmentRewrite rewrite = store.planRewrite(true).orElseThrow();
            rewrite.copySome(3_000);
            long files = files();

            rewrite.abandon();
            store.dropRewrite(rewrite);

            assertThat(files()).isLessThanOrEqualTo(files);
            assertThat(store.snapshot().keyCount()).isEqualTo(7);
            put(store, "more");
            compact(store);
            assertThat(rewriteAll(store, true)).isPositive();
        }
    }

    @Test
    void a_full_disk_fails_the_copy_and_not_the_store() throws IOException {
        boolean[] full = {false};
        SegmentWrites narrow = (channel, bytes, offset) -> {
            if (full[0]) {
                throw new IOException("No space left on device");
            }
            SegmentWrites.DIRECT.write(channel, bytes, offset);
        };
        try (RevisionStore store = RevisionStore.open(directory, SMALL, StorePosition.EMPTY, narrow)) {
            for (int i = 0; i < 200; i++) {
                put(store, "k" + i % 70);
            }
            compact(store);
            store.publish();
            SegmentRewrite rewrite = store.planRewrite(true).orElseThrow();

            full[0] = true;
            assertThatThrownBy(() -> copyAll(rewrite)).isInstanceOf(IOException.class);
            full[0] = false;
            rewrite.abandon();
            store.dropRewrite(rewrite);

            put(store, "next");
            store.publish();
            assertThat(store.snapshot().keyCount()).isEqualTo(71);
        }
    }

    @Test
    void damaged_records_are_neither_read_nor_copied_and_a_scrub_finds_them() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 100; i++) {
                put(store, "k" + i);
            }
            for (int i = 0; i < 10; i++) {
                store.deleteKey(ByteSequence.utf8("k" + i));
                store.finishRevision();
            }
            compact(store);
            store.publish();
            harm(directory.resolve(SegmentFormat.fileName(1)));
            StoreSnapshot snapshot = store.snapshot();

            assertThatThrownBy(() -> scrubAll(snapshot.scrub())).isInstanceOf(StoreCorruptedException.class);
            assertThatThrownBy(() -> snapshot.range(KeyRange.ALL, 0, 0)).isInstanceOf(StoreCorruptedException.class);
            SegmentRewrite rewrite = store.planRewrite(true).orElseThrow();
            assertThatThrownBy(() -> copyAll(rewrite)).isInstanceOf(StoreCorruptedException.class);
            rewrite.abandon();
            store.dropRewrite(rewrite);
        }
    }

    @Test
    void a_scrub_reads_everything_once() throws IOException {
        try (RevisionStore store = open(StorePosition.EMPTY)) {
            for (int i = 0; i < 100; i++) {
                put(store, "k" + i);
            }
            store.publish();

            long headerBytes = (long) store.position().segments().size() * SegmentFormat.HEADER_BYTES;

            assertThat(scrubAll(store.snapshot().scrub()) + headerBytes)
                    .isEqualTo(store.snapshot().sizeBytes());
        }
    }

    private RevisionStore open(StorePosition position) throws IOException {
        return RevisionStore.open(directory, SMALL, position);
    }

    private void reopenedIs(StorePosition position, StoreHash hash) throws IOException {
        try (RevisionStore again = open(position)) {
            assertThat(again.snapshot().hash(0)).isEqualTo(hash);
            assertThat(again.position()).isEqualTo(position);
        }
    }

    private static void put(RevisionStore store, String key) {
        store.put(ByteSequence.utf8(key), VALUE, 0);
        store.finishRevision();
    }

    private static void compact(RevisionStore store) {
        store.publish();
        store.compact(store.finishRevision());
        store.publish();
        while (store.compactSome(ALL)) {
            store.publish();
        }
    }

    /** Writes anew whatever is worth it; how often there was something. */
    private static int rewriteAll(RevisionStore store, boolean hurried) throws IOException {
        int rewrites = 0;
        store.publish();
        for (SegmentRewrite next = store.planRewrite(hurried).orElse(null);
                next != null;
                next = store.planRewrite(hurried).orElse(null)) {
            copyAll(next);
            store.beginMove(next);
            while (store.compactSome(5)) {
                store.publish();
            }
            store.publish();
            rewrites++;
        }
        return rewrites;
    }

    private static void copyAll(SegmentRewrite rewrite) throws IOException {
        while (rewrite.copySome(1_000)) {}
    }

    private static long scrubAll(LogScrub scrub) {
        long bytes = 0;
        for (long some = scrub.checkSome(700); some > 0; some = scrub.checkSome(700)) {
            bytes += some;
        }
        return bytes;
    }

    /** One bit of the value of some record in the middle. */
    private static void harm(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, 2_500);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            channel.write(one, 2_500);
        }
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }
}
