package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;

/**
 * An ascending list of distinct keys, packed into one array: an index node's keys. Packing saves the 20 bytes that an
 * array of its own would cost each key, and a binary search stays within a few neighbouring cache lines.
 *
 * <p>Immutable, so that versions of a node share it.
 */
final class Keys {
    static final Keys EMPTY = new Keys(new byte[0], new int[0]);

    private final byte[] bytes;

    /** Where each key ends in {@link #bytes}; it begins where the one before ends. */
    private final int[] ends;

    private Keys(byte[] bytes, int[] ends) {
        this.bytes = bytes;
        this.ends = ends;
    }

    static Keys of(ByteSequence key) {
        return new Keys(key.toByteArray(), new int[] {key.length()});
    }

    int size() {
        return ends.length;
    }

    ByteSequence get(int index) {
        int start = start(index);
        return ByteSequence.copyOf(bytes, start, ends[index] - start);
    }

    /** The key's index, or {@code -(the index at which it would stand) - 1}. */
    int search(ByteSequence key) {
        int low = 0;
        int high = ends.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = key.compareTo(bytes, start(middle), ends[middle]);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return -low - 1;
    }

    /** How many keys are below this one. */
    int countBelow(ByteSequence key) {
        int found = search(key);
        return found >= 0 ? found : -found - 1;
    }

    /** These and one more, which will stand at {@code index}. */
    Keys insert(int index, ByteSequence key) {
        int length = key.length();
        int start = start(index);
        byte[] moreBytes = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, moreBytes, 0, start);
        key.copyTo(moreBytes, start);
        System.arraycopy(bytes, start, moreBytes, start + length, bytes.length - start);
        int[] moreEnds = new int[ends.length + 1];
        System.arraycopy(ends, 0, moreEnds, 0, index);
        moreEnds[index] = start + length;
        for (int i = index; i < ends.length; i++) {
            moreEnds[i + 1] = ends[i] + length;
        }
        return new Keys(moreBytes, moreEnds);
    }

    /** These without the one at {@code index}. */
    Keys remove(int index) {
        return slice(0, index).concat(slice(index + 1, ends.length));
    }

    /** Those from {@code from} to before {@code to}. */
    Keys slice(int from, int to) {
        if (from == to) {
            return EMPTY;
        }
        int start = start(from);
        int[] sliceEnds = new int[to - from];
        for (int i = from; i < to; i++) {
            sliceEnds[i - from] = ends[i] - start;
        }
        return new Keys(Arrays.copyOfRange(bytes, start, ends[to - 1]), sliceEnds);
    }

    /** These and then the others, which are all above these. */
    Keys concat(Keys others) {
        byte[] allBytes = Arrays.copyOf(bytes, bytes.length + others.bytes.length);
        System.arraycopy(others.bytes, 0, allBytes, bytes.length, others.bytes.length);
        int[] allEnds = Arrays.copyOf(ends, ends.length + others.ends.length);
        for (int i = 0; i < others.ends.length; i++) {
            allEnds[ends.length + i] = others.ends[i] + bytes.length;
        }
        return new Keys(allBytes, allEnds);
    }

    /** Those whose index is set in {@code kept}, which counts at least one. */
    Keys keep(boolean[] kept) {
        byte[] keptBytes = new byte[bytes.length];
        int[] keptEnds = new int[ends.length];
        int count = 0;
        int length = 0;
        for (int i = 0; i < ends.length; i++) {
            if (kept[i]) {
                int start = start(i);
                System.arraycopy(bytes, start, keptBytes, length, ends[i] - start);
                length += ends[i] - start;
                keptEnds[count++] = length;
            }
        }
        return new Keys(Arrays.copyOf(keptBytes, length), Arrays.copyOf(keptEnds, count));
    }

    /**
     * The shortest key that is above the one at {@code index - 1} and not above the one at {@code index}: what a branch
     * needs to tell the two apart.
     */
    ByteSequence separator(int index) {
        int below = start(index - 1);
        int at = start(index);
        int common = Arrays.mismatch(bytes, below, ends[index - 1], bytes, at, ends[index]);
        return ByteSequence.copyOf(bytes, at, common + 1);
    }

    private int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }
}
