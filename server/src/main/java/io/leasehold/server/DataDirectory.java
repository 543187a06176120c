package io.leasehold.server;

import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.snapshot.SnapshotFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything durable of one member, locked for this process: the store and its manifests in
 * {@code member/state}, the replicated log in {@code member/log}.
 */
final class DataDirectory implements AutoCloseable {
    /** Only the owner may look: values may be secrets. As etcd does. */
    private static final String PERMISSIONS = "rwx------";

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Makes the directory if it is missing and locks it.
     *
     * @throws StartRefused when it cannot be written, or another process has locked it
     */
    static DataDirectory open(Path root) {
        FileChannel channel = null;
        try {
            create(root);
            create(root.resolve("member"));
            channel = FileChannel.open(
                    root.resolve("member").resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StartRefused("data directory " + root.toAbsolutePath()
                        + " is in use by another process; stop that one, or choose another --data-dir");
            }
            return new DataDirectory(root, channel, lock);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartRefused(
                    "data directory " + root.toAbsolutePath() + " cannot be written (" + reason(e)
                            + "); choose another --data-dir or change its permissions",
                    e);
        }
    }

    /** Where the state machine keeps its files. */
    Path state() {
        return root.resolve("member").resolve("state");
    }

    /** What is this member's own, in the form that the release knows. */
    Path member() {
        return root.resolve("member");
    }

    /** Where states lie that other members fetch. */
    Path given() {
        return member().resolve("given");
    }

    /** Where the replicated log keeps its files. */
    Path log() {
        return root.resolve("member").resolve("log");
    }

    /**
     * Where snapshots are written before they are sent.
     *
     * @throws StartRefused when what a killed process left there cannot be deleted
     */
    SnapshotFiles snapshots() {
        try {
            return new SnapshotFiles(root.resolve("member"), ServerVersion.CLUSTER);
        } catch (IOException e) {
            throw new StartRefused("unfinished snapshots in " + root.toAbsolutePath() + " cannot be deleted", e);
        }
    }

    /** The directory itself, as it was given. */
    Path root() {
        return root;
    }

    @Override
    public void close() {
        try {
            lock.release();
        } catch (IOException e) {
            // The lock goes with the channel, and at the latest with the process.
        }
        closeQuietly(lockFile);
    }

    private static void create(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(PERMISSIONS));
            }
        }
        if (!Files.isWritable(directory)) {
            throw new IOException("no permission to write in " + directory.toAbsolutePath());
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // Another server in this very process has it.
            return null;
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written through it.
            }
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
