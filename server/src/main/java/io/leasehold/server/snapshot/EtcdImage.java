package io.leasehold.server.snapshot;

import com.google.protobuf.UnsafeByteOperations;
import io.leasehold.etcdfile.EtcdSnapshotWriter;
import io.leasehold.etcdfile.EtcdState;
import io.leasehold.lease.Anchor;
import io.leasehold.lease.LeaseTableImage;
import io.leasehold.lease.LeaseView;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.protocol.leasepb.Lease;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.statemachine.Messages;
import io.leasehold.statemachine.StateImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a member's state as an etcd database. Pure but for the file. */
final class EtcdImage {
    private static final long MILLIS_PER_SECOND = 1_000;

    private EtcdImage() {}

    /**
     * Writes the whole state; time in proportion to it.
     *
     * @param clusterVersion what the database says the cluster's version is, such as {@code 3.6.0}
     * @param file must not be there
     */
    static void write(StateImage image, String clusterVersion, Path file) throws IOException {
        try (EtcdSnapshotWriter writer = EtcdSnapshotWriter.create(file)) {
            image.store()
                    .forEachSurvivor(record -> writer.revision(
                            record.modRevision(), record.subRevision(), record.isTombstone(), keyValue(record)));
            writer.finish(new EtcdState(
                    image.appliedIndex(),
                    image.appliedTerm(),
                    image.store().compactedRevision(),
                    clusterVersion,
                    image.members().stream().map(Messages::member).toList(),
                    List.copyOf(image.removedMemberIds()),
                    leases(image.leases()),
                    image.alarms().stream().map(Messages::alarm).toList(),
                    AuthForm.etcd(image.auth())));
        }
    }

    /** Of a tombstone etcd keeps the key alone. */
    private static byte[] keyValue(KeyValueRecord record) throws IOException {
        if (record.isTombstone()) {
            return KeyValue.newBuilder()
                    .setKey(UnsafeByteOperations.unsafeWrap(record.key().asReadOnlyBuffer()))
                    .build()
                    .toByteArray();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(record.encodedLength());
        record.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static List<Lease> leases(LeaseTableImage image) {
        List<Lease> leases = new ArrayList<>(image.size());
        image.forEach(lease -> leases.add(lease(lease)));
        return leases;
    }

    /** Seconds, rounded up: a lease must not end early for having been moved. */
    private static Lease lease(LeaseView lease) {
        Anchor anchor = lease.anchor();
        boolean checkpointed = anchor.kind() == Anchor.Kind.CHECKPOINT && !anchor.cleared();
        return Lease.newBuilder()
                .setID(lease.id())
                .setTTL(Math.ceilDiv(lease.ttlMillis(), MILLIS_PER_SECOND))
                .setRemainingTTL(checkpointed ? Math.ceilDiv(anchor.leftMillis(), MILLIS_PER_SECOND) : 0)
                .build();
    }
}
