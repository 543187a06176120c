package io.leasehold.mvcc;

import java.util.List;

/**
 * Remembers now and then at which position a revision begins, so that history can be read from the middle of the log.
 * Owned by the thread that appends; the list of marks is immutable.
 */
final class LogMarks {
    /** A reader skips half of this on average: some microseconds; a store of 8 GiB has 131,072 marks, 2 MiB. */
    private static final int DISTANCE_BYTES = 64 << 10;

    private RevisionPairs marks = RevisionPairs.EMPTY;
    private long bytesSinceMark = DISTANCE_BYTES;
    private long lastMain;

    RevisionPairs marks() {
        return marks;
    }

    /** Notes a record that was appended to the log. */
    void recordAppended(long main, long position, int lengthBytes) {
        if (main != lastMain && bytesSinceMark >= DISTANCE_BYTES) {
            marks = marks.append(main, position);
            bytesSinceMark = 0;
        }
        lastMain = main;
        bytesSinceMark += lengthBytes;
    }

    /**
     * Takes new marks for those into segments that were written anew.
     *
     * @param run the segments replaced, neighbours in the log
     * @param firstMain,lastMain the revisions in which they began and ended
     */
    void replace(List<Segment> run, long firstMain, long lastMain, RevisionPairs anew) {
        int from = marks.floor(firstMain - 1) + 1;
        if (from < marks.size() && !isIn(run, marks.position(from))) {
            // The revision began in the segment before.
            from++;
        }
        int end = from;
        while (end < marks.size() && marks.revision(end) <= lastMain && isIn(run, marks.position(end))) {
            end++;
        }
        marks = marks.replaced(from, end, anew);
    }

    private static boolean isIn(List<Segment> run, long position) {
        long id = Position.segmentId(position);
        for (Segment segment : run) {
            if (segment.id() == id) {
                return true;
            }
        }
        return false;
    }
}
