package io.leasehold.etcdfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.protocol.authpb.Permission;
import io.leasehold.protocol.authpb.Role;
import io.leasehold.protocol.authpb.User;
import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.AlarmType;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.leasepb.Lease;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdSnapshotWriterTest {
    private static final EtcdState NOTHING =
            new EtcdState(0, 0, 0, "", List.of(), List.of(), List.of(), List.of(), EtcdAuth.OFF);

    @TempDir
    Path directory;

    @Test
    void an_empty_database_reads_back_empty() throws IOException {
        Path file = write(List.of(), NOTHING);
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
            assertThat(reader.state()).isEqualTo(NOTHING);
            assertThat(reader.status().revision()).isZero();
        }
        assertThat(read(file)).isEmpty();
    }

    @Test
    void everything_comes_back_as_it_was_written() throws IOException {
        EtcdState state = new EtcdState(
                77,
                3,
                12,
                "3.6.0",
                List.of(
                        Member.newBuilder()
                                .setID(5)
                                .setName("a \"quoted\" name")
                                .addPeerURLs("http://a:1")
                                .addPeerURLs("http://a:2")
                                .addClientURLs("http://a:3")
                                .build(),
                        Member.newBuilder()
                                .setID(-5)
                                .addPeerURLs("http://b:1")
                                .setIsLearner(true)
                                .build()),
                List.of(9L, -9L),
                List.of(
                        Lease.newBuilder()
                                .setID(1)
                                .setTTL(10)
                                .setRemainingTTL(4)
                                .build(),
                        Lease.newBuilder().setID(-1).setTTL(20).build()),
                List.of(AlarmMember.newBuilder()
                        .setMemberID(5)
                        .setAlarm(AlarmType.NOSPACE)
                        .build()),
                new EtcdAuth(
                        true,
                        8,
                        List.of(User.newBuilder()
                                .setName(ByteString.copyFromUtf8("root"))
                                .setPassword(ByteString.copyFromUtf8("$2a$10$hash"))
                                .addRoles("root")
                                .build()),
                        List.of(Role.newBuilder()
                                .setName(ByteString.copyFromUtf8("root"))
                                .addKeyPermission(Permission.newBuilder().setKey(ByteString.copyFromUtf8("k")))
                                .build())));
        Path file = write(List.of(), state);
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
            assertThat(reader.state()).isEqualTo(state);
            assertThat(reader.status().version()).isEqualTo("3.6.0");
        }
    }

    @Test
    void a_tree_of_several_levels_with_values_larger_than_pages_reads_back_in_order() throws IOException {
        long seed = 4711;
        SplittableRandom random = new SplittableRandom(seed);
        List<KeyValue> written = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            int valueBytes = random.nextInt(100) == 0 ? random.nextInt(20_000) : random.nextInt(30);
            written.add(KeyValue.newBuilder()
                    .setKey(ByteString.copyFromUtf8("key" + random.nextInt(1_000)))
                    .setModRevision(i + 2)
                    .setValue(ByteString.copyFrom(new byte[valueBytes]))
                    .build());
        }
        assertThat(read(write(written, NOTHING))).as("seed %d", seed).isEqualTo(written);
    }

    private Path write(List<KeyValue> revisions, EtcdState state) throws IOException {
        Path file = directory.resolve("written.db");
        try (EtcdSnapshotWriter writer = EtcdSnapshotWriter.create(file)) {
            for (KeyValue kv : revisions) {
                writer.revision(kv.getModRevision(), 0, false, kv.toByteArray());
            }
            writer.finish(state);
        }
        return file;
    }

    private static List<KeyValue> read(Path file) throws IOException {
        List<KeyValue> read = new ArrayList<>();
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
            reader.forEachRevision((main, sub, tombstone, kv) -> {
                assertThat(main).isEqualTo(kv.getModRevision());
                read.add(kv);
            });
        }
        return read;
    }
}
