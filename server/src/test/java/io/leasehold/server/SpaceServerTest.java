package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.AlarmType;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Space of a whole server: given back while it runs, and asked for when it is out. */
class SpaceServerTest {
    private static final ByteString VALUE = ByteString.copyFrom(new byte[10_000]);

    @TempDir
    Path directory;

    @Test
    void defragment_gives_the_space_of_compacted_revisions_back() throws IOException {
        try (RunningMember member = new RunningMember(directory)) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            MaintenanceGrpc.MaintenanceBlockingStub maintenance = MaintenanceGrpc.newBlockingStub(member.channel);
            for (int i = 0; i < 200; i++) {
                put(kv, "k" + i % 5);
            }
            compact(kv);
            StatusResponse compacted = status(maintenance);

            maintenance.defragment(DefragmentRequest.getDefaultInstance());

            StatusResponse defragmented = status(maintenance);
            assertThat(compacted.getDbSize()).isGreaterThan(2_000_000);
            assertThat(compacted.getDbSizeInUse()).isLessThan(60_000);
            assertThat(defragmented.getDbSize()).isBetween(defragmented.getDbSizeInUse(), 60_000L);
            assertThat(segmentBytes() + 4_096).as("the segments, and a page").isEqualTo(defragmented.getDbSize());
            assertThat(get(kv, "k3")).isEqualTo(VALUE);
        }
    }

    @Test
    void a_store_that_is_full_takes_writes_again_after_compaction_defragmentation_and_disarm() throws IOException {
        try (RunningMember member = new RunningMember(directory, "--quota-backend-bytes=300000")) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            MaintenanceGrpc.MaintenanceBlockingStub maintenance = MaintenanceGrpc.newBlockingStub(member.channel);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            put(kv, "k" + i);
                        }
                    })
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("etcdserver: mvcc: database space exceeded");
            kv.deleteRange(DeleteRangeRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("k"))
                    .setRangeEnd(ByteString.copyFromUtf8("l"))
                    .build());
            compact(kv);

            maintenance.defragment(DefragmentRequest.getDefaultInstance());

            assertThatThrownBy(() -> put(kv, "early")).hasMessageContaining("database space exceeded");
            disarm(maintenance);
            put(kv, "late");
            assertThat(get(kv, "late")).isEqualTo(VALUE);
            assertThat(status(maintenance).getErrorsList()).isEmpty();
        }
    }

    @Test
    void a_restart_after_a_defragmentation_finds_everything() throws IOException {
        try (RunningMember member = new RunningMember(directory)) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            for (int i = 0; i < 100; i++) {
                put(kv, "k" + i % 9);
            }
            compact(kv);
            MaintenanceGrpc.newBlockingStub(member.channel).defragment(DefragmentRequest.getDefaultInstance());
            put(kv, "k0");
        }

        try (RunningMember member = new RunningMember(directory)) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            for (int i = 0; i < 9; i++) {
                assertThat(get(kv, "k" + i)).isEqualTo(VALUE);
            }
        }
    }

    @Test
    void damage_on_disk_is_an_error_and_an_alarm_and_never_an_answer() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(member.channel);
            MaintenanceGrpc.MaintenanceBlockingStub maintenance = MaintenanceGrpc.newBlockingStub(member.channel);
            put(kv, "harmed");
            put(kv, "whole");
            harm(segments().getFirst(), 5_000);

            assertThatThrownBy(() -> get(kv, "harmed"))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessage("DATA_LOSS: etcdserver: corrupt cluster");

            awaitAlarm(maintenance, AlarmType.CORRUPT);
            assertThat(get(kv, "whole")).isEqualTo(VALUE);
            assertThatThrownBy(() -> put(kv, "more")).hasMessage("DATA_LOSS: etcdserver: corrupt cluster");
        }
    }

    private static void awaitAlarm(MaintenanceGrpc.MaintenanceBlockingStub maintenance, AlarmType type)
            throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (maintenance.alarm(AlarmRequest.getDefaultInstance()).getAlarmsList().stream()
                .noneMatch(alarm -> alarm.getAlarm() == type)) {
            assertThat(System.nanoTime() - deadlineNanos)
                    .as("waited for " + type)
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static void harm(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            channel.write(one, offset);
        }
    }

    private static void put(KVGrpc.KVBlockingStub kv, String key) {
        kv.put(PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(VALUE)
                .build());
    }

    private static ByteString get(KVGrpc.KVBlockingStub kv, String key) {
        return kv.range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .build())
                .getKvs(0)
                .getValue();
    }

    /** At the newest revision, and waits for the sweep. */
    private static void compact(KVGrpc.KVBlockingStub kv) {
        long revision = kv.range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("any"))
                        .build())
                .getHeader()
                .getRevision();
        kv.compact(CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(true)
                .build());
    }

    private static StatusResponse status(MaintenanceGrpc.MaintenanceBlockingStub maintenance) {
        return maintenance.status(StatusRequest.getDefaultInstance());
    }

    private static void disarm(MaintenanceGrpc.MaintenanceBlockingStub maintenance) {
        maintenance
                .alarm(AlarmRequest.getDefaultInstance())
                .getAlarmsList()
                .forEach(alarm -> maintenance.alarm(AlarmRequest.newBuilder()
                        .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                        .setMemberID(alarm.getMemberID())
                        .setAlarm(AlarmType.NOSPACE)
                        .build()));
    }

    /** What the segment files hold; right after a defragmentation none of them is being written to. */
    private long segmentBytes() throws IOException {
        long bytes = 0;
        for (Path segment : segments()) {
            bytes += Files.size(segment);
        }
        return bytes;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }
}
