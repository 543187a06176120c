package io.leasehold.raft.ratis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads one segment file of the Raft log by its format and tells how it ends. Ratis itself refuses a half-written last
 * record, which a kill leaves behind, and in its lenient mode drops whatever follows a flipped bit; both are told apart
 * here.
 *
 * <pre>
 *   "RaftLog1"  then records  then zeros
 *   record:     length (varint)  entry (protobuf: 1 = term, 2 = index, ...)  CRC-32C of both (4 bytes, big-endian)
 * </pre>
 *
 * <p>Space is set aside as zeros before it is written, front to back. So what a kill leaves of a record is a front part and
 * zeros behind it. A power failure may lose any sector of what was not yet forced. Anything else is damage: the bytes were
 * right once, and cutting them off might lose what was acknowledged.
 */
final class SegmentScan {

    /** How the file ends. */
    enum Ending {
        /** With a whole record, and zeros at most behind it. */
        CLEAN,
        /** With a record that was never written to its end, so never acknowledged. */
        TORN,
        /** Wrong in a way that no interrupted write explains. */
        DAMAGED
    }

    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM_BYTES = 4;
    /** A length is at most 32 bits, seven in a byte. */
    private static final int VARINT_BYTES_MAX = 5;

    private static final int TERM_TAG = 1 << 3;
    private static final int INDEX_TAG = 2 << 3;
    /** The unit in which disks write. */
    private static final int SECTOR_BYTES = 512;

    private static final long NO_RECORD = -1;

    private final byte[] file;
    private final int dataEnd;
    private long nextIndex;
    private int position = HEADER.length;
    private Ending ending = Ending.CLEAN;
    private String problem = "";

    private SegmentScan(byte[] file, long firstIndex) {
        this.file = file;
        this.nextIndex = firstIndex;
        int end = file.length;
        while (end > 0 && file[end - 1] == 0) {
            end--;
        }
        this.dataEnd = end;
    }

    /**
     * Scans a file.
     *
     * @param file all its bytes
     * @param firstIndex the Ratis index of its first entry, from its name
     */
    static SegmentScan of(byte[] file, long firstIndex) {
        SegmentScan scan = new SegmentScan(file, firstIndex);
        scan.run();
        return scan;
    }

    /** What a file begins with. */
    static byte[] header() {
        return HEADER.clone();
    }

    Ending ending() {
        return ending;
    }

    /** Ratis index behind the last whole record. */
    long nextIndex() {
        return nextIndex;
    }

    /** Where the last whole record ends, in bytes; a torn or damaged one begins there. */
    long validBytes() {
        return position;
    }

    /** What is wrong, for people; empty unless damaged. */
    String problem() {
        return problem;
    }

    private void run() {
        if (!hasHeader()) {
            return;
        }
        while (position < file.length && file[position] != 0) {
            long index = indexAt(position);
            if (index == NO_RECORD) {
                judgeBroken();
                return;
            }
            if (index != nextIndex) {
                damaged("entry " + index + " stands where entry " + nextIndex + " is expected");
                return;
            }
            position += recordBytes(position);
            nextIndex++;
        }
        if (dataEnd > position) {
            damaged("bytes that are no record follow the end");
        }
    }

    /** A file that was made but never written begins with a part of the header, or with zeros. */
    private boolean hasHeader() {
        int present = Math.min(dataEnd, HEADER.length);
        if (!Arrays.equals(file, 0, present, HEADER, 0, present)) {
            position = 0;
            damaged("the header is wrong");
        } else if (present < HEADER.length) {
            position = 0;
        }
        return present == HEADER.length && ending == Ending.CLEAN;
    }

    private void judgeBroken() {
        for (int later = position + 1; later < dataEnd; later++) {
            if (indexAt(later) >= nextIndex) {
                damaged("the record is broken, and whole ones follow");
                return;
            }
        }
        if (isWholeButForItsLength()) {
            damaged("the length of the last record is wrong");
            return;
        }
        int length = recordBytes(position);
        long recordEnd = length == 0 ? position + VARINT_BYTES_MAX : (long) position + length;
        if (dataEnd > recordEnd) {
            damaged("the record is broken, and bytes follow that are no record");
        } else if (isFrontPart(length, recordEnd) || hasLostSector()) {
            ending = Ending.TORN;
        } else {
            damaged("the last record is complete, but its checksum is wrong");
        }
    }

    /** Whether the bytes of the broken record are the front of a good one. */
    private boolean isFrontPart(int length, long recordEnd) {
        if (length == 0) {
            return true;
        }
        long checksumStart = recordEnd - CHECKSUM_BYTES;
        if (dataEnd <= checksumStart) {
            return true;
        }
        if (dataEnd == recordEnd) {
            return false;
        }
        byte[] expected = ByteBuffer.allocate(CHECKSUM_BYTES)
                .putInt(checksum(position, length - CHECKSUM_BYTES))
                .array();
        int written = (int) (dataEnd - checksumStart);
        return Arrays.equals(file, (int) checksumStart, dataEnd, expected, 0, written);
    }

    /**
     * Whether the record that ends with the data would be good if its length said so. An interrupted write never leaves
     * that; without this check a bit flipped in the length of the last record would look like one.
     */
    private boolean isWholeButForItsLength() {
        // The checksum may end in zeros, which cannot be told from what follows it.
        int endMax = Math.min(dataEnd + CHECKSUM_BYTES, file.length);
        for (int end = dataEnd; end <= endMax; end++) {
            for (int lengthBytes = 1; lengthBytes <= VARINT_BYTES_MAX; lengthBytes++) {
                int entryStart = position + lengthBytes;
                int entryBytes = end - CHECKSUM_BYTES - entryStart;
                if (entryBytes > 0 && isWhole(entryStart, entryBytes, lengthBytes)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isWhole(int entryStart, int entryBytes, int lengthBytes) {
        byte[] length = asVarint(entryBytes);
        CRC32C crc = new CRC32C();
        crc.update(length);
        crc.update(file, entryStart, entryBytes);
        return length.length == lengthBytes
                && ByteBuffer.wrap(file).getInt(entryStart + entryBytes) == (int) crc.getValue();
    }

    private static byte[] asVarint(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(VARINT_BYTES_MAX);
        int left = value;
        while (left > 0x7f) {
            bytes.put((byte) (left | 0x80));
            left >>>= 7;
        }
        bytes.put((byte) left);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** Whether a whole sector of the broken record is zeros: not written when the power failed. */
    private boolean hasLostSector() {
        int sector = (position + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
        for (; sector + SECTOR_BYTES <= dataEnd; sector += SECTOR_BYTES) {
            int zeros = 0;
            while (zeros < SECTOR_BYTES && file[sector + zeros] == 0) {
                zeros++;
            }
            if (zeros == SECTOR_BYTES) {
                return true;
            }
        }
        return false;
    }

    private void damaged(String what) {
        ending = Ending.DAMAGED;
        problem = what;
    }

    /** The index of the entry in the record that begins at {@code at}, or {@link #NO_RECORD} when there is no whole one. */
    private long indexAt(int at) {
        int length = recordBytes(at);
        if (length == 0 || length > file.length - at) {
            return NO_RECORD;
        }
        int entryStart = at + varintBytes(at);
        int entryEnd = at + length - CHECKSUM_BYTES;
        // Every entry has a term, so a look at one byte spares the checksum of almost every wrong place.
        if (entryStart >= entryEnd || file[entryStart] != TERM_TAG) {
            return NO_RECORD;
        }
        if (ByteBuffer.wrap(file).getInt(entryEnd) != checksum(at, length - CHECKSUM_BYTES)) {
            return NO_RECORD;
        }
        int indexTag = entryStart + 1 + varintBytes(entryStart + 1);
        // Index 0 is the default value, which is left out.
        return indexTag < entryEnd && file[indexTag] == INDEX_TAG ? varint(indexTag + 1) : 0;
    }

    /** The length that the record at {@code at} says it has, checksum and all; 0 when it says none. */
    private int recordBytes(int at) {
        int lengthBytes = varintBytes(at);
        if (lengthBytes == 0 || lengthBytes > VARINT_BYTES_MAX) {
            return 0;
        }
        long length = lengthBytes + varint(at) + CHECKSUM_BYTES;
        return length > Integer.MAX_VALUE ? 0 : (int) length;
    }

    /** How many bytes the number at {@code at} takes; 0 when the file ends inside it. */
    private int varintBytes(int at) {
        int end = at;
        while (end < file.length && file[end] < 0) {
            end++;
        }
        return end < file.length ? end - at + 1 : 0;
    }

    private long varint(int at) {
        long value = 0;
        int shift = 0;
        int from = at;
        while (file[from] < 0) {
            value |= (long) (file[from++] & 0x7f) << shift;
            shift += 7;
        }
        return value | (long) file[from] << shift;
    }

    private int checksum(int at, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(file, at, bytes);
        return (int) crc.getValue();
    }
}
