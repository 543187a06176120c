package io.leasehold.statemachine;

import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;

/**
 * Reads what {@link ByteWriter} wrote. Whatever the bytes are, it ends, allocates no more than they could describe, and
 * throws nothing but {@link MalformedEntryException}.
 */
final class ByteReader {
    private static final int VARINT_BYTES_MAX = 10; // 64 bits, seven to a byte.

    private final ByteBuffer source;

    /** Reads what remains of the buffer, whose position is left as it is. */
    ByteReader(ByteBuffer source) {
        this.source = source.slice();
    }

    int remaining() {
        return source.remaining();
    }

    int position() {
        return source.position();
    }

    int readByte() {
        need(1);
        return source.get() & 0xff;
    }

    int readFixedInt() {
        need(Integer.BYTES);
        return source.getInt();
    }

    long readFixedLong() {
        need(Long.BYTES);
        return source.getLong();
    }

    long readVarint() {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            int next = readByte();
            value |= (long) (next & 0x7f) << (7 * i);
            if (next <= 0x7f) {
                return value;
            }
        }
        throw malformed("a number does not end");
    }

    long readSigned() {
        long value = readVarint();
        return (value >>> 1) ^ -(value & 1);
    }

    ByteSequence readBytes() {
        int length = readLength(1);
        byte[] bytes = new byte[length];
        source.get(bytes);
        return ByteSequence.wrap(bytes);
    }

    /** A number of things that take at least {@code bytesEach}: not more than the rest of the bytes can hold. */
    int readLength(int bytesEach) {
        long length = readVarint();
        if (length < 0 || length > remaining() / bytesEach) {
            throw malformed("a length of " + length + " with " + remaining() + " bytes left");
        }
        return (int) length;
    }

    /** The constant with that number, as one byte. */
    <E extends Enum<E>> E readEnum(E[] constants) {
        int ordinal = readByte();
        if (ordinal >= constants.length) {
            throw malformed("no constant " + ordinal + " among " + constants.length);
        }
        return constants[ordinal];
    }

    MalformedEntryException malformed(String what) {
        return new MalformedEntryException("malformed log entry at byte " + position() + ": " + what);
    }

    private void need(int bytes) {
        if (source.remaining() < bytes) {
            throw malformed("it ends early");
        }
    }
}
