package io.leasehold.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.server.config.LogRotation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RotatingFileTest {
    private static final int LINE_BYTES = 10;

    @TempDir
    Path directory = Path.of("");

    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void a_file_that_would_get_too_long_is_put_aside_under_the_time() throws IOException {
        try (RotatingFile log = open(rotation(2 * LINE_BYTES, 0, 0, false))) {
            write(log, "a", "b", "c");
        }

        assertThat(names()).containsExactly("x-2026-01-31T12-00-00.000.log", "x.log");
        assertThat(text("x-2026-01-31T12-00-00.000.log")).isEqualTo(line("a") + line("b"));
        assertThat(text("x.log")).isEqualTo(line("c"));
    }

    @Test
    void a_file_that_is_there_at_the_start_counts() throws IOException {
        Files.writeString(directory.resolve("x.log"), line("a") + line("b"));

        try (RotatingFile log = open(rotation(2 * LINE_BYTES, 0, 0, false))) {
            write(log, "c");
        }

        assertThat(text("x.log")).isEqualTo(line("c"));
    }

    @Test
    void two_files_put_aside_in_one_millisecond_are_both_kept() throws IOException {
        try (RotatingFile log = open(rotation(LINE_BYTES, 0, 0, false))) {
            write(log, "a", "b", "c");
        }

        assertThat(names()).containsExactly("x-2026-01-31T12-00-00.000.log", "x-2026-01-31T12-00-00.001.log", "x.log");
    }

    @Test
    void only_so_many_are_kept_and_strangers_are_left_alone() throws IOException {
        Files.writeString(directory.resolve("x-notes.log"), "mine");

        try (RotatingFile log = open(rotation(LINE_BYTES, 0, 1, false))) {
            write(log, "a", "b", "c", "d");
        }

        assertThat(names()).containsExactly("x-2026-01-31T12-00-00.002.log", "x-notes.log", "x.log");
    }

    @Test
    void none_is_kept_longer_than_its_days() throws IOException {
        try (RotatingFile log = open(rotation(LINE_BYTES, 2, 0, false))) {
            write(log, "a", "b");
            now = now.plus(Duration.ofDays(2));
            write(log, "c");
            assertThat(names()).hasSize(3);

            now = now.plus(Duration.ofMillis(1));
            write(log, "d");
        }

        assertThat(names()).containsExactly("x-2026-02-02T12-00-00.000.log", "x-2026-02-02T12-00-00.001.log", "x.log");
    }

    @Test
    void packed_files_hold_what_was_written() throws IOException {
        try (RotatingFile log = open(rotation(LINE_BYTES, 0, 0, true))) {
            write(log, "a", "b");
        }

        assertThat(names()).containsExactly("x-2026-01-31T12-00-00.000.log.gz", "x.log");
        try (GZIPInputStream packed =
                new GZIPInputStream(Files.newInputStream(directory.resolve("x-2026-01-31T12-00-00.000.log.gz")))) {
            assertThat(new String(packed.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(line("a"));
        }
    }

    @Test
    void a_file_that_somebody_deleted_is_made_again() throws IOException {
        try (RotatingFile log = open(rotation(LINE_BYTES, 0, 0, false))) {
            write(log, "a");
            Files.delete(directory.resolve("x.log"));
            write(log, "b", "c");
        }

        assertThat(text("x.log")).isEqualTo(line("c"));
        assertThat(text("x-2026-01-31T12-00-00.000.log")).isEqualTo(line("b"));
    }

    private RotatingFile open(LogRotation rotation) throws IOException {
        return new RotatingFile(directory.resolve("x.log"), rotation, () -> now, Runnable::run);
    }

    private static LogRotation rotation(long sizeMaxBytes, long ageMaxDays, long backupsMax, boolean compressed) {
        return new LogRotation(sizeMaxBytes, ageMaxDays, backupsMax, false, compressed);
    }

    private static void write(RotatingFile log, String... letters) throws IOException {
        for (String letter : letters) {
            log.write(line(letter).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String line(String letter) {
        return letter.repeat(LINE_BYTES - 1) + "\n";
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private String text(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }
}
