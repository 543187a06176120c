package io.leasehold.simulation.disk;

import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
    private final MemoryDirectory root = new MemoryDirectory();
    /** Changes of names that no force of their directory has made durable, oldest first. */
    private final List<Change> changes = new ArrayList<>();
    /** Accesses until the process that makes them is killed; negative for never. */
    private long accessesLeft = -1;

    private boolean full;

    /** A name in a directory leads to something from now on, or to nothing. */
    private record Naming(MemoryDirectory directory, String name, @Nullable MemoryNode node) {
        void makeDurable() {
            if (node == null) {
                directory.durableNodes().remove(name);
            } else {
                directory.durableNodes().put(name, node);
            }
        }
    }

    /** What is done whole or not at all: one name, or the two of a rename. */
    private record Change(List<Naming> namings) {}

    /** Thrown out of an access by a process that is killed in the middle of it. Not to be caught by what is tested. */
    public static final class ProcessKilled extends Error {
        private static final long serialVersionUID = 1L;

        ProcessKilled() {
            super("killed", null, false, false);
        }
    }

    /** An empty disk. */
    public MemoryDisk() {}

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

    /** Whether there is no room: nothing grows and nothing new is made, but what is there can be deleted. */
    public void setFull(boolean isFull) {
        full = isFull;
    }

    /** The machine is gone and comes back: what was not forced is there, lost, or torn. */
    public void cutPower(RandomGenerator random) {
        int kept = changes.isEmpty() ? 0 : random.nextInt(changes.size() + 1);
        changes.subList(0, kept).forEach(MemoryDisk::makeDurable);
        changes.clear();
        root.crash();
        tear(root, random);
    }

    FileSystem fileSystem() {
        return fileSystem;
    }

    boolean isDirectory(String name) {
        return find(name) instanceof MemoryDirectory;
    }

    boolean isFile(String name) {
        return find(name) instanceof MemoryFile;
    }

    MemoryFile file(String name) throws NoSuchFileException {
        if (find(name) instanceof MemoryFile file) {
            return file;
        }
        throw new NoSuchFileException(name);
    }

    MemoryFile create(String name) throws FileSystemException {
        grow(name);
        MemoryFile file = new MemoryFile();
        change(List.of(naming(name, file)));
        return file;
    }

    void move(String from, String to) throws FileSystemException {
        access();
        MemoryNode node = node(from);
        if (find(to) instanceof MemoryDirectory replaced && !replaced.nodes().isEmpty()) {
            throw new DirectoryNotEmptyException(to);
        }
        change(List.of(naming(from, null), naming(to, node)));
    }

    void link(String existing, String name) throws FileSystemException {
        grow(name);
        if (find(name) != null) {
            throw new FileAlreadyExistsException(name);
        }
        change(List.of(naming(name, file(existing))));
    }

    void delete(String name) throws FileSystemException {
        access();
        if (node(name) instanceof MemoryDirectory directory
                && !directory.nodes().isEmpty()) {
            throw new DirectoryNotEmptyException(name);
        }
        change(List.of(naming(name, null)));
    }

    /** A directory is durable as soon as it is made, and with it what its name was before: no promise hangs on it here. */
    void createDirectory(String name) throws FileSystemException {
        grow(name);
        if (find(name) != null) {
            throw new FileAlreadyExistsException(name);
        }
        Naming made = naming(name, new MemoryDirectory());
        for (Iterator<Change> each = changes.iterator(); each.hasNext(); ) {
            Change change = each.next();
            if (change.namings.stream().anyMatch(n -> n.directory == made.directory && n.name.equals(made.name))) {
                makeDurable(change);
                each.remove();
            }
        }
        change(List.of(made));
        makeDurable(changes.removeLast());
    }

    /** Names of what lies in the directory, itself not. */
    List<String> list(String name) throws NotDirectoryException {
        String prefix = name.equals("/") ? name : name + "/";
        return directory(name).nodes().keySet().stream()
                .map(each -> prefix + each)
                .toList();
    }

    void forceNames(String name) throws NotDirectoryException {
        access();
        MemoryDirectory forced = directory(name);
        for (Iterator<Change> each = changes.iterator(); each.hasNext(); ) {
            Change change = each.next();
            if (change.namings.stream().anyMatch(naming -> naming.directory == forced)) {
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

    /** To be called before whatever needs room. */
    void grow(String what) throws FileSystemException {
        access();
        if (full) {
            throw new FileSystemException(what, null, "No space left on device");
        }
    }

    private static void makeDurable(Change change) {
        change.namings.forEach(Naming::makeDurable);
    }

    private static void tear(MemoryDirectory directory, RandomGenerator random) {
        for (MemoryNode node : directory.nodes().values()) {
            switch (node) {
                case MemoryFile file -> file.tear(random);
                case MemoryDirectory below -> tear(below, random);
            }
        }
    }

    private void change(List<Naming> namings) {
        for (Naming naming : namings) {
            if (naming.node == null) {
                naming.directory.nodes().remove(naming.name);
            } else {
                naming.directory.nodes().put(naming.name, naming.node);
            }
        }
        changes.add(new Change(namings));
    }

    private Naming naming(String name, @Nullable MemoryNode node) throws NotDirectoryException {
        return new Naming(directory(MemoryPath.parentOf(name)), name.substring(name.lastIndexOf('/') + 1), node);
    }

    private MemoryDirectory directory(String name) throws NotDirectoryException {
        if (find(name) instanceof MemoryDirectory directory) {
            return directory;
        }
        throw new NotDirectoryException(name);
    }

    private MemoryNode node(String name) throws NoSuchFileException {
        MemoryNode node = find(name);
        if (node == null) {
            throw new NoSuchFileException(name);
        }
        return node;
    }

    private @Nullable MemoryNode find(String name) {
        MemoryNode node = root;
        for (int at = 1; at < name.length(); ) {
            int slash = name.indexOf('/', at);
            int end = slash < 0 ? name.length() : slash;
            node = node instanceof MemoryDirectory directory ? directory.nodes().get(name.substring(at, end)) : null;
            at = end + 1;
        }
        return node;
    }
}
