package io.leasehold.etcdfile;

/**
 * A checksum of all keys with their history, equal on members that agree.
 *
 * @param revision up to which it was made
 * @param compactRevision history before it is gone; {@link #NEVER_COMPACTED} if none is
 */
public record KvHash(int hash, long revision, long compactRevision) {
    /** What etcd says where nothing was compacted. */
    public static final long NEVER_COMPACTED = -1;
}
