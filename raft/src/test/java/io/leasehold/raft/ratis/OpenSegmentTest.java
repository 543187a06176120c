package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.raft.LogCorruptedException;
import io.leasehold.raft.LogGapException;
import io.leasehold.raft.RecordingListener;
import io.leasehold.raft.RecordingListener.Committed;
import io.leasehold.raft.RecordingListener.Ready;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages a real open segment, taken while the log that wrote it was running: what a kill leaves behind. */
class OpenSegmentTest {

    private static final int ENTRIES = 5;
    /** The engine sets a mebibyte aside, which would only make thousands of variants slow. */
    private static final int ZEROS_KEPT_BYTES = 2_000;
    /** The last index: one entry of the engine's own, then ours. */
    private static final int LAST_INDEX = ENTRIES + 1;

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    /** Where the last record begins. */
    private static int lastStart;

    private RatisSettings settings = TestSettings.soleVoter(Path.of("unset"));
    private Path segment = Path.of("unset");
    private byte[] intact = {};
    /** Where the last record ends. */
    private int lastEnd;

    @BeforeAll
    static void write_a_log_and_copy_it_while_it_is_open() throws IOException {
        Path original = shared.resolve("original");
        RecordingListener listener = new RecordingListener();
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(original))) {
            log.start(listener, 0, 0);
            listener.await(Ready.class);
            for (int i = 1; i < ENTRIES; i++) {
                propose(log, listener, "entry " + i);
            }
            lastStart = end(Files.readAllBytes(onlySegment(original)));
            // Longer than a sector and than one byte of length can say.
            propose(log, listener, "last".repeat(300));
            copy(original, shared.resolve("copy"));
        }
    }

    @BeforeEach
    void take_a_copy_to_damage() throws IOException {
        settings = TestSettings.soleVoter(directory.resolve("copy"));
        copy(shared.resolve("copy"), settings.directory());
        segment = onlySegment(settings.directory());
        byte[] whole = Files.readAllBytes(segment);
        lastEnd = end(whole);
        intact = Arrays.copyOf(whole, lastEnd + ZEROS_KEPT_BYTES);
    }

    @Test
    void an_intact_segment_is_left_alone() throws IOException {
        check(intact);

        assertThat(Files.readAllBytes(segment)).isEqualTo(intact);
    }

    @Test
    void a_record_torn_at_any_byte_is_cut_off() throws IOException {
        for (int cut = lastStart; cut < lastEnd; cut++) {
            byte[] torn = intact.clone();
            Arrays.fill(torn, cut, torn.length, (byte) 0);

            check(torn);

            assertThat(end(Files.readAllBytes(segment))).as("cut at %d", cut).isEqualTo(lastStart);
        }
    }

    @Test
    void a_file_that_ends_inside_the_last_record_is_cut_before_it() throws IOException {
        for (int cut = lastStart; cut < lastEnd; cut++) {
            check(Arrays.copyOf(intact, cut));

            assertThat(Files.readAllBytes(segment)).as("cut at %d", cut).isEqualTo(Arrays.copyOf(intact, lastStart));
        }
    }

    @Test
    void a_last_record_that_lost_a_sector_is_cut_off() throws IOException {
        byte[] torn = intact.clone();
        int sector = (lastStart / 512 + 1) * 512;
        Arrays.fill(torn, sector, sector + 512, (byte) 0);

        check(torn);

        assertThat(end(Files.readAllBytes(segment))).isEqualTo(lastStart);
    }

    @Test
    void a_header_torn_at_any_byte_is_an_empty_segment() throws IOException {
        for (int cut = 0; cut < 8; cut++) {
            byte[] torn = new byte[intact.length];
            System.arraycopy(intact, 0, torn, 0, cut);
            Files.write(segment, torn);

            LogDirectory.of(settings).check(0);

            assertThat(Files.readAllBytes(segment)).isEqualTo(torn);
        }
    }

    @Test
    void a_flipped_bit_anywhere_is_refused_and_nothing_is_cut() throws IOException {
        for (int at = 0; at < lastEnd; at++) {
            byte[] flipped = intact.clone();
            flipped[at] ^= (byte) (1 << at % Byte.SIZE);
            Files.write(segment, flipped);

            assertThatThrownBy(() -> LogDirectory.of(settings).check(0))
                    .as("byte %d", at)
                    .isInstanceOf(LogCorruptedException.class)
                    .hasMessageContaining(segment.toString());
            assertThat(Files.readAllBytes(segment)).isEqualTo(flipped);
        }
    }

    @Test
    void bytes_behind_the_end_are_refused() throws IOException {
        for (int distance : new int[] {1, 700, intact.length - lastEnd - 1}) {
            byte[] garbage = intact.clone();
            garbage[lastEnd + distance] = 0x55;
            Files.write(segment, garbage);

            assertThatThrownBy(() -> LogDirectory.of(settings).check(0))
                    .isInstanceOfSatisfying(LogCorruptedException.class, damage -> assertThat(damage.offsetBytes())
                            .isEqualTo(lastEnd));
        }
    }

    @Test
    void a_log_with_a_torn_end_starts_and_goes_on() throws IOException {
        byte[] torn = intact.clone();
        Arrays.fill(torn, lastStart + 20, torn.length, (byte) 0);
        Files.write(segment, torn);
        RecordingListener listener = new RecordingListener();

        try (RatisLog log = new RatisLog(settings)) {
            log.start(listener, 0, 0);
            listener.await(Ready.class);
            propose(log, listener, "new");
        }

        assertThat(listener.all(Committed.class))
                .extracting(Committed::payload)
                .containsExactly("entry 1", "entry 2", "entry 3", "entry 4", "new");
    }

    @Test
    void a_missing_log_is_refused_when_there_is_a_state() {
        RatisSettings elsewhere = TestSettings.soleVoter(directory.resolve("elsewhere"));

        assertThatThrownBy(() -> LogDirectory.of(elsewhere).check(1))
                .isInstanceOf(LogGapException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void a_log_that_begins_behind_the_state_is_refused() throws IOException {
        Files.move(segment, segment.resolveSibling("log_inprogress_4"));

        assertThatThrownBy(() -> LogDirectory.of(settings).check(3))
                .isInstanceOf(LogGapException.class)
                .hasMessageContaining("begins at entry 5");
        assertThatThrownBy(() -> LogDirectory.of(settings).check(0)).isInstanceOf(LogGapException.class);
    }

    @Test
    void a_log_that_ends_before_the_state_is_refused() {
        LogDirectory.of(settings).check(LAST_INDEX);

        assertThatThrownBy(() -> LogDirectory.of(settings).check(LAST_INDEX + 1))
                .isInstanceOf(LogGapException.class)
                .hasMessageContaining("ends at entry " + LAST_INDEX);
    }

    /** Writes the bytes and lets the check do its work; the last entry must not be needed. */
    private void check(byte[] bytes) throws IOException {
        Files.write(segment, bytes);
        LogDirectory.of(settings).check(LAST_INDEX - 1);
    }

    private static void propose(RatisLog log, RecordingListener listener, String payload) {
        log.propose(payload.getBytes(StandardCharsets.UTF_8), payload);
        listener.await(Committed.class, entry -> payload.equals(entry.proposal()));
    }

    /** Where the whole records end. */
    private static int end(byte[] file) {
        return (int) SegmentScan.of(file, 0).validBytes();
    }

    private static Path onlySegment(Path log) throws IOException {
        try (Stream<Path> files = Files.walk(log)) {
            List<Path> segments = files.filter(
                            file -> file.getFileName().toString().startsWith("log_"))
                    .toList();
            assertThat(segments).hasSize(1);
            return segments.getFirst();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().equals("in_use.lock")) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
