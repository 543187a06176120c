package io.leasehold.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable sequence of bytes: every key and every value. Ordered as etcd orders keys, byte by byte, unsigned.
 *
 * <p>Safe to share between threads. Length 0 is legal here; where etcd forbids it (keys) the caller checks.
 */
public final class ByteSequence implements Comparable<ByteSequence> {
    /** The sequence of no bytes. */
    public static final ByteSequence EMPTY = new ByteSequence(new byte[0]);

    private final byte[] bytes;

    private ByteSequence(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes the array as it is; the caller must never change it again. */
    public static ByteSequence wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new ByteSequence(bytes);
    }

    /** Copies the array. */
    public static ByteSequence copyOf(byte[] bytes) {
        return wrap(bytes.clone());
    }

    /** Copies {@code length} bytes from {@code offset}; throws IndexOutOfBoundsException outside the array. */
    public static ByteSequence copyOf(byte[] bytes, int offset, int length) {
        return wrap(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** Copies what remains of the buffer and leaves its position as it was. */
    public static ByteSequence copyOf(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return wrap(copy);
    }

    /** The text in UTF-8. */
    public static ByteSequence utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** Whether there are no bytes. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The byte at {@code index}, 0 ≤ index &lt; length. */
    public byte byteAt(int index) {
        return bytes[index];
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** A read-only view of the bytes; no copy. */
    public ByteBuffer asReadOnlyBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Copies all bytes into {@code target} from {@code offset}. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    /** Copies the bytes from {@code index} on into {@code target} from {@code offset}. */
    public void copyTo(int index, byte[] target, int offset) {
        System.arraycopy(bytes, index, target, offset, bytes.length - index);
    }

    /** Puts all bytes into the buffer at its position. */
    public void putInto(ByteBuffer target) {
        target.put(bytes);
    }

    /** Writes all bytes to the stream. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }

    /** Whether the first bytes are those of {@code prefix}. */
    public boolean startsWith(ByteSequence prefix) {
        int length = prefix.bytes.length;
        return bytes.length >= length && Arrays.equals(bytes, 0, length, prefix.bytes, 0, length);
    }

    /** These bytes and then {@code other}'s. */
    public ByteSequence concat(ByteSequence other) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + other.bytes.length);
        System.arraycopy(other.bytes, 0, joined, bytes.length, other.bytes.length);
        return wrap(joined);
    }

    /** The bytes read as UTF-8; malformed input becomes the replacement character. */
    public String toUtf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Compares the bytes from {@code index} on with those of {@code array} from {@code from} to before {@code to}, in the
     * same order.
     */
    public int compareTail(int index, byte[] array, int from, int to) {
        return Arrays.compareUnsigned(bytes, index, bytes.length, array, from, to);
    }

    /** How many first bytes are those of {@code array} from {@code from} to before {@code to}. */
    public int commonPrefixLength(byte[] array, int from, int to) {
        int mismatch = Arrays.mismatch(bytes, 0, bytes.length, array, from, to);
        return mismatch < 0 ? bytes.length : mismatch;
    }

    /** Where another sequence differs from the first {@code length} bytes of this one; -1 if it is just these bytes. */
    int mismatch(int length, ByteSequence other) {
        return Arrays.mismatch(bytes, 0, length, other.bytes, 0, other.bytes.length);
    }

    @Override
    public int compareTo(ByteSequence other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof ByteSequence that && Arrays.equals(bytes, that.bytes));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Printable form for logs: UTF-8 where the bytes are printable, {@code \xNN} elsewhere. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (b >= 0x20 && b < 0x7f && b != '\\') {
                text.append((char) b);
            } else {
                text.append("\\x")
                        .append(Character.forDigit((b >> 4) & 0xf, 16))
                        .append(Character.forDigit(b & 0xf, 16));
            }
        }
        return text.toString();
    }
}
