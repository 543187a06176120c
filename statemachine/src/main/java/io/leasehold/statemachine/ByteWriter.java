package io.leasehold.statemachine;

import io.leasehold.protocol.ByteSequence;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes numbers and bytes one after the other into an array of just the right length, and says beforehand how long
 * each will be. Fixed-width numbers are big-endian; varints are base 128, low group first; signed ones are zigzagged.
 */
final class ByteWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] target;
    private int position;

    ByteWriter(int length) {
        target = new byte[length];
    }

    /** The array, which must be full: anything else means that the lengths were foretold wrongly. */
    byte[] full() {
        if (position != target.length) {
            throw new IllegalStateException("foretold " + target.length + " bytes, wrote " + position);
        }
        return target;
    }

    void writeByte(int value) {
        target[position++] = (byte) value;
    }

    /** Stored enums are told by the order of their constants, which is only ever added to. */
    void writeEnum(Enum<?> constant) {
        writeByte(storedNumber(constant));
    }

    @SuppressWarnings("EnumOrdinal") // The one place that turns stored enums into numbers.
    static int storedNumber(Enum<?> constant) {
        return constant.ordinal();
    }

    void writeFixedInt(int value) {
        INT.set(target, position, value);
        position += Integer.BYTES;
    }

    void writeFixedLong(long value) {
        LONG.set(target, position, value);
        position += Long.BYTES;
    }

    void writeVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[position++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        target[position++] = (byte) rest;
    }

    void writeSigned(long value) {
        writeVarint(zigzag(value));
    }

    void writeBytes(ByteSequence bytes) {
        writeVarint(bytes.length());
        bytes.copyTo(target, position);
        position += bytes.length();
    }

    static int varintLength(long value) {
        // Seven bits to a byte; zero takes one byte as well.
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    static int signedLength(long value) {
        return varintLength(zigzag(value));
    }

    static int bytesLength(ByteSequence bytes) {
        return varintLength(bytes.length()) + bytes.length();
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }
}
