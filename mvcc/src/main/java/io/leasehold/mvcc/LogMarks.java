package io.leasehold.mvcc;

/**
 * Remembers now and then at which position a revision begins, so that history can be read from the middle of the log.
 * Owned by the writer thread; the list of marks is immutable.
 */
final class LogMarks {
    /** A reader skips half of this on average: some microseconds; a store of 8 GiB has 131,072 marks, 2 MiB. */
    private static final int DISTANCE_BYTES = 64 << 10;

    private RevisionPairs marks = RevisionPairs.EMPTY;
    private long bytesSinceMark = DISTANCE_BYTES;

    RevisionPairs marks() {
        return marks;
    }

    /** Notes a record that was appended to the log. */
    void recordAppended(long main, int sub, long position, int lengthBytes) {
        if (sub == 0 && bytesSinceMark >= DISTANCE_BYTES) {
            marks = marks.append(main, position);
            bytesSinceMark = 0;
        }
        bytesSinceMark += lengthBytes;
    }
}
