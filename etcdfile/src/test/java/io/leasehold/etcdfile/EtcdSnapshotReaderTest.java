package io.leasehold.etcdfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads a snapshot that {@code etcdctl snapshot save} took of etcd 3.4.23 after 40 puts, one with lease 390da1fe744d0c2d,
 * a delete, a compaction at 20, a value of 10,000 bytes, one transaction of two puts, and a few users.
 */
class EtcdSnapshotReaderTest {
    private static final long LEASE = 0x390da1fe744d0c2dL;

    @TempDir
    Path directory;

    private Path snapshot;

    @BeforeEach
    void unpack() throws IOException {
        snapshot = directory.resolve("snapshot.db");
        try (InputStream packed = EtcdSnapshotReaderTest.class.getResourceAsStream("/etcd-3.4-snapshot.db.gz")) {
            Files.copy(new GZIPInputStream(packed), snapshot);
        }
    }

    @Test
    void the_status_is_what_etcdctl_prints() throws IOException {
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(snapshot)) {
            assertThat(reader.status()).isEqualTo(new SnapshotStatus(0x8a5d35da, 46, 56, 49_152, ""));
            assertThat(reader.hashKv(5).newestRevision()).isEqualTo(46);
        }
    }

    @Test
    void the_checksum_matches_until_a_byte_is_changed() throws IOException {
        SnapshotChecksum.verify(snapshot);
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[9_000] ^= 1;
        Files.write(snapshot, bytes);
        assertThatThrownBy(() -> SnapshotChecksum.verify(snapshot))
                .isInstanceOf(EtcdFileException.class)
                .hasMessageContaining("sha256 does not match");
    }

    @Test
    void a_database_without_a_checksum_is_told_apart() throws IOException {
        byte[] bytes = Files.readAllBytes(snapshot);
        Files.write(snapshot, Arrays.copyOf(bytes, bytes.length - SnapshotChecksum.BYTES));
        assertThat(SnapshotChecksum.isThere(snapshot)).isFalse();
        assertThatThrownBy(() -> SnapshotChecksum.verify(snapshot))
                .hasMessageContaining("snapshot missing hash but --skip-hash-check=false");
    }

    @Test
    void the_state_is_read_whole() throws IOException {
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(snapshot)) {
            EtcdState state = reader.state();
            assertThat(state.compactedRevision()).isEqualTo(20);
            assertThat(state.leases()).singleElement().satisfies(lease -> {
                assertThat(lease.getID()).isEqualTo(LEASE);
                assertThat(lease.getTTL()).isEqualTo(3600);
            });
            assertThat(state.members()).singleElement().satisfies(member -> {
                assertThat(member.getName()).isEqualTo("default");
                assertThat(member.getPeerURLsList()).containsExactly("http://127.0.0.1:23801");
                assertThat(member.getClientURLsList()).containsExactly("http://127.0.0.1:23790");
            });
            assertThat(state.auth().enabled()).isFalse();
            assertThat(state.auth().users())
                    .extracting(user -> user.getName().toStringUtf8())
                    .containsExactly("root", "u");
            assertThat(state.auth().roles())
                    .extracting(role -> role.getName().toStringUtf8())
                    .containsExactly("r");
        }
    }

    @Test
    void revisions_come_in_their_order_with_tombstones() throws IOException {
        List<String> seen = new ArrayList<>();
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(snapshot)) {
            reader.forEachRevision((main, sub, tombstone, kv) -> seen.add(main + "." + sub
                    + (tombstone ? " deleted " : " ") + kv.getKey().toStringUtf8()));
        }
        assertThat(seen).startsWith("2.0 key1", "3.0 key2", "4.0 key3").endsWith("46.0 ta", "46.1 tb");
        assertThat(seen).contains("43.0 deleted key3", "42.0 leased", "45.0 big");
    }

    @Test
    void a_damaged_file_is_refused_and_never_anything_worse() throws IOException {
        byte[] sound = Files.readAllBytes(snapshot);
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] damaged = sound.clone();
            for (int i = 0; i < 40; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(snapshot, damaged);
            try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(snapshot)) {
                reader.state();
                reader.forEachRevision((main, sub, tombstone, kv) -> {});
            } catch (EtcdFileException expected) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(50);
    }

    @Test
    void a_file_cut_short_is_refused() throws IOException {
        byte[] sound = Files.readAllBytes(snapshot);
        for (int length : new int[] {0, 10, 4095, 4096, 9000, 30_000}) {
            Files.write(snapshot, Arrays.copyOf(sound, length));
            assertThatThrownBy(() -> EtcdSnapshotReader.open(snapshot).close()).isInstanceOf(EtcdFileException.class);
        }
    }
}
