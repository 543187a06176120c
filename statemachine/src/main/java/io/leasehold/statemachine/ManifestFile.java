package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseTableImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * One manifest as a file:
 *
 * <pre>
 * magic (8 bytes) format version (4) body CRC-32C of all before (4)
 * </pre>
 *
 * Magic, version and the sum at the end stay where they are in every version, so that any release can tell a damaged
 * file from a newer one.
 */
final class ManifestFile {
    /** Since 2 the segments are in the order of the log, which is that of their ids no more. */
    static final int VERSION = 2;

    /** The oldest version that can be read. */
    private static final int VERSION_MIN = 1;

    private static final long MAGIC = 0x4c_48_4d_41_4e_49_46_31L; // "LHMANIF1"
    private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;
    private static final int TAIL_BYTES = Integer.BYTES;

    private ManifestFile() {}

    /** Writes the file anew and forces it to disk. The name is not forced. */
    static void write(Path file, ManifestHead head, LeaseTableImage leases) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            CheckedOutputStream summed = new CheckedOutputStream(Channels.newOutputStream(channel), new CRC32C());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(summed, 1 << 16));
            out.writeLong(MAGIC);
            out.writeInt(VERSION);
            ManifestCodec.encode(head, leases, out);
            out.flush();
            out.writeInt((int) summed.getChecksum().getValue());
            out.flush();
            channel.force(true);
        }
    }

    /**
     * Reads a file that {@link #write} wrote; anchors of leases count from {@code nowNanos}.
     *
     * @throws DamagedException if it is torn or otherwise not what was written
     * @throws RecoveryException if a newer release wrote it
     */
    static Manifest read(Path file, long nowNanos) throws IOException, DamagedException {
        return decode(file, in -> {
            ManifestHead head = ManifestCodec.decode(in);
            LeaseTable leases = LeaseTable.restore(in, nowNanos);
            if (in.available() != 0) {
                throw new IOException(in.available() + " bytes too many");
            }
            return new Manifest(head, leases);
        });
    }

    /** As {@link #read}, without the leases, which may be many; the whole file is checked all the same. */
    static ManifestHead readHead(Path file) throws IOException, DamagedException {
        return decode(file, ManifestCodec::decode);
    }

    private static <T> T decode(Path file, Decoder<T> decoder) throws IOException, DamagedException {
        byte[] bytes = Files.readAllBytes(file);
        check(file, bytes);
        int bodyLength = bytes.length - HEAD_BYTES - TAIL_BYTES;
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, HEAD_BYTES, bodyLength))) {
            return decoder.decode(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new RecoveryException(
                    "the manifest's checksum is right but its content makes no sense: " + e.getMessage(),
                    file,
                    "keep the directory and report this; restore the member from the others or from a snapshot",
                    e);
        }
    }

    private static void check(Path file, byte[] bytes) throws DamagedException {
        if (bytes.length < HEAD_BYTES + TAIL_BYTES) {
            throw new DamagedException("it is only " + bytes.length + " bytes long");
        }
        int bodyEnd = bytes.length - TAIL_BYTES;
        ByteBuffer fixed = ByteBuffer.wrap(bytes);
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bodyEnd);
        if (fixed.getLong(0) != MAGIC || fixed.getInt(bodyEnd) != (int) sum.getValue()) {
            throw new DamagedException("its checksum does not match");
        }
        int version = fixed.getInt(Long.BYTES);
        if (version < VERSION_MIN || version > VERSION) {
            throw new RecoveryException(
                    "the manifest has format version " + version + ", this release reads " + VERSION,
                    file,
                    "start the release that wrote it, or a newer one");
        }
    }

    /** Reads a part of the body. */
    @FunctionalInterface
    private interface Decoder<T> {
        T decode(DataInputStream in) throws IOException;
    }

    /** A file that was torn or damaged: the older manifest may do. */
    static final class DamagedException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }
}
