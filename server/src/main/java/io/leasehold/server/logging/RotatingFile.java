package io.leasehold.server.logging;

import io.leasehold.protocol.ReadsClock;
import io.leasehold.server.config.LogRotation;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * A file of log lines that is put aside when the next line would make it too long. Thread-safe; the lock is held while a
 * line is written, which keeps lines whole and files within their size.
 */
@ReadsClock("files put aside are named for the time, for people to read")
final class RotatingFile extends OutputStream {
    private final Path path;
    private final LogRotation rotation;
    private final SetAsideFiles aside;
    private final Executor tidying;
    private OutputStream file;
    private long sizeBytes;

    /**
     * Opens the file to append to, and makes it when it is missing.
     *
     * @throws IOException when it cannot be opened
     */
    static RotatingFile open(Path path, LogRotation rotation) throws IOException {
        return new RotatingFile(path, rotation, InstantSource.system(), task -> Thread.ofPlatform()
                .daemon()
                .name("leasehold-log-tidy")
                .start(task));
    }

    RotatingFile(Path path, LogRotation rotation, InstantSource clock, Executor tidying) throws IOException {
        this.path = path;
        this.tidying = tidying;
        this.rotation = rotation;
        this.aside = new SetAsideFiles(path, rotation, clock);
        this.file = new FileOutputStream(path.toFile(), true);
        this.sizeBytes = Files.size(path);
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single});
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (sizeBytes > 0 && sizeBytes + length > rotation.sizeMaxBytes()) {
            putAside();
        }
        file.write(bytes, offset, length);
        sizeBytes += length;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    /** A file that cannot be renamed grows on, and the next line tries again: better a long log than none. */
    private void putAside() throws IOException {
        file.close();
        try {
            aside.take();
            tidying.execute(aside::tidy);
        } catch (IOException notRenamed) {
            System.err.println("leasehold: cannot put the log's file " + path + " aside: " + notRenamed);
        }
        file = new FileOutputStream(path.toFile(), true);
        sizeBytes = Files.size(path);
    }
}
