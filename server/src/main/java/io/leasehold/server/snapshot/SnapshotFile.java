package io.leasehold.server.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A snapshot that was written and has no name any more: its space comes back when it is closed. One thread at a time. */
public final class SnapshotFile implements AutoCloseable {
    private final FileChannel channel;
    private final long sizeBytes;

    private SnapshotFile(FileChannel channel, long sizeBytes) {
        this.channel = channel;
        this.sizeBytes = sizeBytes;
    }

    /** Opens a file and takes its name away. */
    static SnapshotFile unlink(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Files.delete(file);
        return new SnapshotFile(channel, channel.size());
    }

    /** Bytes of the database. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The next bytes, as many as there are up to {@code limitBytes}; an empty array at the end. */
    public byte[] next(int limitBytes) throws IOException {
        byte[] bytes = new byte[(int) Math.min(limitBytes, sizeBytes - channel.position())];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new IOException("the snapshot ended at byte " + channel.position() + " of " + sizeBytes);
            }
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
