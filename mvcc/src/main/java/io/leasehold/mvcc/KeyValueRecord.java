package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One record of the store: a key as one revision left it. A read-only view of the record's bytes, whose body is the wire
 * form of {@code mvccpb.KeyValue}, so that an answer is copied and not built.
 *
 * <p>Immutable; any thread may use it, for as long as it likes: it keeps the bytes it shows alive.
 */
public final class KeyValueRecord {
    private final ByteBuffer bytes;
    private final int bodyOffset;
    private final int bodyLength;

    /** Filled on first use. A race fills it twice with equal keys, which are immutable. */
    private @Nullable ByteSequence key;

    /** The record that starts at {@code offset} of the buffer; only absolute reads are made of it. */
    KeyValueRecord(ByteBuffer bytes, int offset, @Nullable ByteSequence key) {
        this.bytes = bytes;
        this.bodyOffset = offset + RecordFormat.HEADER_BYTES;
        this.bodyLength = RecordFormat.bodyLength(bytes, offset);
        this.key = key;
    }

    /** The key; never empty. */
    public ByteSequence key() {
        ByteSequence known = key;
        if (known == null) {
            int at = bodyOffset + 1;
            int length = (int) WireFormat.varint(bytes, at);
            known = copy(at + WireFormat.varintLength(length), length);
            key = known;
        }
        return known;
    }

    /** The revision in which the key's present generation began; 0 in a tombstone. */
    public long createRevision() {
        return number(WireFormat.CREATE_REVISION_TAG);
    }

    /** The revision that wrote this record. */
    public long modRevision() {
        return RecordFormat.mainRevision(bytes, recordOffset());
    }

    /** The place of this change among those of its revision, from 0. */
    public int subRevision() {
        return RecordFormat.subRevision(bytes, recordOffset());
    }

    /** How many puts the key has had in its present generation; 0 in a tombstone. */
    public long version() {
        return number(WireFormat.VERSION_TAG);
    }

    /** The value, which may be empty; empty in a tombstone. Copied at each call. */
    public ByteSequence value() {
        int at = find(WireFormat.VALUE_TAG);
        if (at < 0) {
            return ByteSequence.EMPTY;
        }
        int length = (int) WireFormat.varint(bytes, at);
        return copy(at + WireFormat.varintLength(length), length);
    }

    /** The number of bytes of the value. */
    public int valueLength() {
        int at = find(WireFormat.VALUE_TAG);
        return at < 0 ? 0 : (int) WireFormat.varint(bytes, at);
    }

    /** The lease given with the put; 0 for none. */
    public long leaseId() {
        return number(WireFormat.LEASE_TAG);
    }

    /** Whether this record says that the key was deleted; it then holds the key and the revision only. */
    public boolean isTombstone() {
        return RecordFormat.isTombstone(bytes, recordOffset());
    }

    /** Bytes of the wire form of {@code mvccpb.KeyValue}, as the write methods write them. */
    public int encodedLength() {
        return bodyLength;
    }

    /** Writes the wire form of {@code mvccpb.KeyValue}. */
    public void writeTo(OutputStream out) throws IOException {
        write(out, bodyOffset, bodyLength);
    }

    /** Puts the wire form at the buffer's position; BufferOverflowException or IndexOutOfBoundsException without room. */
    public void writeTo(ByteBuffer target) {
        put(target, bodyOffset, bodyLength);
    }

    /** Bytes of the wire form without the value field. */
    public int encodedLengthWithoutValue() {
        return bodyLength - valueFieldLength();
    }

    /** As {@link #writeTo(OutputStream)}, without the value field. */
    public void writeWithoutValueTo(OutputStream out) throws IOException {
        int valueFieldLength = valueFieldLength();
        if (valueFieldLength == 0) {
            writeTo(out);
            return;
        }
        int valueField = find(WireFormat.VALUE_TAG) - 1;
        int behind = valueField + valueFieldLength;
        write(out, bodyOffset, valueField - bodyOffset);
        write(out, behind, bodyOffset + bodyLength - behind);
    }

    /** As {@link #writeTo(ByteBuffer)}, without the value field. */
    public void writeWithoutValueTo(ByteBuffer target) {
        int valueFieldLength = valueFieldLength();
        if (valueFieldLength == 0) {
            writeTo(target);
            return;
        }
        int valueField = find(WireFormat.VALUE_TAG) - 1;
        int behind = valueField + valueFieldLength;
        put(target, bodyOffset, valueField - bodyOffset);
        put(target, behind, bodyOffset + bodyLength - behind);
    }

    /** Compares the value with these bytes, unsigned, without copying it: negative, zero or positive. */
    public int compareValue(ByteSequence other) {
        int at = find(WireFormat.VALUE_TAG);
        int length = at < 0 ? 0 : (int) WireFormat.varint(bytes, at);
        int start = at + WireFormat.varintLength(length);
        int common = Math.min(length, other.length());
        for (int i = 0; i < common; i++) {
            int difference = Byte.compareUnsigned(bytes.get(start + i), other.byteAt(i));
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(length, other.length());
    }

    /** Bytes the whole record takes in its segment. */
    int recordLength() {
        return RecordFormat.HEADER_BYTES + bodyLength;
    }

    /** What of the record goes into a hash of the store: revision, flags and body. */
    ByteBuffer checkedBytes() {
        return RecordFormat.checkedBytes(bytes, recordOffset());
    }

    /** For messages; the value is left out. */
    @Override
    public String toString() {
        return key() + "@" + modRevision() + "." + subRevision() + (isTombstone() ? " deleted" : "");
    }

    /** This record; its key, which the caller knows, need not be copied out of it. */
    KeyValueRecord withKey(ByteSequence knownKey) {
        key = knownKey;
        return this;
    }

    private int recordOffset() {
        return bodyOffset - RecordFormat.HEADER_BYTES;
    }

    private int valueFieldLength() {
        int at = find(WireFormat.VALUE_TAG);
        if (at < 0) {
            return 0;
        }
        int length = (int) WireFormat.varint(bytes, at);
        return 1 + WireFormat.varintLength(length) + length;
    }

    private long number(int tag) {
        int at = find(tag);
        return at < 0 ? 0 : WireFormat.varint(bytes, at);
    }

    /** Where the field's content begins (behind its tag), or -1 when the field is not there. */
    private int find(int tag) {
        return WireFormat.find(bytes, bodyOffset, bodyOffset + bodyLength, tag);
    }

    private ByteSequence copy(int offset, int length) {
        byte[] copy = new byte[length];
        bytes.get(offset, copy);
        return ByteSequence.wrap(copy);
    }

    private void put(ByteBuffer target, int offset, int length) {
        target.put(target.position(), bytes, offset, length);
        target.position(target.position() + length);
    }

    private void write(OutputStream out, int offset, int length) throws IOException {
        if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + offset, length);
            return;
        }
        byte[] copy = new byte[length];
        bytes.get(offset, copy);
        out.write(copy);
    }
}
