package io.leasehold.simulation.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** An open file, or an open directory, which can only be forced. It cannot be mapped. */
final class MemoryChannel extends FileChannel {
    private final MemoryDisk disk;
    private final MemoryFile file;
    private final @Nullable String directory;
    private long position;

    private MemoryChannel(MemoryDisk disk, MemoryFile file, @Nullable String directory) {
        this.disk = disk;
        this.file = file;
        this.directory = directory;
    }

    static MemoryChannel ofFile(MemoryDisk disk, MemoryFile file) {
        return new MemoryChannel(disk, file, null);
    }

    static MemoryChannel ofDirectory(MemoryDisk disk, String directory) {
        return new MemoryChannel(disk, new MemoryFile(), directory);
    }

    @Override
    public int read(ByteBuffer to) {
        int count = read(to, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int read(ByteBuffer to, long from) {
        return file.read(to, (int) from);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = write(from, position);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer from, long to) throws IOException {
        disk.grow("a file");
        int count = from.remaining();
        file.write(from, (int) to);
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return file.length();
    }

    @Override
    public FileChannel truncate(long length) {
        disk.access();
        file.truncate((int) length);
        position = Math.min(position, length);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        if (directory != null) {
            disk.forceNames(directory);
        } else {
            disk.access();
            file.force();
        }
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException("a file in memory cannot be mapped");
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        throw new UnsupportedOperationException("scattering reads");
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException("gathering writes");
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException("transfers");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) {
        throw new UnsupportedOperationException("transfers");
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("locks");
    }

    @Override
    public @Nullable FileLock tryLock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("locks");
    }

    @Override
    protected void implCloseChannel() {}
}
