package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;

/** Reads a snapshot's log from its first record to its last and passes over what the compaction has given up. Used once. */
final class SurvivorScan {
    private final Node root;
    private final LogView log;
    private final long compactedRevision;

    SurvivorScan(Node root, LogView log, long compactedRevision) {
        this.root = root;
        this.log = log;
        this.compactedRevision = compactedRevision;
    }

    /** See {@link StoreSnapshot#forEachSurvivor}. */
    void run(RecordVisitor visitor) throws IOException {
        for (Segment segment : log.segments().order()) {
            visit(segment, visitor);
        }
    }

    private void visit(Segment segment, RecordVisitor visitor) throws IOException {
        int end = log.lengthBytes(segment);
        int offset = SegmentFormat.HEADER_BYTES;
        while (offset < end) {
            segment.checkRecord(offset, end);
            KeyValueRecord record = segment.read(offset);
            if (survives(record)) {
                visitor.visit(record);
            }
            offset += record.recordLength();
        }
    }

    private boolean survives(KeyValueRecord record) {
        long main = record.modRevision();
        if (main > compactedRevision) {
            return true;
        }
        ByteSequence key = record.key();
        Leaf leaf = root.leafOf(key);
        int index = leaf.search(key);
        if (index < 0) {
            return false;
        }
        long newestRevision = leaf.newestRevision(index);
        if (newestRevision == main && isSame(record, leaf.newestPosition(index))) {
            return !Compaction.isGone(newestRevision, leaf.newestPosition(index), compactedRevision);
        }
        RevisionPairs older = leaf.older(index);
        int at = older.floor(main);
        return at >= Compaction.superseded(older, newestRevision, compactedRevision)
                && older.revision(at) == main
                && isSame(record, older.position(at));
    }

    /** By the place in the revision: the position may be that of a copy which is about to replace what is read here. */
    private boolean isSame(KeyValueRecord record, long position) {
        return log.segments().readUnchecked(position).subRevision() == record.subRevision();
    }
}
