package io.leasehold.etcdfile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 that a snapshot has behind its database, so that what was sent is known to be whole. */
public final class SnapshotChecksum {
    /** Bytes of the checksum. */
    public static final int BYTES = 32;

    /** A database is a multiple of this long. */
    private static final int DATABASE_UNIT_BYTES = 512;

    private static final int BUFFER_BYTES = 1 << 16;

    private SnapshotChecksum() {}

    /** A fresh digest, for whoever writes a snapshot. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether a file has a checksum at its end; a member's own database has none. */
    public static boolean isThere(Path file) throws IOException {
        return Files.size(file) % DATABASE_UNIT_BYTES == BYTES;
    }

    /**
     * Compares the checksum at the end of a snapshot with what precedes it.
     *
     * @throws EtcdFileException if there is none, or it does not match
     */
    public static void verify(Path file) throws IOException {
        if (!isThere(file)) {
            throw new EtcdFileException(
                    "snapshot missing hash but --skip-hash-check=false: " + file + " has no checksum at its end");
        }
        MessageDigest digest = digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            long left = Files.size(file) - BYTES;
            while (left > 0) {
                int read = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                if (read == 0) {
                    throw new EtcdFileException(file + " ended while it was read");
                }
                digest.update(buffer, 0, read);
                left -= read;
            }
            if (!MessageDigest.isEqual(digest.digest(), in.readNBytes(BYTES))) {
                throw new EtcdFileException("expected sha256 does not match: " + file + " is damaged");
            }
        }
    }
}
