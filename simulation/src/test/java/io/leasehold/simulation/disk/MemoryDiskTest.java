package io.leasehold.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.leasehold.simulation.disk.MemoryDisk.ProcessKilled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MemoryDiskTest {
    private static final int SEEDS = 50;

    private MemoryDisk disk = new MemoryDisk();

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectories(disk.path("/a/b"));
    }

    @Test
    void what_is_written_is_read() throws IOException {
        write("/a/b/one", "text", false);

        assertThat(Files.readString(disk.path("/a/b/one"))).isEqualTo("text");
        assertThat(Files.size(disk.path("/a/b/one"))).isEqualTo(4);
        assertThat(Files.exists(disk.path("/a/b/two"))).isFalse();
    }

    @Test
    void a_directory_lists_its_own_files_by_a_glob() throws IOException {
        write("/a/b/one.x", "", false);
        write("/a/b/two.y", "", false);
        write("/a/three.x", "", false);

        try (var files = Files.newDirectoryStream(disk.path("/a/b"), "*.x")) {
            assertThat(files).containsExactly(disk.path("/a/b/one.x"));
        }
    }

    @Test
    void what_was_forced_survives_a_power_cut() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            disk = new MemoryDisk();
            makeDirectory();
            write("/a/b/one", "forced", true);
            forceNames("/a/b");

            disk.cutPower(new SplittableRandom(seed));

            assertThat(Files.readString(disk.path("/a/b/one"))).isEqualTo("forced");
        }
    }

    @Test
    void what_was_not_forced_is_there_or_lost() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            disk = new MemoryDisk();
            makeDirectory();
            write("/a/b/one", "x".repeat(1_024), false);
            disk.cutPower(new SplittableRandom(seed));

            Path file = disk.path("/a/b/one");
            seen.add(Files.exists(file) ? Files.readString(file) : "no name");
        }

        assertThat(seen)
                .contains("no name", "x".repeat(1_024), "x".repeat(512) + "\0".repeat(512))
                .hasSizeGreaterThan(4);
    }

    @Test
    void a_rename_that_was_not_forced_leads_to_the_old_file_or_the_new_one() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            disk = new MemoryDisk();
            makeDirectory();
            write("/a/b/one", "old", true);
            forceNames("/a/b");
            write("/a/b/new", "new", true);
            Files.move(disk.path("/a/b/new"), disk.path("/a/b/one"));
            disk.cutPower(new SplittableRandom(seed));

            seen.add(Files.readString(disk.path("/a/b/one")));
        }

        assertThat(seen).containsExactlyInAnyOrder("old", "new");
    }

    @Test
    void a_directory_that_is_renamed_takes_along_what_was_forced_in_it() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            disk = new MemoryDisk();
            makeDirectory();
            write("/a/b/one", "forced", true);
            forceNames("/a/b");
            write("/a/b/two", "lost perhaps", true);
            Files.move(disk.path("/a/b"), disk.path("/a/c"));
            forceNames("/a");
            disk.cutPower(new SplittableRandom(seed));

            assertThat(Files.readString(disk.path("/a/c/one"))).isEqualTo("forced");
            assertThat(Files.exists(disk.path("/a/b"))).isFalse();
            seen.add(Files.exists(disk.path("/a/c/two")) ? "kept" : "lost");
        }

        assertThat(seen).containsExactlyInAnyOrder("kept", "lost");
    }

    @Test
    void a_rename_of_a_directory_that_was_not_forced_may_be_undone() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            disk = new MemoryDisk();
            makeDirectory();
            Files.move(disk.path("/a/b"), disk.path("/a/c"));
            disk.cutPower(new SplittableRandom(seed));

            seen.add(Files.exists(disk.path("/a/b")) ? "undone" : "done");
            assertThat(Files.exists(disk.path("/a/b"))).isNotEqualTo(Files.exists(disk.path("/a/c")));
        }

        assertThat(seen).containsExactlyInAnyOrder("undone", "done");
    }

    @Test
    void a_full_disk_takes_nothing_more_and_gives_back() throws IOException {
        write("/a/b/one", "text", true);
        disk.setFull(true);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write("/a/b/two", "", false));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write("/a/b/one", "more", false));
        assertThat(Files.readString(disk.path("/a/b/one"))).isEqualTo("text");
        Files.delete(disk.path("/a/b/one"));
    }

    @Test
    void a_process_is_killed_at_the_access_it_was_given() throws IOException {
        disk.killAfter(2);

        assertThatExceptionOfType(ProcessKilled.class).isThrownBy(() -> write("/a/b/one", "text", true));
        assertThat(Files.readString(disk.path("/a/b/one"))).isEqualTo("text");
    }

    private void write(String name, String text, boolean force) throws IOException {
        try (FileChannel channel =
                FileChannel.open(disk.path(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            if (force) {
                channel.force(true);
            }
        }
    }

    private void forceNames(String directory) throws IOException {
        try (FileChannel names = FileChannel.open(disk.path(directory), StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
