package io.leasehold.mvcc;

import java.nio.ByteBuffer;

/** The part of protobuf's wire form that {@code mvccpb.KeyValue} needs, on plain buffers. Pure functions. */
final class WireFormat {
    /** Field 1, bytes. A tag is the field's number times 8 plus the wire type: 0 varint, 2 length and bytes. */
    static final int KEY_TAG = 0x0a;

    /** Field 2, varint. */
    static final int CREATE_REVISION_TAG = 0x10;

    /** Field 3, varint. */
    static final int MOD_REVISION_TAG = 0x18;

    /** Field 4, varint. */
    static final int VERSION_TAG = 0x20;

    /** Field 5, bytes. */
    static final int VALUE_TAG = 0x2a;

    /** Field 6, varint. */
    static final int LEASE_TAG = 0x30;

    private static final int WIRE_TYPE_MASK = 7;
    private static final int WIRE_TYPE_BYTES = 2;

    private WireFormat() {}

    /** The number of bytes {@link #putVarint} writes: 1 to 10, 10 for all negative numbers. */
    static int varintLength(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return (bits + 6) / 7;
    }

    /** Writes the varint at the buffer's position. */
    static void putVarint(ByteBuffer target, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    /** Reads the varint at {@code offset}. */
    static long varint(ByteBuffer source, int offset) {
        int at = offset;
        byte next = source.get(at++);
        long value = next & 0x7f;
        for (int shift = 7; next < 0 && shift < Long.SIZE; shift += 7) {
            next = source.get(at++);
            value |= (next & 0x7fL) << shift;
        }
        return value;
    }

    /**
     * Looks for a field of a KeyValue whose fields are in ascending order, as the store writes them.
     *
     * @return the offset behind the field's tag, or -1
     */
    static int find(ByteBuffer source, int from, int to, int tag) {
        int at = from;
        while (at < to) {
            int seen = source.get(at);
            if (seen == tag) {
                return at + 1;
            }
            if (seen > tag) {
                return -1;
            }
            at = behindField(source, at + 1, seen);
        }
        return -1;
    }

    private static int behindField(ByteBuffer source, int offset, int tag) {
        int at = offset;
        if ((tag & WIRE_TYPE_MASK) == WIRE_TYPE_BYTES) {
            int length = (int) varint(source, at);
            return at + varintLength(length) + length;
        }
        while (source.get(at++) < 0) {}
        return at;
    }
}
