package io.leasehold.lease.lessor.host;

import io.leasehold.lease.lessor.LessorStore;
import io.leasehold.lease.lessor.StoredLease;
import io.leasehold.protocol.leasepb.Lease;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Keeps leases in one file, which every change writes anew, forces, and puts in the place of the old one: after a crash the
 * file is that of before the change or of after it. Meant for up to some thousand leases, since a change costs what the file
 * is long. Safe from any thread: its own monitor guards the map.
 *
 * <pre>
 *   8 bytes  "LHLEASE1", the last character is the version
 *   …        leasepb.Lease messages, each with its length before it as a varint
 *   4 bytes  CRC32C of all before, big-endian
 * </pre>
 */
public final class FileLessorStore implements LessorStore {
    private static final byte[] MAGIC = {'L', 'H', 'L', 'E', 'A', 'S', 'E', '1'};

    private final Path file;
    private final Path successor;
    private final Map<Long, StoredLease> leases;

    private FileLessorStore(Path file, Map<Long, StoredLease> leases) {
        this.file = file;
        this.successor = file.resolveSibling(file.getFileName() + ".new");
        this.leases = leases;
    }

    /**
     * Opens the store; a file that is not there is an empty one. The directory must exist.
     *
     * @throws UncheckedIOException if the file cannot be read, is damaged or of another version
     */
    public static FileLessorStore open(Path file) {
        Path absolute = file.toAbsolutePath();
        try {
            return new FileLessorStore(
                    absolute,
                    Files.exists(absolute) ? decode(absolute, Files.readAllBytes(absolute)) : new TreeMap<>());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read leases from " + absolute, unreadable);
        }
    }

    @Override
    public synchronized List<StoredLease> load() {
        return new ArrayList<>(leases.values());
    }

    @Override
    public synchronized void put(StoredLease lease) {
        Map<Long, StoredLease> changed = new TreeMap<>(leases);
        changed.put(lease.id(), lease);
        replace(changed);
        leases.put(lease.id(), lease);
    }

    @Override
    public synchronized void remove(long id) {
        if (leases.containsKey(id)) {
            Map<Long, StoredLease> changed = new TreeMap<>(leases);
            changed.remove(id);
            replace(changed);
            leases.remove(id);
        }
    }

    private void replace(Map<Long, StoredLease> changed) {
        try {
            write(successor, encode(changed));
            Files.move(successor, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory();
        } catch (IOException unwritable) {
            throw new UncheckedIOException("cannot write leases to " + file, unwritable);
        }
    }

    private static void write(Path target, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    /** Makes the renaming itself last. */
    private void forceDirectory() throws IOException {
        Path directory = file.getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static byte[] encode(Map<Long, StoredLease> leases) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        for (StoredLease lease : leases.values()) {
            Lease.newBuilder()
                    .setID(lease.id())
                    .setTTL(lease.ttlSeconds())
                    .setRemainingTTL(lease.remainingSeconds())
                    .build()
                    .writeDelimitedTo(out);
        }
        int checksum = checksum(out.toByteArray(), out.size());
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(checksum).array());
        return out.toByteArray();
    }

    private static Map<Long, StoredLease> decode(Path file, byte[] bytes) throws IOException {
        int end = bytes.length - Integer.BYTES;
        if (end < MAGIC.length || !ByteBuffer.wrap(bytes, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new IOException(file + " is no file of leases, or of a version this release does not know");
        }
        int expected = ByteBuffer.wrap(bytes).getInt(end);
        int seen = checksum(bytes, end);
        if (expected != seen) {
            throw new IOException(file + " is damaged: checksum " + Integer.toHexString(expected) + " expected, "
                    + Integer.toHexString(seen) + " seen");
        }
        Map<Long, StoredLease> leases = new TreeMap<>();
        ByteArrayInputStream in = new ByteArrayInputStream(bytes, MAGIC.length, end - MAGIC.length);
        for (Lease lease = Lease.parseDelimitedFrom(in); lease != null; lease = Lease.parseDelimitedFrom(in)) {
            leases.put(lease.getID(), new StoredLease(lease.getID(), lease.getTTL(), lease.getRemainingTTL()));
        }
        return leases;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
