package io.leasehold.lease;

import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Puts many keys in bytewise order at a fraction of what comparing them costs: a lease's end holds everybody else up for
 * as long as its keys are sorted, and keys of one lease begin alike and lie scattered in memory.
 *
 * <p>A run of keys is ordered by a word of each: the bytes behind what all of the run begin with, as many as leave room
 * for the key's number in the same long. So the sort moves primitive longs and looks at no key again. Keys whose words
 * are equal form a run of their own. Pure functions.
 */
final class KeyOrder {
    /** Up to here comparing is the cheaper way. */
    private static final int COMPARED_MAX = 32;

    /** Long keys that differ in their last bytes only, and in groups, are compared from this depth on. */
    private static final int DEPTH_MAX = 8;

    private KeyOrder() {}

    /** The keys, all different, in bytewise order. */
    static List<ByteSequence> sorted(Collection<ByteSequence> keys) {
        ByteSequence[] array = keys.toArray(ByteSequence[]::new);
        sort(array, 0, array.length, 0);
        return List.of(array);
    }

    private static void sort(ByteSequence[] keys, int from, int to, int depth) {
        int count = to - from;
        if (count <= COMPARED_MAX || depth == DEPTH_MAX) {
            Arrays.sort(keys, from, to);
            return;
        }
        // Of a word the lowest bits give way to the number of its key.
        long numberMask = Long.highestOneBit(count) * 2 - 1;
        int prefixLength = commonPrefixLength(keys, from, to);
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = (word(keys[from + i], prefixLength) & ~numberMask) | i;
        }
        Arrays.sort(words);
        ByteSequence[] unordered = Arrays.copyOfRange(keys, from, to);
        int runStart = 0;
        for (int i = 0; i < count; i++) {
            keys[from + i] = unordered[(int) (words[i] & numberMask)];
            if (((words[i] ^ words[runStart]) & ~numberMask) != 0) {
                sort(keys, from + runStart, from + i, depth + 1);
                runStart = i;
            }
        }
        if (runStart > 0) {
            sort(keys, from + runStart, to, depth + 1);
        } else {
            Arrays.sort(keys, from, to);
        }
    }

    private static int commonPrefixLength(ByteSequence[] keys, int from, int to) {
        byte[] first = keys[from].toByteArray();
        int length = first.length;
        for (int i = from + 1; i < to; i++) {
            length = keys[i].commonPrefixLength(first, 0, length);
        }
        return length;
    }

    /** Eight bytes from {@code index} on, as a number whose signed order is theirs; behind the end they count as zeros. */
    private static long word(ByteSequence key, int index) {
        long word = 0;
        int end = Math.min(key.length(), index + Long.BYTES);
        for (int i = index; i < end; i++) {
            word = (word << Byte.SIZE) | (key.byteAt(i) & 0xff);
        }
        return (word << (Byte.SIZE * (index + Long.BYTES - end))) ^ Long.MIN_VALUE;
    }
}
