package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.leasehold.etcdfile.EtcdAuth;
import io.leasehold.etcdfile.EtcdSnapshotWriter;
import io.leasehold.etcdfile.EtcdState;
import io.leasehold.lease.Anchor;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.leasepb.Lease;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotRestoreTest {
    private static final List<InitialMember> MEMBERS =
            List.of(new InitialMember("m1", List.of("http://localhost:2380")));

    @TempDir
    Path directory;

    private Path snapshot;

    @BeforeEach
    void write_a_snapshot() throws IOException {
        write(5, List.of());
    }

    /** {@code raises} are revisions of records without a key. */
    private void write(long compactedRevision, List<Long> raises) throws IOException {
        snapshot = directory.resolve("snapshot.db");
        try (EtcdSnapshotWriter writer = EtcdSnapshotWriter.create(snapshot)) {
            writer.revision(5, 0, false, kv("a", 3, 5, 2, 77));
            writer.revision(6, 1, false, kv("b", 6, 6, 1, 99));
            writer.revision(
                    7,
                    0,
                    true,
                    KeyValue.newBuilder()
                            .setKey(ByteString.copyFromUtf8("b"))
                            .build()
                            .toByteArray());
            for (long raise : raises) {
                writer.revision(raise, 0, false, new byte[0]);
            }
            writer.finish(new EtcdState(
                    40,
                    2,
                    compactedRevision,
                    "3.5.0",
                    List.of(),
                    List.of(),
                    List.of(Lease.newBuilder()
                            .setID(77)
                            .setTTL(60)
                            .setRemainingTTL(20)
                            .build()),
                    List.of(),
                    EtcdAuth.OFF));
        }
    }

    @Test
    void keys_come_back_with_their_revisions_and_leases_with_what_was_left() throws IOException {
        restore(0, false);
        try (StateMachine machine = open()) {
            StoreSnapshot store = machine.snapshot();
            assertThat(store.revision()).isEqualTo(7);
            assertThat(store.compactedRevision()).isEqualTo(5);
            assertThat(store.get(ByteSequence.utf8("a"))).hasValueSatisfying(record -> {
                assertThat(record.createRevision()).isEqualTo(3);
                assertThat(record.modRevision()).isEqualTo(5);
                assertThat(record.version()).isEqualTo(2);
                assertThat(record.leaseId()).isEqualTo(77);
            });
            assertThat(store.get(ByteSequence.utf8("b"))).isEmpty();
            assertThat(store.get(ByteSequence.utf8("b"), 6)).hasValueSatisfying(record -> assertThat(record.leaseId())
                    .as("a lease that is not there")
                    .isZero());
            assertThat(machine.leases().lease(77)).hasValueSatisfying(lease -> {
                assertThat(lease.ttlMillis()).isEqualTo(60_000);
                assertThat(lease.anchor()).isEqualTo(new Anchor(Anchor.Kind.CHECKPOINT, 20_000, false));
            });
            assertThat(machine.leases().keys(77)).containsExactly(ByteSequence.utf8("a"));
        }
    }

    @Test
    void a_bumped_revision_is_compacted_up_to_itself() throws IOException {
        restore(1_000_000, true);
        try (StateMachine machine = open()) {
            assertThat(machine.snapshot().revision()).isEqualTo(1_000_007);
            assertThat(machine.snapshot().compactedRevision()).isEqualTo(1_000_007);
            assertThat(machine.snapshot().keyCount()).isEqualTo(1);
        }
    }

    @Test
    void a_revision_that_etcdutl_has_raised_is_taken_over() throws IOException {
        Files.delete(snapshot);
        write(10_007, List.of(10_007L));
        restore(0, false);
        try (StateMachine machine = open()) {
            assertThat(machine.snapshot().revision()).isEqualTo(10_007);
            assertThat(machine.snapshot().compactedRevision()).isEqualTo(10_007);
            assertThat(machine.snapshot().get(ByteSequence.utf8("a"))).isPresent();
            assertThat(machine.snapshot().keyCount()).isEqualTo(1);
        }
    }

    @Test
    void a_database_without_a_checksum_needs_to_be_allowed() {
        SnapshotRestore restore = new SnapshotRestore(snapshot, settings(false, 0, false));
        assertThatThrownBy(restore::run).hasMessageContaining("snapshot missing hash but --skip-hash-check=false");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void a_damaged_database_leaves_no_directory_behind() throws IOException {
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[2 * 4096 + 8] ^= 4;
        Files.write(snapshot, bytes);
        assertThatThrownBy(() -> restore(0, false)).hasMessageContaining("no sound etcd database");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void a_directory_that_holds_something_is_refused_and_left_alone() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path kept = Files.writeString(data.resolve("kept"), "kept");
        assertThatThrownBy(() -> restore(0, false)).hasMessageEndingWith("exists and is not empty");
        assertThat(data).isDirectoryContaining(kept::equals);
        assertThat(kept).hasContent("kept");
    }

    @Test
    void an_empty_directory_is_restored_into() throws IOException {
        Files.createDirectory(directory.resolve("data"));
        restore(0, false);
        try (StateMachine machine = open()) {
            assertThat(machine.snapshot().keyCount()).isPositive();
        }
    }

    private void restore(long bumpRevision, boolean markCompacted) throws IOException {
        new SnapshotRestore(snapshot, settings(true, bumpRevision, markCompacted)).run();
    }

    private SnapshotRestore.Settings settings(boolean skipHashCheck, long bumpRevision, boolean markCompacted) {
        return new SnapshotRestore.Settings(
                "m1", directory.resolve("data"), MEMBERS, "token", skipHashCheck, bumpRevision, markCompacted);
    }

    private StateMachine open() throws IOException {
        ClusterIdentity identity = ClusterIdentity.of("m1", MEMBERS, "token");
        return StateMachine.open(
                directory.resolve("data").resolve("member").resolve("state"),
                new StateMachineOptions(
                        identity.clusterId(),
                        identity.memberId(),
                        "m1",
                        List.of(),
                        Quota.UNLIMITED,
                        StoreOptions.DEFAULT),
                0);
    }

    private static byte[] kv(String key, long create, long mod, long version, long lease) {
        return KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setCreateRevision(create)
                .setModRevision(mod)
                .setVersion(version)
                .setValue(ByteString.copyFromUtf8("value"))
                .setLease(lease)
                .build()
                .toByteArray();
    }
}
