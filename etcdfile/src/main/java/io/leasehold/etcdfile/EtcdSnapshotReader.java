package io.leasehold.etcdfile;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.leasehold.protocol.authpb.Role;
import io.leasehold.protocol.authpb.User;
import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.leasepb.Lease;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Reads an etcd database, of a snapshot or of a stopped member ({@code member/snap/db}). One thread. */
public final class EtcdSnapshotReader implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private final Path path;
    private final BoltFile file;

    /** Visits one change of a key. */
    @FunctionalInterface
    public interface RevisionVisitor {
        /**
         * Called in the order of revisions.
         *
         * @param keyValue of a tombstone only the key is set
         */
        void visit(long main, long sub, boolean tombstone, KeyValue keyValue) throws IOException;
    }

    private EtcdSnapshotReader(Path path, BoltFile file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Opens a database; see {@link SnapshotChecksum} for the checksum behind it.
     *
     * @throws EtcdFileException if it is none
     * @throws IOException if it cannot be read
     */
    public static EtcdSnapshotReader open(Path path) throws IOException {
        return new EtcdSnapshotReader(path, BoltFile.open(path));
    }

    /** Visits every revision of every key that the database holds. */
    public void forEachRevision(RevisionVisitor visitor) throws IOException {
        file.forEach(EtcdBuckets.KEY, (key, value) -> {
            if (!EtcdBuckets.isRevision(key)) {
                throw damaged("a revision has a key of " + key.length + " bytes");
            }
            visitor.visit(
                    EtcdBuckets.main(key),
                    EtcdBuckets.sub(key),
                    EtcdBuckets.isTombstone(key),
                    parse(KeyValue.parser(), value));
        });
    }

    /** Everything but the keys. */
    public EtcdState state() throws IOException {
        Map<String, byte[]> meta = texts(EtcdBuckets.META);
        byte[] compaction = meta.getOrDefault(EtcdBuckets.SCHEDULED_COMPACTION, NOTHING);
        List<Member> members = new ArrayList<>();
        file.forEach(EtcdBuckets.MEMBERS, (id, json) -> members.add(MemberJson.read(json)));
        List<Long> removed = new ArrayList<>();
        file.forEach(EtcdBuckets.MEMBERS_REMOVED, (id, mark) -> removed.add(memberId(id)));
        List<AlarmMember> alarms = new ArrayList<>();
        file.forEach(EtcdBuckets.ALARM, (alarm, mark) -> alarms.add(parse(AlarmMember.parser(), alarm)));
        byte[] clusterVersion = texts(EtcdBuckets.CLUSTER).getOrDefault(EtcdBuckets.CLUSTER_VERSION, NOTHING);
        return new EtcdState(
                EtcdBuckets.number(meta.getOrDefault(EtcdBuckets.CONSISTENT_INDEX, NOTHING)),
                EtcdBuckets.number(meta.getOrDefault(EtcdBuckets.TERM, NOTHING)),
                compaction.length >= Long.BYTES ? EtcdBuckets.main(compaction) : 0,
                text(clusterVersion),
                members,
                removed,
                messages(EtcdBuckets.LEASE, Lease.parser()),
                alarms,
                auth());
    }

    /** What {@code snapshot status} shows; reads all of it. */
    public SnapshotStatus status() throws IOException {
        CRC32C hash = new CRC32C();
        long[] revisionAndKeys = new long[2];
        for (String bucket : file.bucketNames()) {
            hash.update(EtcdBuckets.text(bucket));
            boolean keys = bucket.equals(EtcdBuckets.KEY);
            file.forEach(bucket, (key, value) -> {
                hash.update(key);
                hash.update(value);
                revisionAndKeys[1]++;
                if (keys && EtcdBuckets.isRevision(key)) {
                    revisionAndKeys[0] = EtcdBuckets.main(key);
                }
            });
        }
        String version = text(texts(EtcdBuckets.META).getOrDefault(EtcdBuckets.STORAGE_VERSION, NOTHING));
        return new SnapshotStatus(
                (int) hash.getValue(), revisionAndKeys[0], revisionAndKeys[1], file.sizeBytes(), version);
    }

    /**
     * The checksum that {@code endpoint hashkv} shows: CRC-32C over all revisions of keys up to one.
     *
     * @param revision the last to count; 0 for the newest
     */
    public KvHash hashKv(long revision) throws IOException {
        byte[] compaction = texts(EtcdBuckets.META).getOrDefault(EtcdBuckets.FINISHED_COMPACTION, NOTHING);
        long compacted = compaction.length >= Long.BYTES ? EtcdBuckets.main(compaction) : KvHash.NEVER_COMPACTED;
        CRC32C hash = new CRC32C();
        hash.update(EtcdBuckets.text(EtcdBuckets.KEY));
        long[] newest = {1};
        file.forEach(EtcdBuckets.KEY, (key, value) -> {
            long main = EtcdBuckets.main(key);
            newest[0] = main;
            if (revision > 0 && main > revision) {
                return;
            }
            // Releases differ in whether a compaction takes the tombstone at its own revision along.
            if (main != compacted || !EtcdBuckets.isTombstone(key)) {
                hash.update(key);
                hash.update(value);
            }
        });
        return new KvHash((int) hash.getValue(), revision > 0 ? revision : newest[0], newest[0], compacted);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private EtcdAuth auth() throws IOException {
        Map<String, byte[]> switches = texts(EtcdBuckets.AUTH);
        byte[] enabled = switches.getOrDefault(EtcdBuckets.AUTH_ENABLED, NOTHING);
        return new EtcdAuth(
                enabled.length == 1 && enabled[0] == 1,
                Math.max(1, EtcdBuckets.number(switches.getOrDefault(EtcdBuckets.AUTH_REVISION, NOTHING))),
                messages(EtcdBuckets.AUTH_USERS, User.parser()),
                messages(EtcdBuckets.AUTH_ROLES, Role.parser()));
    }

    private Map<String, byte[]> texts(String bucket) throws IOException {
        Map<String, byte[]> valueByKey = new HashMap<>();
        file.forEach(bucket, (key, value) -> valueByKey.put(text(key), value));
        return valueByKey;
    }

    private <T extends MessageLite> List<T> messages(String bucket, Parser<T> parser) throws IOException {
        List<T> messages = new ArrayList<>();
        file.forEach(bucket, (key, value) -> messages.add(parse(parser, value)));
        return messages;
    }

    private <T extends MessageLite> T parse(Parser<T> parser, byte[] bytes) throws EtcdFileException {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw damaged("a value is not in etcd's form: " + e.getMessage());
        }
    }

    private long memberId(byte[] key) throws EtcdFileException {
        try {
            return Long.parseUnsignedLong(text(key), 16);
        } catch (NumberFormatException e) {
            throw damaged("a removed member's id is not a hexadecimal number");
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private EtcdFileException damaged(String what) {
        return new EtcdFileException(path + " is no sound etcd database: " + what);
    }
}
