package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.etcdfile.EtcdSnapshotReader;
import io.leasehold.etcdfile.SnapshotChecksum;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.SnapshotRequest;
import io.leasehold.protocol.etcdserverpb.SnapshotResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCallTest {
    @TempDir
    Path directory;

    @Test
    void a_snapshot_is_a_database_in_pieces_with_its_checksum_behind_it() throws IOException {
        Path state = directory.resolve("state");
        try (ServedReplica server = new ServedReplica(Files.createDirectory(state))) {
            fill(server);
            List<SnapshotResponse> pieces = new ArrayList<>();
            MaintenanceGrpc.newBlockingStub(server.channel)
                    .snapshot(SnapshotRequest.getDefaultInstance())
                    .forEachRemaining(pieces::add);

            Path file = directory.resolve("snapshot.db");
            long left =
                    pieces.stream().mapToLong(piece -> piece.getBlob().size()).sum() - SnapshotChecksum.BYTES;
            try (OutputStream out = Files.newOutputStream(file)) {
                for (SnapshotResponse piece : pieces) {
                    piece.getBlob().writeTo(out);
                    left = Math.max(0, left - piece.getBlob().size());
                    assertThat(piece.getRemainingBytes()).isEqualTo(left);
                    assertThat(piece.getVersion()).isEqualTo("3.6.0");
                }
            }
            SnapshotChecksum.verify(file);
            assertThat(pieces.getLast().getBlob().size()).isEqualTo(SnapshotChecksum.BYTES);
            assertThat(revisions(file)).containsExactly("3.0 b", "4.0 big", "5.0 gone", "6.0 -gone", "7.0 leased");
            try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
                assertThat(reader.state().compactedRevision()).isEqualTo(3);
                assertThat(reader.state().leases()).singleElement().satisfies(lease -> {
                    assertThat(lease.getID()).isEqualTo(77);
                    assertThat(lease.getTTL()).isEqualTo(60);
                });
            }
        }
        try (Stream<Path> left = Files.list(state)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("snapshot"));
        }
    }

    private static void fill(ServedReplica server) {
        KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(server.channel);
        kv.put(put("b", ByteString.copyFromUtf8("old")).build());
        kv.put(put("b", ByteString.copyFromUtf8("new")).build());
        kv.put(put("big", ByteString.copyFrom(new byte[200_000])).build());
        kv.put(put("gone", ByteString.EMPTY).build());
        kv.deleteRange(DeleteRangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("gone"))
                .build());
        LeaseGrpc.newBlockingStub(server.channel)
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(77).setTTL(60).build());
        kv.put(put("leased", ByteString.EMPTY).setLease(77).build());
        kv.compact(CompactionRequest.newBuilder().setRevision(3).build());
    }

    private static PutRequest.Builder put(String key, ByteString value) {
        return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(value);
    }

    private static List<String> revisions(Path file) throws IOException {
        List<String> seen = new ArrayList<>();
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(file)) {
            reader.forEachRevision((main, sub, tombstone, kv) -> seen.add(
                    main + "." + sub + (tombstone ? " -" : " ") + kv.getKey().toStringUtf8()));
        }
        return seen;
    }
}
