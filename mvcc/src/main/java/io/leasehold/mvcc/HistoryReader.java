package io.leasehold.mvcc;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a snapshot's log from a revision on, one record behind the other. Used once, by one thread. */
final class HistoryReader {
    private final LogView log;
    private final IndexReader index;
    private final long previousAfterRevision;

    private final List<StoreEvent> events = new ArrayList<>();
    private int revisions;
    private long bytes;
    private long lastRevision;

    /** Events show what was before them behind revision {@code previousAfterRevision}: the compacted one, or the greatest long. */
    HistoryReader(LogView log, IndexReader index, long previousAfterRevision) {
        this.log = log;
        this.index = index;
        this.previousAfterRevision = previousAfterRevision;
    }

    /** See {@link StoreSnapshot#history}. */
    HistorySlice read(long fromRevision, long toRevision, int revisionLimit, int byteLimit) {
        if (revisionLimit < 1) {
            throw new IllegalArgumentException("revisionLimit must be at least 1, not " + revisionLimit);
        }
        List<Segment> order = log.segments().order();
        int mark = log.marks().floor(fromRevision);
        long start = mark < 0 ? Position.NONE : log.marks().position(mark);
        int first = mark < 0 ? 0 : order.indexOf(log.segments().segmentOf(start));
        int offset = mark < 0 ? SegmentFormat.HEADER_BYTES : Position.offset(start);
        for (Segment segment : order.subList(first, order.size())) {
            if (!readSegment(segment, offset, fromRevision, toRevision, revisionLimit, byteLimit)) {
                return new HistorySlice(events, lastRevision + 1);
            }
            offset = SegmentFormat.HEADER_BYTES;
        }
        return new HistorySlice(events, Math.max(fromRevision, toRevision + 1));
    }

    /** Whether to go on with the next segment; if not, a limit was reached behind {@link #lastRevision}. */
    private boolean readSegment(
            Segment segment, int start, long fromRevision, long toRevision, int revisionLimit, int byteLimit) {
        ByteBuffer source = segment.bytes();
        int end = log.lengthBytes(segment);
        int offset = start;
        while (offset < end) {
            segment.checkRecord(offset, end);
            long revision = RecordFormat.mainRevision(source, offset);
            if (revision > toRevision) {
                lastRevision = Math.max(toRevision, fromRevision - 1);
                return false;
            }
            int length = RecordFormat.recordLength(source, offset);
            if (revision >= fromRevision) {
                if (revision != lastRevision && (revisions == revisionLimit || (revisions > 0 && bytes >= byteLimit))) {
                    return false;
                }
                add(segment.read(offset), revision, length);
            }
            offset += length;
        }
        return true;
    }

    private void add(KeyValueRecord record, long revision, int lengthBytes) {
        if (revision != lastRevision) {
            revisions++;
            lastRevision = revision;
        }
        bytes += lengthBytes;
        events.add(new StoreEvent(record, previous(record, revision)));
    }

    private @Nullable KeyValueRecord previous(KeyValueRecord record, long revision) {
        // What was in force before a revision that is compacted itself may or may not be swept: never show it.
        return revision <= previousAfterRevision ? null : index.liveAt(record.key(), revision - 1);
    }
}
