package io.leasehold.simulation.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What java.nio does with files, done on a {@link MemoryDisk}: as much of it as Leasehold uses. */
final class MemoryFiles extends FileSystemProvider {
    private final MemoryDisk disk;

    MemoryFiles(MemoryDisk disk) {
        this.disk = disk;
    }

    @Override
    public String getScheme() {
        return MemoryFileSystem.SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException("disks are made by their constructor");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return disk.fileSystem();
    }

    @Override
    public Path getPath(URI uri) {
        return disk.path(uri.getPath());
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        String name = MemoryPath.nameOf(path);
        if (disk.isDirectory(name)) {
            return MemoryChannel.ofDirectory(disk, name);
        }
        boolean isNew = options.contains(StandardOpenOption.CREATE_NEW);
        if (isNew && disk.isFile(name)) {
            throw new FileAlreadyExistsException(name);
        }
        boolean create = isNew || options.contains(StandardOpenOption.CREATE);
        MemoryFile file = create && !disk.isFile(name) ? disk.create(name) : disk.file(name);
        if (options.contains(StandardOpenOption.TRUNCATE_EXISTING) && options.contains(StandardOpenOption.WRITE)) {
            disk.access();
            file.truncate(0);
        }
        return MemoryChannel.ofFile(disk, file);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> found = new ArrayList<>();
        for (String name : disk.list(MemoryPath.nameOf(directory))) {
            Path path = disk.path(name);
            if (filter.accept(path)) {
                found.add(path);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        disk.createDirectory(MemoryPath.nameOf(directory));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        disk.link(MemoryPath.nameOf(existing), MemoryPath.nameOf(link));
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(MemoryPath.nameOf(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException("copying files");
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        disk.move(MemoryPath.nameOf(source), MemoryPath.nameOf(target));
    }

    @Override
    public boolean isSameFile(Path path, Path other) {
        return path.equals(other);
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("a disk in memory has no stores");
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        String name = MemoryPath.nameOf(path);
        if (!disk.isDirectory(name)) {
            disk.file(name);
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        String name = MemoryPath.nameOf(path);
        if (!disk.isDirectory(name) && !disk.isFile(name)) {
            throw new NoSuchFileException(name);
        }
        long sizeBytes = disk.isFile(name) ? disk.file(name).length() : 0;
        return type.cast(new MemoryAttributes(disk.isDirectory(name), sizeBytes));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException("attributes by name");
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("attributes by name");
    }
}
