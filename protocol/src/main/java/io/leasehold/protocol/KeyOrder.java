package io.leasehold.protocol;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Puts many keys in bytewise order at a fraction of what comparing them costs: a lease's end holds everybody else up for
 * as long as its keys are sorted, and a start until a million keys are.
 *
 * <p>A run of keys is ordered by a word of each: the bytes behind what all of the run begin with, as many as leave room
 * for the key's place in the same long. So the sort moves primitive longs and looks at no key again. Keys whose words
 * are equal form a run of their own, and equal keys stay as they were. Pure functions.
 */
public final class KeyOrder {
    /** Up to here comparing is the cheaper way. */
    private static final int COMPARED_MAX = 32;

    /** Long keys that differ in their last bytes only, and in groups, are compared from this depth on. */
    private static final int DEPTH_MAX = 8;

    private final Keys keys;

    /** Numbers of the keys. */
    private final int[] order;

    private KeyOrder(Keys keys, int count) {
        this.keys = keys;
        this.order = new int[count];
        Arrays.setAll(order, number -> number);
        sort(0, count, 0);
    }

    /** The keys in bytewise order; takes some 20 bytes a key beside them. */
    public static List<ByteSequence> sorted(Collection<ByteSequence> keys) {
        ByteSequence[] given = keys.toArray(ByteSequence[]::new);
        int[] order = new KeyOrder(new Scattered(given), given.length).order;
        ByteSequence[] sorted = new ByteSequence[order.length];
        Arrays.setAll(sorted, place -> given[order[place]]);
        return List.of(sorted);
    }

    /**
     * The numbers, from 0 on, of keys that lie one behind the other in an array, in the keys' order; those of equal keys ascend.
     *
     * @param bytes where they lie, from index 0 on
     * @param ends where each of them ends
     * @param count how many there are
     */
    public static int[] ofPacked(byte[] bytes, int[] ends, int count) {
        return new KeyOrder(new Packed(bytes, ends), count).order;
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
        // Of a word the lowest bits give way to the key's place in the run: equal ones stay in their order.
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
        Arrays.sort(numbers, Comparator.comparing((Integer number) -> number, keys::compare));
        for (int i = 0; i < numbers.length; i++) {
            order[from + i] = numbers[i];
        }
    }

    /** How many first bytes all keys of a run share; -1 if they are all the same key. */
    private int commonLength(int from, int to) {
        int first = order[from];
        int common = keys.length(first);
        boolean same = true;
        for (int i = from + 1; i < to; i++) {
            int mismatch = keys.mismatch(first, common, order[i]);
            same &= mismatch < 0;
            common = mismatch < 0 ? common : mismatch;
        }
        return same ? -1 : common;
    }

    /** Eight bytes from {@code index} on, as a number whose signed order is theirs; behind the end they count as zeros. */
    private long word(int number, int index) {
        long word = 0;
        int end = Math.min(keys.length(number), index + Long.BYTES);
        for (int i = index; i < end; i++) {
            word = (word << Byte.SIZE) | (keys.byteAt(number, i) & 0xff);
        }
        int missing = index + Long.BYTES - end;
        return (missing == Long.BYTES ? 0 : word << (Byte.SIZE * missing)) ^ Long.MIN_VALUE;
    }

    /** Keys by their numbers. */
    private interface Keys {
        int length(int number);

        byte byteAt(int number, int index);

        int compare(int left, int right);

        /** Where another key differs from the first bytes of this one; -1 if it is just these bytes. */
        int mismatch(int number, int length, int other);
    }

    private static final class Scattered implements Keys {
        private final ByteSequence[] keys;

        Scattered(ByteSequence[] keys) {
            this.keys = keys;
        }

        @Override
        public int length(int number) {
            return keys[number].length();
        }

        @Override
        public byte byteAt(int number, int index) {
            return keys[number].byteAt(index);
        }

        @Override
        public int compare(int left, int right) {
            return keys[left].compareTo(keys[right]);
        }

        @Override
        public int mismatch(int number, int length, int other) {
            return keys[number].mismatch(length, keys[other]);
        }
    }

    private static final class Packed implements Keys {
        private final byte[] bytes;
        private final int[] ends;

        Packed(byte[] bytes, int[] ends) {
            this.bytes = bytes;
            this.ends = ends;
        }

        @Override
        public int length(int number) {
            return ends[number] - start(number);
        }

        @Override
        public byte byteAt(int number, int index) {
            return bytes[start(number) + index];
        }

        @Override
        public int compare(int left, int right) {
            return Arrays.compareUnsigned(bytes, start(left), ends[left], bytes, start(right), ends[right]);
        }

        @Override
        public int mismatch(int number, int length, int other) {
            int start = start(number);
            return Arrays.mismatch(bytes, start, start + length, bytes, start(other), ends[other]);
        }

        private int start(int number) {
            return number == 0 ? 0 : ends[number - 1];
        }
    }
}
