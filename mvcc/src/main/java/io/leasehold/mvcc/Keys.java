package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;

/**
 * An ascending list of distinct keys, packed into one array: an index node's keys. What all of them begin with is stored
 * once, in front.
 *
 * <pre>
 *   bytes: prefix | suffix of key 0 | suffix of key 1 | …
 * </pre>
 *
 * <p>An array of its own would cost each key 20 bytes and a cache miss; neighbours share most of their bytes. So a node of
 * long keys fits in a few cache lines, and they are what a search waits for.
 *
 * <p>Immutable, so that versions of a node share it.
 */
final class Keys {
    static final Keys EMPTY = new Keys(0, new byte[0], new int[0]);

    private final int prefixLength;
    private final byte[] bytes;

    /** Where each key's suffix ends in {@link #bytes}; it begins where the one before ends. */
    private final int[] ends;

    private Keys(int prefixLength, byte[] bytes, int[] ends) {
        this.prefixLength = prefixLength;
        this.bytes = bytes;
        this.ends = ends;
    }

    static Keys of(ByteSequence key) {
        return new Keys(0, key.toByteArray(), new int[] {key.length()});
    }

    /**
     * The first {@code count} keys that lie in an array, ascending and all different.
     *
     * @param starts where each of them begins
     * @param ends where each of them ends
     */
    static Keys of(byte[] source, int[] starts, int[] ends, int count) {
        int last = count - 1;
        int mismatch = Arrays.mismatch(source, starts[0], ends[0], source, starts[last], ends[last]);
        int prefixLength = mismatch < 0 ? ends[0] - starts[0] : mismatch;
        int length = prefixLength;
        for (int i = 0; i < count; i++) {
            length += ends[i] - starts[i] - prefixLength;
        }
        byte[] packed = new byte[length];
        int[] packedEnds = new int[count];
        System.arraycopy(source, starts[0], packed, 0, prefixLength);
        int end = prefixLength;
        for (int i = 0; i < count; i++) {
            int suffixLength = ends[i] - starts[i] - prefixLength;
            System.arraycopy(source, starts[i] + prefixLength, packed, end, suffixLength);
            end += suffixLength;
            packedEnds[i] = end;
        }
        return new Keys(prefixLength, packed, packedEnds);
    }

    int size() {
        return ends.length;
    }

    ByteSequence get(int index) {
        return firstBytes(index, ends[index] - start(index));
    }

    /** The key's index, or {@code -(the index at which it would stand) - 1}. */
    int search(ByteSequence key) {
        if (prefixLength > 0 && !startsWithPrefix(key)) {
            return key.compareTail(0, bytes, 0, prefixLength) < 0 ? -1 : -ends.length - 1;
        }
        int low = 0;
        int high = ends.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = key.compareTail(prefixLength, bytes, start(middle), ends[middle]);
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

    /** Whether this is the key at {@code index}. */
    boolean isKey(int index, ByteSequence key) {
        int suffixLength = ends[index] - start(index);
        return key.length() == prefixLength + suffixLength
                && key.compareTail(prefixLength, bytes, start(index), ends[index]) == 0
                && startsWithPrefix(key);
    }

    /** Whether the key is not below the first of these and not above the last. */
    boolean spans(ByteSequence key) {
        int last = ends.length - 1;
        return last >= 0
                && startsWithPrefix(key)
                && key.compareTail(prefixLength, bytes, start(last), ends[last]) <= 0
                && key.compareTail(prefixLength, bytes, prefixLength, ends[0]) >= 0;
    }

    /** How many keys are below this one. */
    int countBelow(ByteSequence key) {
        int found = search(key);
        return found >= 0 ? found : -found - 1;
    }

    /** These and one more, which will stand at {@code index}. */
    Keys insert(int index, ByteSequence key) {
        if (ends.length == 0) {
            return of(key);
        }
        if (!startsWithPrefix(key)) {
            return withPrefix(key.commonPrefixLength(bytes, 0, prefixLength)).insert(index, key);
        }
        int length = key.length() - prefixLength;
        int start = start(index);
        byte[] moreBytes = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, moreBytes, 0, start);
        key.copyTo(prefixLength, moreBytes, start);
        System.arraycopy(bytes, start, moreBytes, start + length, bytes.length - start);
        int[] moreEnds = new int[ends.length + 1];
        System.arraycopy(ends, 0, moreEnds, 0, index);
        moreEnds[index] = start + length;
        for (int i = index; i < ends.length; i++) {
            moreEnds[i + 1] = ends[i] + length;
        }
        return new Keys(prefixLength, moreBytes, moreEnds);
    }

    /** These without the one at {@code index}. */
    Keys remove(int index) {
        boolean[] kept = new boolean[ends.length];
        Arrays.fill(kept, true);
        kept[index] = false;
        return keep(kept);
    }

    /** Those from {@code from} to before {@code to}. */
    Keys slice(int from, int to) {
        if (from == to) {
            return EMPTY;
        }
        int start = start(from);
        byte[] slicedBytes = new byte[prefixLength + ends[to - 1] - start];
        System.arraycopy(bytes, 0, slicedBytes, 0, prefixLength);
        System.arraycopy(bytes, start, slicedBytes, prefixLength, slicedBytes.length - prefixLength);
        int[] slicedEnds = new int[to - from];
        for (int i = from; i < to; i++) {
            slicedEnds[i - from] = ends[i] - start + prefixLength;
        }
        Keys sliced = new Keys(prefixLength, slicedBytes, slicedEnds);
        return sliced.withPrefix(sliced.longestPrefixLength());
    }

    /** These and then the others, which are all above these. */
    Keys concat(Keys others) {
        if (ends.length == 0 || others.ends.length == 0) {
            return ends.length == 0 ? others : this;
        }
        int mismatch = Arrays.mismatch(bytes, 0, prefixLength, others.bytes, 0, others.prefixLength);
        int common = mismatch < 0 ? prefixLength : mismatch;
        return withPrefix(common).concatEqualPrefix(others.withPrefix(common));
    }

    /** Those whose index is set in {@code kept}. */
    Keys keep(boolean[] kept) {
        byte[] keptBytes = Arrays.copyOf(bytes, bytes.length);
        int[] keptEnds = new int[ends.length];
        int count = 0;
        int end = prefixLength;
        for (int i = 0; i < ends.length; i++) {
            if (kept[i]) {
                int length = ends[i] - start(i);
                System.arraycopy(bytes, start(i), keptBytes, end, length);
                end += length;
                keptEnds[count++] = end;
            }
        }
        return count == 0
                ? EMPTY
                : new Keys(prefixLength, Arrays.copyOf(keptBytes, end), Arrays.copyOf(keptEnds, count));
    }

    /**
     * The shortest key that is above the one at {@code index - 1} and not above the one at {@code index}: what a branch
     * needs to tell the two apart.
     */
    ByteSequence separator(int index) {
        int common = Arrays.mismatch(bytes, start(index - 1), ends[index - 1], bytes, start(index), ends[index]);
        return firstBytes(index, common + 1);
    }

    private Keys concatEqualPrefix(Keys others) {
        int moreLength = others.bytes.length - prefixLength;
        byte[] allBytes = Arrays.copyOf(bytes, bytes.length + moreLength);
        System.arraycopy(others.bytes, prefixLength, allBytes, bytes.length, moreLength);
        int[] allEnds = Arrays.copyOf(ends, ends.length + others.ends.length);
        for (int i = 0; i < others.ends.length; i++) {
            allEnds[ends.length + i] = others.ends[i] + bytes.length - prefixLength;
        }
        return new Keys(prefixLength, allBytes, allEnds);
    }

    /** The same keys with more or fewer of their first bytes stored once; all of them begin with these. */
    private Keys withPrefix(int length) {
        int longer = length - prefixLength;
        if (longer == 0) {
            return this;
        }
        byte[] repacked = new byte[bytes.length - longer * (ends.length - 1)];
        int[] repackedEnds = new int[ends.length];
        firstBytes(0, length - prefixLength).copyTo(repacked, 0);
        int end = length;
        for (int i = 0; i < ends.length; i++) {
            int start = start(i);
            if (longer < 0) {
                System.arraycopy(bytes, length, repacked, end, -longer);
                end -= longer;
            } else {
                start += longer;
            }
            System.arraycopy(bytes, start, repacked, end, ends[i] - start);
            end += ends[i] - start;
            repackedEnds[i] = end;
        }
        return new Keys(length, repacked, repackedEnds);
    }

    /** How many first bytes all keys share: those that the first and the last share. */
    private int longestPrefixLength() {
        int last = ends.length - 1;
        int common = Arrays.mismatch(bytes, start(0), ends[0], bytes, start(last), ends[last]);
        return prefixLength + (common < 0 ? ends[0] - start(0) : common);
    }

    private boolean startsWithPrefix(ByteSequence key) {
        return key.commonPrefixLength(bytes, 0, prefixLength) == prefixLength;
    }

    /** The prefix and so many bytes of a key's suffix; negative for fewer than the prefix. */
    private ByteSequence firstBytes(int index, int suffixLength) {
        byte[] key = Arrays.copyOf(bytes, prefixLength + suffixLength);
        if (suffixLength > 0) {
            System.arraycopy(bytes, start(index), key, prefixLength, suffixLength);
        }
        return ByteSequence.wrap(key);
    }

    private int start(int index) {
        return index == 0 ? prefixLength : ends[index - 1];
    }
}
