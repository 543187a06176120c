package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreRecoveryTest {
    private static final StoreOptions ONE_SEGMENT = new StoreOptions(8_192);
    private static final StoreOptions SMALL = new StoreOptions(512);
    private static final ByteSequence VALUE = ByteSequence.utf8("a value of some length");

    @TempDir
    Path directory;

    @Test
    void a_tail_torn_anywhere_behind_the_position_is_cut() throws IOException {
        StorePosition before = write(3, ONE_SEGMENT);
        StorePosition after = writeOn(before, 1, ONE_SEGMENT);
        Path file = file(1);
        byte[] whole = Files.readAllBytes(file);
        int from = (int) before.segments().getLast().lengthBytes();
        int to = (int) after.segments().getLast().lengthBytes();

        for (int cut = from; cut <= to; cut++) {
            byte[] torn = Arrays.copyOf(whole, cut);
            Files.write(file, torn);
            try (RevisionStore store = RevisionStore.open(directory, ONE_SEGMENT, before)) {
                assertThat(store.position()).isEqualTo(before);
                assertThat(store.snapshot().keyCount()).isEqualTo(3);
            }
        }
    }

    @Test
    void a_record_torn_before_the_position_is_refused_with_file_and_offset() throws IOException {
        StorePosition before = write(3, ONE_SEGMENT);
        StorePosition after = writeOn(before, 1, ONE_SEGMENT);
        Path file = file(1);
        byte[] whole = Files.readAllBytes(file);
        int from = (int) before.segments().getLast().lengthBytes();
        int to = (int) after.segments().getLast().lengthBytes();

        for (int cut = from; cut < to; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            assertThatThrownBy(() -> RevisionStore.open(directory, ONE_SEGMENT, after))
                    .isInstanceOf(StoreCorruptedException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("offset " + cut);
            Files.write(file, Arrays.copyOf(Arrays.copyOf(whole, cut), whole.length));
            assertThatThrownBy(() -> RevisionStore.open(directory, ONE_SEGMENT, after))
                    .isInstanceOf(StoreCorruptedException.class)
                    .hasMessageContaining("offset " + from);
        }
    }

    @Test
    void a_flipped_bit_anywhere_before_the_position_is_refused() throws IOException {
        StorePosition position = write(3, ONE_SEGMENT);
        Path file = file(1);
        byte[] whole = Files.readAllBytes(file);

        for (int at = 0; at < position.segments().getLast().lengthBytes(); at++) {
            byte[] harmed = whole.clone();
            harmed[at] ^= (byte) (1 << (at % 8));
            Files.write(file, harmed);
            assertThatThrownBy(() -> RevisionStore.open(directory, ONE_SEGMENT, position))
                    .as("bit flipped in byte %d", at)
                    .isInstanceOfAny(StoreCorruptedException.class, UnsupportedFormatException.class);
        }
    }

    @Test
    void a_missing_segment_is_refused() throws IOException {
        StorePosition position = write(40, SMALL);
        assertThat(position.segments()).hasSizeGreaterThan(3);
        Files.delete(file(2));

        assertThatThrownBy(() -> RevisionStore.open(directory, SMALL, position))
                .isInstanceOf(StoreCorruptedException.class)
                .hasMessageContaining(file(2).toString())
                .hasMessageContaining("missing");
    }

    @Test
    void segments_left_out_of_the_position_are_noticed() throws IOException {
        StorePosition position = write(40, SMALL);
        List<SegmentLength> segments = position.segments();

        assertThatThrownBy(() -> RevisionStore.open(
                        directory, SMALL, new StorePosition(41, 0, segments.subList(0, segments.size() - 1))))
                .isInstanceOf(StoreCorruptedException.class)
                .hasMessageContaining("revision");
    }

    @Test
    void a_newer_format_is_refused_and_left_as_it_is() throws IOException {
        StorePosition position = write(3, ONE_SEGMENT);
        Path file = file(1);
        ByteBuffer header = ByteBuffer.wrap(Files.readAllBytes(file), 0, SegmentFormat.HEADER_BYTES);
        header.putInt(8, SegmentFormat.VERSION + 1);
        CRC32C checksum = new CRC32C();
        checksum.update(header.array(), 0, 20);
        header.putInt(20, (int) checksum.getValue());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(header, 0);
        }
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> RevisionStore.open(directory, ONE_SEGMENT, position))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("version " + (SegmentFormat.VERSION + 1));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_segment_under_anothers_name_is_refused() throws IOException {
        StorePosition position = write(40, SMALL);
        Files.delete(file(2));
        Files.copy(file(3), file(2));

        assertThatThrownBy(() -> RevisionStore.open(directory, SMALL, position))
                .isInstanceOf(StoreCorruptedException.class);
    }

    @Test
    void opening_at_the_empty_position_deletes_all_segments_and_nothing_else() throws IOException {
        write(40, SMALL);
        Path other = Files.writeString(directory.resolve("notes.txt"), "mine");

        try (RevisionStore store = RevisionStore.open(directory, SMALL, StorePosition.EMPTY)) {
            assertThat(store.position()).isEqualTo(StorePosition.EMPTY);
            assertThat(other).exists();
            assertThat(file(1)).doesNotExist();
            store.put(ByteSequence.utf8("k"), VALUE, 0);
            store.finishRevision();
            store.publish();
            assertThat(store.snapshot().revision()).isEqualTo(2);
        }
    }

    @Test
    void a_record_bigger_than_a_segment_gets_one_of_its_own_size() throws IOException {
        ByteSequence big = ByteSequence.wrap(new byte[3 << 20]);
        StorePosition position;
        try (RevisionStore store = RevisionStore.open(directory, SMALL, StorePosition.EMPTY)) {
            put(store, "small", VALUE);
            put(store, "big", big);
            put(store, "after", VALUE);
            store.publish();
            position = store.position();
        }

        try (RevisionStore store = RevisionStore.open(directory, SMALL, position)) {
            put(store, "later", VALUE);
            store.publish();
            assertThat(store.snapshot()
                            .get(ByteSequence.utf8("big"))
                            .orElseThrow()
                            .value())
                    .isEqualTo(big);
            assertThat(store.snapshot().range(KeyRange.ALL, 0, 0).records())
                    .extracting(record -> record.key().toUtf8())
                    .containsExactly("after", "big", "later", "small");
            assertThat(store.snapshot().history(2, 5, 100, 1 << 30).events()).hasSize(4);
        }
    }

    @Test
    void a_full_disk_fails_the_publish_and_every_later_write() throws IOException {
        long[] room = {400};
        SegmentWrites narrow = (channel, bytes, offset) -> {
            if (bytes.remaining() > room[0]) {
                throw new IOException("No space left on device");
            }
            room[0] -= bytes.remaining();
            SegmentWrites.DIRECT.write(channel, bytes, offset);
        };
        StorePosition position;
        try (RevisionStore store = RevisionStore.open(directory, ONE_SEGMENT, StorePosition.EMPTY, narrow)) {
            put(store, "kept", VALUE);
            store.publish();
            position = store.position();
            KeyValueRecord unwritten = put(store, "lost", ByteSequence.wrap(new byte[500]));

            assertThatThrownBy(store::publish)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("No space left on device");

            room[0] = Long.MAX_VALUE;
            assertThatThrownBy(() -> put(store, "more", VALUE)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> store.delete(KeyRange.ALL)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(store::publish).isInstanceOf(IllegalStateException.class);
            assertThat(store.snapshot().revision()).isEqualTo(2);
            assertThat(store.snapshot().get(ByteSequence.utf8("kept"))).isPresent();
            assertThat(unwritten.valueLength()).isEqualTo(500);
        }

        try (RevisionStore again = RevisionStore.open(directory, ONE_SEGMENT, position)) {
            assertThat(again.snapshot().keyCount()).isEqualTo(1);
        }
    }

    @Test
    void records_and_snapshots_stay_readable_after_close_and_cut() throws IOException {
        StoreSnapshot snapshot;
        KeyValueRecord record;
        try (RevisionStore store = RevisionStore.open(directory, SMALL, StorePosition.EMPTY)) {
            record = put(store, "first", VALUE);
            for (int i = 0; i < 50; i++) {
                put(store, "k" + i, VALUE);
            }
            store.publish();
            snapshot = store.snapshot();
        }

        RevisionStore.open(directory, SMALL, StorePosition.EMPTY).close();

        assertThat(record.value()).isEqualTo(VALUE);
        assertThat(snapshot.range(KeyRange.ALL, 0, 0).records()).hasSize(51).allSatisfy(kv -> assertThat(kv.value())
                .isEqualTo(VALUE));
        assertThat(snapshot.history(2, 100, 100, 1 << 20).events()).hasSize(51);
    }

    @Test
    void harm_done_while_the_store_is_open_is_noticed_by_history() throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, ONE_SEGMENT, StorePosition.EMPTY)) {
            put(store, "a", VALUE);
            put(store, "b", VALUE);
            store.publish();
            try (RandomAccessFile file = new RandomAccessFile(file(1).toFile(), "rw")) {
                file.seek(SegmentFormat.HEADER_BYTES + 30);
                file.write(0xff);
            }

            assertThatThrownBy(() -> store.snapshot().history(2, 3, 10, 1000))
                    .isInstanceOf(StoreCorruptedException.class)
                    .hasMessageContaining("offset " + SegmentFormat.HEADER_BYTES);
        }
    }

    @Test
    void a_sealed_segment_gives_its_unused_room_back() throws IOException {
        StorePosition position = write(40, SMALL);

        SegmentLength first = position.segments().getFirst();
        assertThat(Files.size(file(1))).isEqualTo(first.lengthBytes());
    }

    private StorePosition write(int count, StoreOptions options) throws IOException {
        return writeOn(StorePosition.EMPTY, count, options);
    }

    private StorePosition writeOn(StorePosition from, int count, StoreOptions options) throws IOException {
        try (RevisionStore store = RevisionStore.open(directory, options, from)) {
            for (int i = 0; i < count; i++) {
                put(store, "key" + store.current().revision(), VALUE);
            }
            store.publish();
            store.force(store.position());
            return store.position();
        }
    }

    private static KeyValueRecord put(RevisionStore store, String key, ByteSequence value) {
        KeyValueRecord record = store.put(ByteSequence.utf8(key), value, 0);
        store.finishRevision();
        return record;
    }

    private Path file(long id) {
        return directory.resolve(SegmentFormat.fileName(id));
    }
}
