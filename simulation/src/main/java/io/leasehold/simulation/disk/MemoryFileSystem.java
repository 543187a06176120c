package io.leasehold.simulation.disk;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What java.nio wants of a {@link MemoryDisk}. */
final class MemoryFileSystem extends FileSystem {
    static final String SCHEME = "memory";

    private final MemoryFiles provider;

    MemoryFileSystem(MemoryDisk disk) {
        provider = new MemoryFiles(disk);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("a disk in memory is not closed");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return new MemoryPath(this, more.length == 0 ? first : first + "/" + String.join("/", more));
    }

    /** Of the globs only the star. */
    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        String glob = syntaxAndPattern.substring(syntaxAndPattern.indexOf(':') + 1);
        Pattern pattern = Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q"));
        return path -> pattern.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("a disk in memory knows no users");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("nobody watches a disk in memory");
    }
}
