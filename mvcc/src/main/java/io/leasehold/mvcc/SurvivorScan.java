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
        SegmentTable segments = log.segments();
        for (long id = segments.firstId(); id <= segments.lastId(); id++) {
            Segment segment = segments.segment(id);
            if (segment != null) {
                visit(segment, visitor);
            }
        }
    }

    private void visit(Segment segment, RecordVisitor visitor) throws IOException {
        int end = log.lengthBytes(segment);
        int offset = SegmentFormat.HEADER_BYTES;
        while (offset < end) {
            segment.checkRecord(offset, end);
            KeyValueRecord record = segment.read(offset);
            if (survives(record, Position.pack(segment.id(), offset, record.isTombstone()))) {
                visitor.visit(record);
            }
            offset += record.recordLength();
        }
    }

    private boolean survives(KeyValueRecord record, long position) {
        ByteSequence key = record.key();
        Leaf leaf = root.leafOf(key);
        int index = leaf.search(key);
        if (index < 0) {
            return false;
        }
        long newestRevision = leaf.newestRevision(index);
        if (leaf.newestPosition(index) == position) {
            return !Compaction.isGone(newestRevision, position, compactedRevision);
        }
        RevisionPairs older = leaf.older(index);
        int at = older.floor(record.modRevision());
        return at >= Compaction.superseded(older, newestRevision, compactedRevision) && older.position(at) == position;
    }
}
