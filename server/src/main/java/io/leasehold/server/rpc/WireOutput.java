package io.leasehold.server.rpc;

import com.google.protobuf.CodedOutputStream;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.server.watch.EncodedEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes protobuf fields through a small buffer. As in proto3, fields of value 0 are left out, both here and in the
 * length methods. Used by one thread; an IOException of the stream comes out as UncheckedIOException.
 */
final class WireOutput {
    /** One buffer for whole small messages; what is larger passes through it in pieces, or around it. */
    private static final int BUFFER_BYTES_MAX = 8 * 1024;
    /** A tag below field 16 and a varint of 64 bits. */
    private static final int SMALL_FIELD_BYTES_MAX = 11;

    private static final int WIRE_VARINT = 0;
    private static final int WIRE_BYTES = 2;

    private final OutputStream out;
    private final ByteBuffer buffer;

    /** For a message of that encoded length. */
    WireOutput(OutputStream out, int encodedLength) {
        this.out = out;
        this.buffer = ByteBuffer.allocate(Math.min(BUFFER_BYTES_MAX, encodedLength));
    }

    /** Length of a varint field, 1 ≤ field ≤ 15. */
    static int lengthOf(long value) {
        return value == 0 ? 0 : 1 + CodedOutputStream.computeUInt64SizeNoTag(value);
    }

    /** Length of a bool field. */
    static int lengthOf(boolean value) {
        return value ? 2 : 0;
    }

    /** Length of a nested message of that length, also an empty one. */
    static int nestedLength(int length) {
        return 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }

    /** Length of a nested message. */
    static int lengthOf(WireMessage nested) {
        return nestedLength(nested.encodedLength());
    }

    /** Length of a string field. */
    static int lengthOf(String text) {
        return text.isEmpty() ? 0 : nestedLength(text.getBytes(StandardCharsets.UTF_8).length);
    }

    /** A varint field: int64, uint64, enum. */
    void varint(int field, long value) {
        if (value != 0) {
            tag(field, WIRE_VARINT);
            putVarint(value);
        }
    }

    /** A bool field. */
    void bool(int field, boolean value) {
        varint(field, value ? 1 : 0);
    }

    /** A string field. */
    void string(int field, String text) {
        if (!text.isEmpty()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            nested(field, bytes.length);
            raw(bytes);
        }
    }

    /** A nested message, also an empty one. */
    void message(int field, WireMessage nested) {
        nested(field, nested.encodedLength());
        nested.writeTo(this);
    }

    /** A nested {@code mvccpb.KeyValue}, with its value or without. */
    void record(int field, KeyValueRecord record, boolean withoutValue) {
        int length = withoutValue ? record.encodedLengthWithoutValue() : record.encodedLength();
        nested(field, length);
        if (length <= buffer.remaining()) {
            if (withoutValue) {
                record.writeWithoutValueTo(buffer);
            } else {
                record.writeTo(buffer);
            }
            return;
        }
        flush();
        try {
            if (withoutValue) {
                record.writeWithoutValueTo(out);
            } else {
                record.writeTo(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a record of " + length + " bytes", e);
        }
    }

    /** One of the events of a {@code WatchResponse}, tag and all. */
    void event(EncodedEvent event, boolean prevKv) {
        int length = event.length(prevKv);
        if (length > buffer.remaining()) {
            flush();
        }
        if (length <= buffer.remaining()) {
            event.writeTo(buffer, prevKv);
            return;
        }
        ByteBuffer large = ByteBuffer.allocate(length);
        event.writeTo(large, prevKv);
        write(large.array(), length);
    }

    private void raw(byte[] encoded) {
        if (encoded.length <= buffer.remaining()) {
            buffer.put(encoded);
            return;
        }
        flush();
        write(encoded, encoded.length);
    }

    /** Hands everything to the stream. */
    void flush() {
        write(buffer.array(), buffer.position());
        buffer.clear();
    }

    private void nested(int field, int length) {
        tag(field, WIRE_BYTES);
        putVarint(length);
    }

    private void tag(int field, int wireType) {
        // The buffer of a small message is exactly as long as the message and never needs this flush.
        if (buffer.remaining() < SMALL_FIELD_BYTES_MAX && buffer.capacity() == BUFFER_BYTES_MAX) {
            flush();
        }
        buffer.put((byte) ((field << 3) | wireType));
    }

    private void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    private void write(byte[] bytes, int length) {
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + length + " bytes of a message", e);
        }
    }
}
