package io.leasehold.lease.lessor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.lease.lessor.StoredLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileLessorStoreTest {
    @TempDir
    Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void choose() {
        file = directory.resolve("leases");
    }

    @Test
    void leases_outlive_the_store_negative_ids_too() {
        FileLessorStore store = FileLessorStore.open(file);
        store.put(new StoredLease(Long.MIN_VALUE, 60, 0));
        store.put(new StoredLease(7, 60, 0));
        store.put(new StoredLease(8, 60, 0));
        store.put(new StoredLease(7, 60, 30));
        store.remove(8);
        store.remove(9);

        assertThat(FileLessorStore.open(file).load())
                .containsExactly(new StoredLease(Long.MIN_VALUE, 60, 0), new StoredLease(7, 60, 30));
    }

    @Test
    void a_file_that_is_not_there_is_empty() {
        assertThat(FileLessorStore.open(file).load()).isEmpty();
    }

    @Test
    void an_unfinished_successor_is_overlooked() throws IOException {
        FileLessorStore.open(file).put(new StoredLease(7, 60, 0));
        Files.write(directory.resolve("leases.new"), new byte[] {1, 2, 3});

        FileLessorStore store = FileLessorStore.open(file);
        store.put(new StoredLease(8, 60, 0));

        assertThat(FileLessorStore.open(file).load()).hasSize(2);
    }

    @Test
    void every_damaged_byte_and_every_cut_is_found() throws IOException {
        FileLessorStore.open(file).put(new StoredLease(7, 60, 0));
        byte[] whole = Files.readAllBytes(file);

        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThatThrownBy(() -> FileLessorStore.open(file)).isInstanceOf(UncheckedIOException.class);
            Files.write(file, java.util.Arrays.copyOf(whole, at));
            assertThatThrownBy(() -> FileLessorStore.open(file)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void a_change_that_cannot_be_written_changes_nothing() throws IOException {
        FileLessorStore store = FileLessorStore.open(file);
        store.put(new StoredLease(7, 60, 0));
        Files.createDirectory(directory.resolve("leases.new"));

        assertThatThrownBy(() -> store.put(new StoredLease(8, 60, 0))).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> store.remove(7)).isInstanceOf(UncheckedIOException.class);

        assertThat(store.load()).containsExactly(new StoredLease(7, 60, 0));
    }
}
