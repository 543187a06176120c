package io.leasehold.simulation.disk;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A path on a {@link MemoryDisk}: a text with slashes, absolute when it begins with one. */
final class MemoryPath implements Path {
    private final MemoryFileSystem fileSystem;
    private final String text;

    MemoryPath(MemoryFileSystem fileSystem, String text) {
        this.fileSystem = fileSystem;
        this.text = text;
    }

    static String parentOf(String name) {
        int slash = name.lastIndexOf('/');
        return slash <= 0 ? "/" : name.substring(0, slash);
    }

    /** The absolute name. */
    static String nameOf(Path path) {
        return path.toAbsolutePath().toString();
    }

    @Override
    public FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return text.startsWith("/");
    }

    @Override
    public @Nullable Path getRoot() {
        return isAbsolute() ? path("/") : null;
    }

    @Override
    public @Nullable Path getFileName() {
        List<String> names = names();
        return names.isEmpty() ? null : path(names.getLast());
    }

    @Override
    public @Nullable Path getParent() {
        boolean top = text.equals("/") || text.lastIndexOf('/') < 0;
        return top ? null : path(parentOf(text));
    }

    @Override
    public int getNameCount() {
        return names().size();
    }

    @Override
    public Path getName(int index) {
        return path(names().get(index));
    }

    @Override
    public Path subpath(int begin, int end) {
        return path(String.join("/", names().subList(begin, end)));
    }

    @Override
    public boolean startsWith(Path other) {
        return text.equals(other.toString()) || text.startsWith(other + "/");
    }

    @Override
    public boolean endsWith(Path other) {
        return text.equals(other.toString()) || text.endsWith("/" + other);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        if (other.isAbsolute()) {
            return other;
        }
        return path(text.endsWith("/") ? text + other : text + "/" + other);
    }

    @Override
    public Path relativize(Path other) {
        int prefix = text.endsWith("/") ? text.length() : text.length() + 1;
        return path(other.toString().substring(prefix));
    }

    @Override
    public URI toUri() {
        return URI.create(MemoryFileSystem.SCHEME + "://" + text);
    }

    @Override
    public Path toAbsolutePath() {
        return isAbsolute() ? this : path("/" + text);
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("nobody watches a disk in memory");
    }

    @Override
    public int compareTo(Path other) {
        return text.compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryPath path && path.text.equals(text) && path.fileSystem == fileSystem;
    }

    @Override
    public int hashCode() {
        return Objects.hash(text);
    }

    @Override
    public String toString() {
        return text;
    }

    private List<String> names() {
        String relative = isAbsolute() ? text.substring(1) : text;
        return relative.isEmpty() ? List.of() : List.of(relative.split("/"));
    }

    private Path path(String other) {
        return new MemoryPath(fileSystem, other);
    }
}
