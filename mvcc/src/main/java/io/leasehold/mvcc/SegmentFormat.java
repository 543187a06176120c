package io.leasehold.mvcc;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * The header of a segment file, and the names of such files. All numbers are big-endian.
 *
 * <pre>
 *   offset  bytes
 *        0      8  magic: "LHREVLOG"
 *        8      4  format version
 *       12      8  segment id
 *       20      4  CRC-32C of the bytes before
 *       24      …  records ({@link RecordFormat}), one behind the other; in a segment in use, zeros behind the last one
 * </pre>
 *
 * How far a file counts is not in it: that is the {@link StorePosition}'s to say. What lies behind is cut at open.
 */
final class SegmentFormat {
    static final int HEADER_BYTES = 24;

    /** What this release writes, and the newest it reads. */
    static final int VERSION = 1;

    static final String FILE_NAME_SUFFIX = ".segment";

    private static final long MAGIC = 0x4c48_5245_564c_4f47L;
    private static final int CHECKED_BYTES = 20;

    private SegmentFormat() {}

    /** The file's name, such that names sort as ids do. */
    static String fileName(long segmentId) {
        return String.format(Locale.ROOT, "%010d%s", segmentId, FILE_NAME_SUFFIX);
    }

    static ByteBuffer header(long segmentId) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putLong(segmentId);
        header.putInt(checksum(header)).flip();
        return header;
    }

    /** Checks the first bytes of a file; throws StoreCorruptedException or UnsupportedFormatException. */
    static void checkHeader(ByteBuffer bytes, long segmentId, String file) {
        if (bytes.remaining() < HEADER_BYTES || bytes.getLong(0) != MAGIC) {
            throw corrupted(file, 0, "this is not a segment file");
        }
        int version = bytes.getInt(8);
        if (version > VERSION) {
            throw new UnsupportedFormatException(
                    "segment file " + file + " has format version " + version + ", this release knows versions up to "
                            + VERSION + ": start the release that wrote it, or a newer one");
        }
        if (bytes.getInt(CHECKED_BYTES) != checksum(bytes)) {
            throw corrupted(file, 0, "the header's checksum does not match");
        }
        if (bytes.getLong(12) != segmentId) {
            throw corrupted(file, 0, "the header names segment " + bytes.getLong(12));
        }
    }

    static StoreCorruptedException corrupted(String file, long offset, String what) {
        return new StoreCorruptedException("segment file " + file + " is damaged at offset " + offset + ": " + what
                + "; remove this member's data directory and let the member join again, or restore it from a snapshot");
    }

    private static int checksum(ByteBuffer header) {
        CRC32C checksum = new CRC32C();
        checksum.update(header.slice(0, CHECKED_BYTES));
        return (int) checksum.getValue();
    }
}
