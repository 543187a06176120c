package io.leasehold.mvcc;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of some segments were copied to: one segment, in the same order. Eight bytes a record. Filled by one
 * thread, then read by another.
 */
final class Relocations {
    private final long newId;
    private final long[] oldIds;
    private final Offsets[] byOldSegment;

    Relocations(List<Segment> run, long newId) {
        this.newId = newId;
        this.oldIds = run.stream().mapToLong(Segment::id).toArray();
        this.byOldSegment = new Offsets[oldIds.length];
        Arrays.setAll(byOldSegment, i -> new Offsets());
    }

    /** Notes that a record was copied. Old offsets ascend within each segment. */
    void add(int runIndex, int oldOffset, int newOffset) {
        byOldSegment[runIndex].add(oldOffset, newOffset);
    }

    /** The position of a record's copy; the position itself if it lies in no segment that was copied. */
    long newPosition(long position) {
        Offsets offsets = offsetsOf(Position.segmentId(position));
        if (offsets == null) {
            return position;
        }
        int copied = offsets.newOffset(Position.offset(position));
        if (copied < 0) {
            throw new IllegalStateException("a record that the index knows was not copied: segment "
                    + Position.segmentId(position) + " offset " + Position.offset(position));
        }
        return Position.pack(newId, copied, Position.isTombstone(position));
    }

    private @Nullable Offsets offsetsOf(long segmentId) {
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] == segmentId) {
                return byOldSegment[i];
            }
        }
        return null;
    }

    /** Pairs of offsets in two arrays that grow. */
    private static final class Offsets {
        private static final int CAPACITY_MIN = 64;

        private int[] before = new int[0];
        private int[] after = new int[0];
        private int size;

        void add(int oldOffset, int newOffset) {
            if (size == before.length) {
                int capacity = Math.max(CAPACITY_MIN, size + size / 2);
                before = Arrays.copyOf(before, capacity);
                after = Arrays.copyOf(after, capacity);
            }
            before[size] = oldOffset;
            after[size] = newOffset;
            size++;
        }

        /** Negative if there is none. */
        int newOffset(int oldOffset) {
            int at = Arrays.binarySearch(before, 0, size, oldOffset);
            return at < 0 ? -1 : after[at];
        }
    }
}
