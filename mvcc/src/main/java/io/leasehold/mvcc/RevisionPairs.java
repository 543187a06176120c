package io.leasehold.mvcc;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * An append-only list of (main revision, position), ascending by revision: a key's older revisions, or marks into the log.
 *
 * <p>Each list is immutable, yet appending mostly costs no copy: the longer list shares the array and merely sees more of
 * it. That is right because the writer, one thread, appends to the newest list alone, so each slot is written once, and a
 * longer list reaches another thread by the volatile write that publishes a snapshot.
 */
final class RevisionPairs {
    static final RevisionPairs EMPTY = new RevisionPairs(new long[0], 0);

    private static final int LONGS_PER_PAIR = 2;

    private final long[] pairs;
    private final int size;

    private RevisionPairs(long[] pairs, int size) {
        this.pairs = pairs;
        this.size = size;
    }

    int size() {
        return size;
    }

    long revision(int index) {
        return pairs[index * LONGS_PER_PAIR];
    }

    long position(int index) {
        return pairs[index * LONGS_PER_PAIR + 1];
    }

    /** This and one more. Only the writer, and only on the newest list. */
    RevisionPairs append(long revision, long position) {
        int end = size * LONGS_PER_PAIR;
        long[] target = pairs;
        if (end == pairs.length) {
            // Half as much again, so that a key written a million times is copied a few dozen times.
            target = Arrays.copyOf(pairs, end + Math.max(LONGS_PER_PAIR, (size / 2) * LONGS_PER_PAIR));
        }
        target[end] = revision;
        target[end + 1] = position;
        return new RevisionPairs(target, size + 1);
    }

    /** These with others in the place of those from {@code from} to before {@code end}; the array is new. */
    RevisionPairs replaced(int from, int end, RevisionPairs by) {
        int behind = size - end;
        long[] changed = Arrays.copyOf(pairs, (from + by.size + behind) * LONGS_PER_PAIR);
        System.arraycopy(by.pairs, 0, changed, from * LONGS_PER_PAIR, by.size * LONGS_PER_PAIR);
        System.arraycopy(
                pairs, end * LONGS_PER_PAIR, changed, (from + by.size) * LONGS_PER_PAIR, behind * LONGS_PER_PAIR);
        return new RevisionPairs(changed, from + by.size + behind);
    }

    /** These with other positions; this very list if none changes, else one with an array of its own. */
    RevisionPairs moved(LongUnaryOperator newPosition) {
        long[] changed = null;
        for (int i = 0; i < size; i++) {
            long before = position(i);
            long after = newPosition.applyAsLong(before);
            if (after != before) {
                changed = changed == null ? Arrays.copyOf(pairs, size * LONGS_PER_PAIR) : changed;
                changed[i * LONGS_PER_PAIR + 1] = after;
            }
        }
        return changed == null ? this : new RevisionPairs(changed, size);
    }

    /** This without the first {@code count}; the array is new, so that what was cut can be collected. */
    RevisionPairs dropFirst(int count) {
        if (count == 0) {
            return this;
        }
        if (count == size) {
            return EMPTY;
        }
        return new RevisionPairs(
                Arrays.copyOfRange(pairs, count * LONGS_PER_PAIR, size * LONGS_PER_PAIR), size - count);
    }

    /** The index of the last pair at or below this revision, or -1. */
    int floor(long revision) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (revision(middle) <= revision) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
