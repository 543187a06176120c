package io.leasehold.simulation.disk;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk with one tree of files. {@link #path} gives it to code that works with java.nio. It outlives the processes that
 * use it; {@link #cutPower} is what a crash of the machine does to it. One thread's.
 *
 * <p>The names in a directory are as durable as file contents: until the directory is forced, the changes of names since
 * then may be undone by a crash, the newest first.
 */
public final class MemoryDisk {
    private final MemoryFileSystem fileSystem = new MemoryFileSystem(this);
    private final Map<String, MemoryFile> files = new TreeMap<>();
    private final Map<String, MemoryFile> durableFiles = new TreeMap<>();
    private final TreeMap<String, String> directories = new TreeMap<>();
    /** Changes of names that no force of their directory has made durable, oldest first. */
    private final List<NameChange> changes = new ArrayList<>();
    /** Accesses until the process that makes them is killed; negative for never. */
    private long accessesLeft = -1;

    /** A name leads to a file from now on, or to none. */
    private record NameChange(String name, @Nullable MemoryFile file) {}

    /** Thrown out of an access by a process that is killed in the middle of it. Not to be caught by what is tested. */
    public static final class ProcessKilled extends Error {
        private static final long serialVersionUID = 1L;

        ProcessKilled() {
            super("killed", null, false, false);
        }
    }

    /** An empty disk. */
    public MemoryDisk() {
        directories.put("/", "/");
    }

    /** A path on this disk; begins with a slash. */
    public Path path(String absolute) {
        return fileSystem.getPath(absolute);
    }

    /** The process that makes the access behind the next {@code accesses} ones is killed there, before it takes effect. */
    public void killAfter(long accesses) {
        accessesLeft = accesses;
    }

    /** No process is to be killed any more. */
    public void killNobody() {
        accessesLeft = -1;
    }

    /** The machine is gone and comes back: what was not forced is there, lost, or torn. */
    public void cutPower(RandomGenerator random) {
        int kept = changes.isEmpty() ? 0 : random.nextInt(changes.size() + 1);
        changes.subList(0, kept).forEach(this::makeDurable);
        changes.clear();
        files.clear();
        files.putAll(durableFiles);
        files.values().forEach(file -> file.tear(random));
    }

    FileSystem fileSystem() {
        return fileSystem;
    }

    boolean isDirectory(String name) {
        return directories.containsKey(name);
    }

    boolean isFile(String name) {
        return files.containsKey(name);
    }

    MemoryFile file(String name) throws NoSuchFileException {
        MemoryFile file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    MemoryFile create(String name) {
        access();
        MemoryFile file = new MemoryFile();
        change(name, file);
        return file;
    }

    void move(String from, String to) throws NoSuchFileException {
        access();
        MemoryFile file = file(from);
        change(from, null);
        change(to, file);
    }

    void link(String existing, String name) throws NoSuchFileException, FileAlreadyExistsException {
        access();
        if (isFile(name)) {
            throw new FileAlreadyExistsException(name);
        }
        change(name, file(existing));
    }

    void delete(String name) throws NoSuchFileException {
        access();
        if (directories.remove(name) == null) {
            file(name);
            change(name, null);
        }
    }

    /** Directories are durable at once: no promise hangs on it here. */
    void createDirectory(String name) throws FileAlreadyExistsException {
        access();
        if (isFile(name) || directories.put(name, name) != null) {
            throw new FileAlreadyExistsException(name);
        }
    }

    /** Names of what lies in the directory, itself not. */
    List<String> list(String directory) {
        List<String> names = new ArrayList<>();
        for (Map<String, ?> kind : List.of(directories, files)) {
            for (String name : kind.keySet()) {
                if (!name.equals("/") && MemoryPath.parentOf(name).equals(directory)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    void forceNames(String directory) {
        access();
        for (Iterator<NameChange> each = changes.iterator(); each.hasNext(); ) {
            NameChange change = each.next();
            if (MemoryPath.parentOf(change.name).equals(directory)) {
                makeDurable(change);
                each.remove();
            }
        }
    }

    /** To be called before whatever changes something. */
    void access() {
        if (accessesLeft >= 0 && accessesLeft-- == 0) {
            throw new ProcessKilled();
        }
    }

    private void change(String name, @Nullable MemoryFile file) {
        if (file == null) {
            files.remove(name);
        } else {
            files.put(name, file);
        }
        changes.add(new NameChange(name, file));
    }

    private void makeDurable(NameChange change) {
        if (change.file == null) {
            durableFiles.remove(change.name);
        } else {
            durableFiles.put(change.name, change.file);
        }
    }
}
