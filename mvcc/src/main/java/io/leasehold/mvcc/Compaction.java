package io.leasehold.mvcc;

/** Which revisions of a key outlive a compaction: those above it, and what was in force at it, unless a tombstone. */
final class Compaction {
    private Compaction() {}

    /**
     * The number of a key's older revisions that do not outlive the compaction. They are the first ones.
     *
     * @param revision the compacted revision
     */
    static int superseded(RevisionPairs older, long newestRevision, long revision) {
        if (newestRevision <= revision) {
            return older.size();
        }
        int inForce = older.floor(revision);
        if (inForce < 0) {
            return 0;
        }
        return Position.isTombstone(older.position(inForce)) ? inForce + 1 : inForce;
    }

    /** Whether the key vanishes wholly: it was deleted at or before the compacted revision and not put since. */
    static boolean isGone(long newestRevision, long newestPosition, long revision) {
        return newestRevision <= revision && Position.isTombstone(newestPosition);
    }
}
