package io.leasehold.etcdfile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The names of etcd's buckets and of the keys in them, and the forms of those keys (etcd's package {@code schema}). */
final class EtcdBuckets {
    static final String ALARM = "alarm";
    static final String AUTH = "auth";
    static final String AUTH_ROLES = "authRoles";
    static final String AUTH_USERS = "authUsers";
    static final String CLUSTER = "cluster";
    static final String KEY = "key";
    static final String LEASE = "lease";
    static final String MEMBERS = "members";
    static final String MEMBERS_REMOVED = "members_removed";
    static final String META = "meta";

    static final String AUTH_ENABLED = "authEnabled";
    static final String AUTH_REVISION = "authRevision";
    static final String CLUSTER_VERSION = "clusterVersion";
    static final String CONF_STATE = "confState";
    static final String CONSISTENT_INDEX = "consistent_index";
    static final String FINISHED_COMPACTION = "finishedCompactRev";
    static final String SCHEDULED_COMPACTION = "scheduledCompactRev";
    static final String STORAGE_VERSION = "storageVersion";
    static final String TERM = "term";

    /** Of a revision's key: main revision, an underscore, sub revision. */
    static final int REVISION_BYTES = 17;

    private static final byte SEPARATOR = '_';
    private static final byte TOMBSTONE_MARK = 't';

    private EtcdBuckets() {}

    static byte[] revision(long main, long sub) {
        return ByteBuffer.allocate(REVISION_BYTES)
                .putLong(main)
                .put(SEPARATOR)
                .putLong(sub)
                .array();
    }

    static byte[] tombstone(long main, long sub) {
        return ByteBuffer.allocate(REVISION_BYTES + 1)
                .put(revision(main, sub))
                .put(TOMBSTONE_MARK)
                .array();
    }

    static boolean isTombstone(byte[] key) {
        return key.length == REVISION_BYTES + 1 && key[REVISION_BYTES] == TOMBSTONE_MARK;
    }

    static boolean isRevision(byte[] key) {
        return (key.length == REVISION_BYTES || isTombstone(key)) && key[Long.BYTES] == SEPARATOR;
    }

    static long main(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static long sub(byte[] key) {
        return ByteBuffer.wrap(key).getLong(Long.BYTES + 1);
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** The number that {@link #number} wrote; 0 for anything else. */
    static long number(byte[] bytes) {
        return bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
    }

    static byte[] memberKey(long id) {
        return text(String.format(Locale.ROOT, "%016x", id));
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
