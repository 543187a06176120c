package io.leasehold.mvcc;

import java.util.zip.CRC32C;

/** Hashes what a version of the index holds, in the order of keys and of each key's revisions. */
final class StoreHasher implements Node.LeafVisitor {
    /** Goes before the records, as etcd's bucket name does: clients take a hash of 0 for "not answered". */
    private static final byte[] SEED = {'k', 'e', 'y'};

    private final RecordSource records;
    private final long upToRevision;
    private final long compactedRevision;
    private final CRC32C checksum = new CRC32C();

    private StoreHasher(RecordSource records, long upToRevision, long compactedRevision) {
        this.records = records;
        this.upToRevision = upToRevision;
        this.compactedRevision = compactedRevision;
        checksum.update(SEED);
    }

    /** CRC-32C of the records at or below {@code upToRevision} that outlive the compaction, swept already or not. */
    static int hash(Node root, RecordSource records, long upToRevision, long compactedRevision) {
        StoreHasher hasher = new StoreHasher(records, upToRevision, compactedRevision);
        root.walk(null, null, false, hasher);
        return (int) hasher.checksum.getValue();
    }

    @Override
    public boolean visit(Leaf leaf, int from, int to) {
        for (int i = from; i < to; i++) {
            long newestRevision = leaf.newestRevision(i);
            long newestPosition = leaf.newestPosition(i);
            RevisionPairs older = leaf.older(i);
            int first = Compaction.superseded(older, newestRevision, compactedRevision);
            for (int j = first; j < older.size() && older.revision(j) <= upToRevision; j++) {
                add(older.position(j));
            }
            if (newestRevision <= upToRevision
                    && !Compaction.isGone(newestRevision, newestPosition, compactedRevision)) {
                add(newestPosition);
            }
        }
        return true;
    }

    private void add(long position) {
        checksum.update(records.read(position).checkedBytes());
    }
}
