package io.leasehold.client.internal.rpc;

import com.google.protobuf.ByteString;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.protocol.ByteSequence;

/**
 * A prefix that every key of a client has on the server and that its user does not see. Ranges stay inside: an end of
 * "no end" becomes the end of the prefix.
 */
public record Namespace(ByteSequence prefix) {
    /** Keys as they are. */
    public static final Namespace NONE = new Namespace(ByteSequence.EMPTY);

    /** A namespace inside this one. */
    public Namespace inside(ByteSequence inner) {
        return new Namespace(prefix.concat(inner));
    }

    /** The key as the server knows it. */
    public ByteSequence outer(ByteSequence key) {
        return prefix.isEmpty() ? key : prefix.concat(key);
    }

    /** The range as the server knows it. */
    public KeyRange outer(KeyRange range) {
        if (prefix.isEmpty()) {
            return range;
        }
        if (range.isSingle()) {
            return KeyRange.single(outer(range.key()));
        }
        // All keys are written as beginning at the zero byte; within a prefix the empty rest is a key like any other.
        ByteSequence from = range.equals(KeyRange.ALL) ? prefix : outer(range.key());
        return new KeyRange(from, range.isOpenEnded() ? KeyRange.prefixEnd(prefix) : outer(range.end()));
    }

    /** The key as the user knows it. */
    public ByteSequence inner(ByteString key) {
        return Wire.sequence(prefix.isEmpty() ? key : key.substring(prefix.length()));
    }
}
