package io.leasehold.etcdfile;

import io.leasehold.protocol.authpb.Role;
import io.leasehold.protocol.authpb.User;
import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.leasepb.Lease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes an etcd database of schema 3.6, which etcd 3.4 and newer restore from. First all revisions of keys in their
 * order, then the rest. One thread; memory does not grow with the number of keys but by a key for each page.
 *
 * <p>Without the checksum that a snapshot has behind the database: whoever sends it sums while sending.
 */
public final class EtcdSnapshotWriter implements AutoCloseable {
    private static final byte[] NOTHING = {};
    private static final String STORAGE_VERSION = "3.6.0";

    private final PageFile file;
    private final PageLevel revisions;
    private final TreeMap<String, byte[]> bucketByName = new TreeMap<>();

    private EtcdSnapshotWriter(PageFile file) {
        this.file = file;
        this.revisions = PageLevel.leaves(file, false);
    }

    /**
     * Begins a file.
     *
     * @throws IOException if it exists, or cannot be written
     */
    public static EtcdSnapshotWriter create(Path file) throws IOException {
        return new EtcdSnapshotWriter(PageFile.create(file));
    }

    /**
     * Adds one change of a key, behind those before it.
     *
     * @param keyValue a {@code mvccpb.KeyValue} in wire form; of a tombstone the key alone
     */
    public void revision(long main, int sub, boolean tombstone, byte[] keyValue) throws IOException {
        revisions.add(tombstone ? EtcdBuckets.tombstone(main, sub) : EtcdBuckets.revision(main, sub), keyValue);
    }

    /** Adds everything else and completes the file. */
    public void finish(EtcdState state) throws IOException {
        bucketByName.put(EtcdBuckets.KEY, bucket(revisions));
        writeMeta(state);
        writeCluster(state);
        writeAuth(state.auth());
        TreeMap<Long, Lease> leases = new TreeMap<>(Long::compareUnsigned);
        state.leases().forEach(lease -> leases.put(lease.getID(), lease));
        PageLevel level = PageLevel.leaves(file, false);
        for (Map.Entry<Long, Lease> lease : leases.entrySet()) {
            level.add(EtcdBuckets.number(lease.getKey()), lease.getValue().toByteArray());
        }
        bucketByName.put(EtcdBuckets.LEASE, bucket(level));
        SortedMap<byte[], byte[]> alarms = sorted();
        for (AlarmMember alarm : state.alarms()) {
            alarms.put(alarm.toByteArray(), NOTHING);
        }
        write(EtcdBuckets.ALARM, alarms);
        PageLevel root = PageLevel.leaves(file, true);
        for (Map.Entry<String, byte[]> bucket : bucketByName.entrySet()) {
            root.add(EtcdBuckets.text(bucket.getKey()), bucket.getValue());
        }
        file.finish(root.finish());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void writeMeta(EtcdState state) throws IOException {
        SortedMap<byte[], byte[]> meta = sorted();
        meta.put(EtcdBuckets.text(EtcdBuckets.CONSISTENT_INDEX), EtcdBuckets.number(state.consistentIndex()));
        meta.put(EtcdBuckets.text(EtcdBuckets.TERM), EtcdBuckets.number(state.term()));
        meta.put(EtcdBuckets.text(EtcdBuckets.CONF_STATE), confState(state));
        meta.put(EtcdBuckets.text(EtcdBuckets.STORAGE_VERSION), EtcdBuckets.text(STORAGE_VERSION));
        if (state.compactedRevision() > 0) {
            byte[] revision = EtcdBuckets.revision(state.compactedRevision(), 0);
            meta.put(EtcdBuckets.text(EtcdBuckets.FINISHED_COMPACTION), revision);
            meta.put(EtcdBuckets.text(EtcdBuckets.SCHEDULED_COMPACTION), revision);
        }
        write(EtcdBuckets.META, meta);
    }

    /** Raft's configuration in the JSON form that etcd keeps it in. */
    private static byte[] confState(EtcdState state) {
        String learners =
                state.members().stream().anyMatch(Member::getIsLearner) ? ",\"learners\":" + ids(state, true) : "";
        return EtcdBuckets.text("{\"voters\":" + ids(state, false) + learners + ",\"auto_leave\":false}");
    }

    private static String ids(EtcdState state, boolean learners) {
        return state.members().stream()
                .filter(member -> member.getIsLearner() == learners)
                .map(member -> Long.toUnsignedString(member.getID()))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private void writeCluster(EtcdState state) throws IOException {
        SortedMap<byte[], byte[]> cluster = sorted();
        if (!state.clusterVersion().isEmpty()) {
            cluster.put(EtcdBuckets.text(EtcdBuckets.CLUSTER_VERSION), EtcdBuckets.text(state.clusterVersion()));
        }
        write(EtcdBuckets.CLUSTER, cluster);
        SortedMap<byte[], byte[]> members = sorted();
        for (Member member : state.members()) {
            members.put(EtcdBuckets.memberKey(member.getID()), MemberJson.write(member));
        }
        write(EtcdBuckets.MEMBERS, members);
        SortedMap<byte[], byte[]> removed = sorted();
        for (long id : state.removedMemberIds()) {
            removed.put(EtcdBuckets.memberKey(id), EtcdBuckets.text("removed"));
        }
        write(EtcdBuckets.MEMBERS_REMOVED, removed);
    }

    private void writeAuth(EtcdAuth auth) throws IOException {
        SortedMap<byte[], byte[]> switches = sorted();
        switches.put(EtcdBuckets.text(EtcdBuckets.AUTH_ENABLED), new byte[] {(byte) (auth.enabled() ? 1 : 0)});
        switches.put(EtcdBuckets.text(EtcdBuckets.AUTH_REVISION), EtcdBuckets.number(auth.revision()));
        write(EtcdBuckets.AUTH, switches);
        SortedMap<byte[], byte[]> roles = sorted();
        for (Role role : auth.roles()) {
            roles.put(role.getName().toByteArray(), role.toByteArray());
        }
        write(EtcdBuckets.AUTH_ROLES, roles);
        SortedMap<byte[], byte[]> users = sorted();
        for (User user : auth.users()) {
            users.put(user.getName().toByteArray(), user.toByteArray());
        }
        write(EtcdBuckets.AUTH_USERS, users);
    }

    private void write(String name, SortedMap<byte[], byte[]> entries) throws IOException {
        PageLevel level = PageLevel.leaves(file, false);
        for (Map.Entry<byte[], byte[]> entry : entries.entrySet()) {
            level.add(entry.getKey(), entry.getValue());
        }
        bucketByName.put(name, bucket(level));
    }

    private static SortedMap<byte[], byte[]> sorted() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    /** A bucket's value: the page of its root and a sequence that etcd does not use. */
    private static byte[] bucket(PageLevel level) throws IOException {
        return BoltFormat.allocate(BoltFormat.BUCKET_BYTES)
                .putLong(level.finish())
                .putLong(0)
                .array();
    }
}
