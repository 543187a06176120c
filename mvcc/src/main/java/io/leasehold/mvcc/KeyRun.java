package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Many records as they lie in the log, on their way into an index. They go there in the order of their keys: then each leaf is
 * visited once, and what its changes leave behind is garbage at once, while in the log's order every record would come to
 * another leaf, and all its copies would grow old first. Those of one key stay in the order of the log.
 *
 * <p>Keys are ordered by a word of each, as many bytes behind what all begin with as leave room for the record's number in the
 * same long: so the sort moves primitive longs and looks at no key. Those whose words are equal are ordered by further bytes.
 *
 * <p>One thread's.
 */
final class KeyRun {
    /** A million keys fit; what is gathered takes some 40 bytes a record. */
    private static final int RECORDS_MAX = 1 << 20;

    /** Keys are some dozens of bytes; long ones make shorter runs. */
    private static final int KEY_BYTES_MAX = 64 << 20;

    private static final int RECORDS_AT_FIRST = 1 << 10;

    /** Up to here comparing is the cheaper way. */
    private static final int COMPARED_MAX = 32;

    /** Long keys that differ in their last bytes only, and in groups, are compared from this depth on. */
    private static final int DEPTH_MAX = 8;

    private byte[] keyBytes = new byte[RECORDS_AT_FIRST * Long.BYTES];
    private int[] keyEnds = new int[RECORDS_AT_FIRST];
    private long[] revisions = new long[RECORDS_AT_FIRST];
    private long[] positions = new long[RECORDS_AT_FIRST];
    private int count;

    /** Numbers of the records, in the order of their keys. */
    private int[] order = new int[0];

    /** Adds the record behind the last one in the log. */
    void add(ByteSequence key, long revision, long position) {
        int start = start(count);
        int end = Math.addExact(start, key.length());
        if (count == positions.length) {
            int more = count * 2;
            keyEnds = Arrays.copyOf(keyEnds, more);
            revisions = Arrays.copyOf(revisions, more);
            positions = Arrays.copyOf(positions, more);
        }
        if (end > keyBytes.length) {
            keyBytes = Arrays.copyOf(keyBytes, Math.max(end, keyBytes.length * 2));
        }
        key.copyTo(keyBytes, start);
        keyEnds[count] = end;
        revisions[count] = revision;
        positions[count] = position;
        count++;
    }

    /** Whether it is time for {@link #drainTo}. */
    boolean isFull() {
        return count >= RECORDS_MAX || start(count) >= KEY_BYTES_MAX;
    }

    /** Puts the records into the index, in which there is none of a later revision, and is empty then. */
    void drainTo(KeyIndex index) {
        order = new int[count];
        Arrays.setAll(order, number -> number);
        sort(0, count, 0);
        if (index.isEmpty()) {
            build(index);
        } else {
            insert(index);
        }
        order = new int[0];
        count = 0;
    }

    private void build(KeyIndex index) {
        IndexBuild build = new IndexBuild(index.edit(), keyBytes);
        for (int number : order) {
            build.add(start(number), keyEnds[number], revisions[number], positions[number]);
        }
        index.fill(build);
    }

    private void insert(KeyIndex index) {
        for (int number : order) {
            ByteSequence key = ByteSequence.copyOf(keyBytes, start(number), keyEnds[number] - start(number));
            index.seekNear(key);
            index.appendSought(key, revisions[number], positions[number]);
        }
    }

    private void sort(int from, int to, int depth) {
        int size = to - from;
        if (size <= COMPARED_MAX || depth == DEPTH_MAX) {
            compareAndSort(from, to);
            return;
        }
        int common = commonLength(from, to);
        if (common < 0) {
            return;
        }
        // Of a word the lowest bits give way to the record's place in the run: equal ones stay in their order.
        long placeMask = Long.highestOneBit(size) * 2 - 1;
        long[] words = new long[size];
        for (int i = 0; i < size; i++) {
            words[i] = (word(order[from + i], common) & ~placeMask) | i;
        }
        Arrays.sort(words);
        int[] unordered = Arrays.copyOfRange(order, from, to);
        for (int i = 0; i < size; i++) {
            order[from + i] = unordered[(int) (words[i] & placeMask)];
        }
        sortEqualWords(words, ~placeMask, from, depth);
    }

    private void sortEqualWords(long[] words, long mask, int from, int depth) {
        int start = 0;
        for (int i = 1; i <= words.length; i++) {
            if (i < words.length && ((words[i] ^ words[start]) & mask) == 0) {
                continue;
            }
            if (i - start == words.length) {
                // One key is the beginning of another, and zeros follow.
                compareAndSort(from, from + i);
            } else if (i - start > 1) {
                sort(from + start, from + i, depth + 1);
            }
            start = i;
        }
    }

    private void compareAndSort(int from, int to) {
        Integer[] numbers = new Integer[to - from];
        Arrays.setAll(numbers, i -> order[from + i]);
        Arrays.sort(numbers, Comparator.comparing((Integer number) -> number, this::compareKeys));
        for (int i = 0; i < numbers.length; i++) {
            order[from + i] = numbers[i];
        }
    }

    private int compareKeys(int left, int right) {
        return Arrays.compareUnsigned(keyBytes, start(left), keyEnds[left], keyBytes, start(right), keyEnds[right]);
    }

    /** How many first bytes all keys share; -1 if they are all the same key. */
    private int commonLength(int from, int to) {
        int first = order[from];
        int firstStart = start(first);
        int common = keyEnds[first] - firstStart;
        boolean same = true;
        for (int i = from + 1; i < to; i++) {
            int number = order[i];
            int mismatch = Arrays.mismatch(
                    keyBytes, firstStart, firstStart + common, keyBytes, start(number), keyEnds[number]);
            same &= mismatch < 0;
            common = mismatch < 0 ? common : mismatch;
        }
        return same ? -1 : common;
    }

    /** Eight bytes from {@code index} on, as a number whose signed order is theirs; behind the end they count as zeros. */
    private long word(int number, int index) {
        long word = 0;
        int at = start(number) + index;
        int end = Math.min(keyEnds[number], at + Long.BYTES);
        for (int i = at; i < end; i++) {
            word = (word << Byte.SIZE) | (keyBytes[i] & 0xff);
        }
        int missing = at + Long.BYTES - end;
        return (missing == Long.BYTES ? 0 : word << (Byte.SIZE * missing)) ^ Long.MIN_VALUE;
    }

    private int start(int number) {
        return number == 0 ? 0 : keyEnds[number - 1];
    }
}
