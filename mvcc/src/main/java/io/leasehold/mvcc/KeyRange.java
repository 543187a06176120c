package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys a request names, in etcd's own form: one key, the keys from {@code key} up to but without {@code end}, or all
 * keys from {@code key} on. Immutable.
 *
 * @param key the single key, or the first key of the range
 * @param end etcd's range_end: no bytes for a single key, one zero byte for an open end, else the first key behind the
 *     range; at or below {@code key} the range is empty, which is no error
 */
public record KeyRange(ByteSequence key, ByteSequence end) {
    private static final ByteSequence ZERO = ByteSequence.wrap(new byte[] {0});

    /** Every key there can be. */
    public static final KeyRange ALL = new KeyRange(ZERO, ZERO);

    /** Refuses null. */
    public KeyRange {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(end, "end");
    }

    /** The range of this one key. */
    public static KeyRange single(ByteSequence key) {
        return new KeyRange(key, ByteSequence.EMPTY);
    }

    /** The range of a request's key and range_end as they came. */
    public static KeyRange of(ByteSequence key, ByteSequence rangeEnd) {
        return new KeyRange(key, rangeEnd);
    }

    /** Whether this is one key and not an interval. */
    public boolean isSingle() {
        return end.isEmpty();
    }

    /** Whether the range goes on to the last key. */
    public boolean isOpenEnded() {
        return end.length() == 1 && end.byteAt(0) == 0;
    }

    /** Whether no key can lie in the range. */
    public boolean isEmpty() {
        return !isSingle() && !isOpenEnded() && end.compareTo(key) <= 0;
    }

    /** Whether the range holds this key. */
    public boolean contains(ByteSequence candidate) {
        if (isSingle()) {
            return key.equals(candidate);
        }
        return key.compareTo(candidate) <= 0 && (isOpenEnded() || candidate.compareTo(end) < 0);
    }

    /** Whether some key can lie in both ranges. */
    public boolean overlaps(KeyRange other) {
        if (isEmpty() || other.isEmpty()) {
            return false;
        }
        return startsBelowEndOf(other) && other.startsBelowEndOf(this);
    }

    /** The first key behind an interval, null for an open end. Only for intervals. */
    @Nullable
    ByteSequence exclusiveEnd() {
        if (isSingle()) {
            throw new IllegalStateException("a single key has no interval end: " + key);
        }
        return isOpenEnded() ? null : end;
    }

    private boolean startsBelowEndOf(KeyRange other) {
        if (other.isOpenEnded()) {
            return true;
        }
        return other.isSingle() ? key.compareTo(other.key) <= 0 : key.compareTo(other.end) < 0;
    }
}
