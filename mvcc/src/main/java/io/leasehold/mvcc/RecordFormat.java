package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of one record in a segment file. All numbers are big-endian. Pure functions.
 *
 * <pre>
 *   offset  bytes
 *        0      4  length: bytes that follow the checksum
 *        4      4  CRC-32C of the bytes that follow
 *        8      8  main revision
 *       16      4  sub revision
 *       20      1  flags: bit 0 = tombstone
 *       21      …  body: mvccpb.KeyValue in wire form, fields in order, zero ones left out
 * </pre>
 */
final class RecordFormat {
    /** Bytes before the body. */
    static final int HEADER_BYTES = 21;

    /** Bytes of length and checksum, which the checksum does not cover. */
    static final int PREFIX_BYTES = 8;

    /** The most bytes a record can have: what one array holds, with room for its segment's header. */
    static final int RECORD_LENGTH_MAX_BYTES = Integer.MAX_VALUE - 1024;

    private static final int CHECKSUM_OFFSET = 4;
    private static final int MAIN_OFFSET = 8;
    private static final int SUB_OFFSET = 16;
    private static final int FLAGS_OFFSET = 20;
    private static final int TOMBSTONE_FLAG = 1;

    private RecordFormat() {}

    /** Bytes of the record of a put. */
    static long putLength(ByteSequence key, long create, long main, long version, ByteSequence value, long leaseId) {
        long length = HEADER_BYTES
                + bytesLength(key)
                + (1L + WireFormat.varintLength(create))
                + (1L + WireFormat.varintLength(main))
                + (1L + WireFormat.varintLength(version));
        if (!value.isEmpty()) {
            length += bytesLength(value);
        }
        return leaseId == 0 ? length : length + 1 + WireFormat.varintLength(leaseId);
    }

    /** Bytes of the record of a deletion. */
    static long tombstoneLength(ByteSequence key, long main) {
        return HEADER_BYTES + bytesLength(key) + 1 + WireFormat.varintLength(main);
    }

    /** Appends the record of a put at the buffer's position; the buffer has an array and room. */
    static void putRecord(
            ByteBuffer target,
            ByteSequence key,
            long create,
            long main,
            int sub,
            long version,
            ByteSequence value,
            long leaseId) {
        int start = beginRecord(target, main, sub, 0);
        putBytes(target, WireFormat.KEY_TAG, key);
        putNumber(target, WireFormat.CREATE_REVISION_TAG, create);
        putNumber(target, WireFormat.MOD_REVISION_TAG, main);
        putNumber(target, WireFormat.VERSION_TAG, version);
        if (!value.isEmpty()) {
            putBytes(target, WireFormat.VALUE_TAG, value);
        }
        if (leaseId != 0) {
            putNumber(target, WireFormat.LEASE_TAG, leaseId);
        }
        finishRecord(target, start);
    }

    /** Appends the record of a deletion at the buffer's position; the buffer has an array and room. */
    static void putTombstone(ByteBuffer target, ByteSequence key, long main, int sub) {
        int start = beginRecord(target, main, sub, TOMBSTONE_FLAG);
        putBytes(target, WireFormat.KEY_TAG, key);
        putNumber(target, WireFormat.MOD_REVISION_TAG, main);
        finishRecord(target, start);
    }

    static int bodyLength(ByteBuffer bytes, int record) {
        return recordLength(bytes, record) - HEADER_BYTES;
    }

    static int recordLength(ByteBuffer bytes, int record) {
        return PREFIX_BYTES + bytes.getInt(record);
    }

    static long mainRevision(ByteBuffer bytes, int record) {
        return bytes.getLong(record + MAIN_OFFSET);
    }

    static int subRevision(ByteBuffer bytes, int record) {
        return bytes.getInt(record + SUB_OFFSET);
    }

    static boolean isTombstone(ByteBuffer bytes, int record) {
        return (bytes.get(record + FLAGS_OFFSET) & TOMBSTONE_FLAG) != 0;
    }

    /** The bytes the checksum covers. */
    static ByteBuffer checkedBytes(ByteBuffer bytes, int record) {
        return bytes.slice(record + PREFIX_BYTES, bytes.getInt(record));
    }

    /**
     * Whether a whole, unharmed record starts at {@code record} and ends at or before {@code limit}.
     */
    static boolean isSound(ByteBuffer bytes, int record, int limit) {
        if (limit - record < HEADER_BYTES) {
            return false;
        }
        int length = bytes.getInt(record);
        if (length < HEADER_BYTES - PREFIX_BYTES || length > limit - record - PREFIX_BYTES) {
            return false;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(checkedBytes(bytes, record));
        return (int) checksum.getValue() == bytes.getInt(record + CHECKSUM_OFFSET);
    }

    private static int beginRecord(ByteBuffer target, long main, int sub, int flags) {
        int start = target.position();
        target.position(start + PREFIX_BYTES);
        target.putLong(main).putInt(sub).put((byte) flags);
        return start;
    }

    private static void finishRecord(ByteBuffer target, int start) {
        int length = target.position() - start - PREFIX_BYTES;
        CRC32C checksum = new CRC32C();
        checksum.update(target.array(), target.arrayOffset() + start + PREFIX_BYTES, length);
        target.putInt(start, length);
        target.putInt(start + CHECKSUM_OFFSET, (int) checksum.getValue());
    }

    private static void putBytes(ByteBuffer target, int tag, ByteSequence content) {
        target.put((byte) tag);
        WireFormat.putVarint(target, content.length());
        content.putInto(target);
    }

    private static void putNumber(ByteBuffer target, int tag, long value) {
        target.put((byte) tag);
        WireFormat.putVarint(target, value);
    }

    private static long bytesLength(ByteSequence content) {
        return 1L + WireFormat.varintLength(content.length()) + content.length();
    }
}
