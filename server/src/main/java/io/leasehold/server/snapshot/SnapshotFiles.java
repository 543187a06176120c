package io.leasehold.server.snapshot;

import io.leasehold.statemachine.StateImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Writes snapshots into a directory of the member, each under a name that it loses before it is read. Any thread. */
public final class SnapshotFiles {
    private static final String NAME = "snapshot-";
    private static final String SUFFIX = ".unfinished";

    private final Path directory;
    private final String clusterVersion;
    private final AtomicLong taken = new AtomicLong();

    /**
     * Deletes what a killed process may have left.
     *
     * @param directory with room for a copy of the store; there
     * @param clusterVersion what snapshots say the cluster's version is, such as {@code 3.6.0}
     * @throws IOException if the directory cannot be read or cleared
     */
    public SnapshotFiles(Path directory, String clusterVersion) throws IOException {
        this.directory = directory;
        this.clusterVersion = clusterVersion;
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, NAME + "*" + SUFFIX)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    /**
     * Writes a state as an etcd database. Takes time in proportion to it, on the calling thread.
     *
     * @throws IOException if the disk refuses; nothing is left then
     */
    public SnapshotFile write(StateImage image) throws IOException {
        Path file = directory.resolve(NAME + taken.incrementAndGet() + SUFFIX);
        try {
            EtcdImage.write(image, clusterVersion, file);
            return SnapshotFile.unlink(file);
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
    }
}
