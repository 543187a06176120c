package io.leasehold.mvcc;

/**
 * Where a record lies, packed into one long so that the index holds it without an object: segment id (32 bits), offset in
 * the segment (31 bits), and whether the record is a tombstone (the lowest bit), which the index asks more often than it
 * reads the record. Pure functions.
 */
final class Position {
    /** No record. No packed position is negative, for segment ids stay below 2³¹. */
    static final long NONE = -1;

    /** 2³¹ segments of 64 MiB are 128 PiB; ids are never used twice. */
    static final long SEGMENT_ID_MAX = Integer.MAX_VALUE;

    private static final int SEGMENT_SHIFT = 32;
    private static final long TOMBSTONE_BIT = 1;

    private Position() {}

    static long pack(long segmentId, int offset, boolean tombstone) {
        return (segmentId << SEGMENT_SHIFT) | ((long) offset << 1) | (tombstone ? TOMBSTONE_BIT : 0);
    }

    static long segmentId(long position) {
        return position >>> SEGMENT_SHIFT;
    }

    static int offset(long position) {
        return (int) position >>> 1;
    }

    static boolean isTombstone(long position) {
        return (position & TOMBSTONE_BIT) != 0;
    }

    /** Whether there is a record here and it is not a tombstone. */
    static boolean isLive(long position) {
        return position != NONE && !isTombstone(position);
    }
}
