package io.leasehold.etcdfile;

/**
 * A checksum of all keys with their history, equal on members that agree.
 *
 * @param revision up to which it was made
 * @param newestRevision of all changes, those behind {@code revision} too; 1 when there are none
 * @param compactRevision history before it is gone; {@link #NEVER_COMPACTED} if none is
 */
public record KvHash(int hash, long revision, long newestRevision, long compactRevision) {
    /** What etcd says where nothing was compacted. */
    public static final long NEVER_COMPACTED = -1;
}
