package io.leasehold.client.kv;

import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;

/**
 * Keys to read, delete, watch or compare, as the wire says it.
 *
 * @param key the first key
 * @param end exclusive end; empty for the single key, one zero byte for "every key from {@code key} on"
 */
public record KeyRange(ByteSequence key, ByteSequence end) {
    private static final ByteSequence ZERO = ByteSequence.wrap(new byte[] {0});

    /** Every key there is. */
    public static final KeyRange ALL = new KeyRange(ZERO, ZERO);

    /** One key; not empty. */
    public static KeyRange single(ByteSequence key) {
        return new KeyRange(key, ByteSequence.EMPTY);
    }

    /** Every key that begins with {@code prefix}; all keys for the empty prefix. */
    public static KeyRange prefix(ByteSequence prefix) {
        return prefix.isEmpty() ? ALL : new KeyRange(prefix, prefixEnd(prefix));
    }

    /** From {@code key} to before {@code end}, which must not be empty. */
    public static KeyRange between(ByteSequence key, ByteSequence end) {
        if (end.isEmpty()) {
            throw new IllegalArgumentException("the end of a range is not empty");
        }
        return new KeyRange(key, end);
    }

    /** Every key from {@code key} on; an empty one means all keys. */
    public static KeyRange from(ByteSequence key) {
        return key.isEmpty() ? ALL : new KeyRange(key, ZERO);
    }

    /** Whether it is a single key. */
    public boolean isSingle() {
        return end.isEmpty();
    }

    /** Whether it has no upper end. */
    public boolean isOpenEnded() {
        return end.equals(ZERO);
    }

    /** Whether the key lies in the range. */
    public boolean contains(ByteSequence other) {
        if (isSingle()) {
            return key.equals(other);
        }
        return key.compareTo(other) <= 0 && (isOpenEnded() || other.compareTo(end) < 0);
    }

    /** The range for people: {@code "a"}, {@code "a" to "b"}, {@code from "a" on} or {@code all keys}. */
    @Override
    public String toString() {
        if (isSingle()) {
            return '"' + key.toString() + '"';
        }
        if (isOpenEnded()) {
            return equals(ALL) ? "all keys" : "from \"" + key + "\" on";
        }
        return '"' + key.toString() + "\" to \"" + end + '"';
    }

    /** The smallest key behind all that begin with {@code prefix}; one zero byte (no end) when there is none. */
    public static ByteSequence prefixEnd(ByteSequence prefix) {
        byte[] bytes = prefix.toByteArray();
        for (int last = bytes.length - 1; last >= 0; last--) {
            if (bytes[last] != (byte) 0xff) {
                bytes[last]++;
                return ByteSequence.wrap(Arrays.copyOf(bytes, last + 1));
            }
        }
        return ZERO;
    }
}
