package io.leasehold.cli.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a local cluster lies: a directory for each member's data, their logs, and what is remembered.
 *
 * <pre>
 * cluster     which members there are ({@link LocalCluster})
 * lock        held by the process that keeps them
 * control     where the socket lies by which it is asked
 * processes   the members' processes, for when that process is killed
 * logs/       what each member prints
 * infra1/ …   each member's data
 * </pre>
 *
 * <p>One thread.
 */
final class ClusterDirectory implements AutoCloseable {
    static final String LOGS = "logs";

    private static final Set<StandardOpenOption> LOCK_OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    private final Path path;
    private @Nullable FileLock lock;

    /** Nothing is read or made yet. */
    ClusterDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    Path log(String member) {
        return path.resolve(LOGS).resolve(member + ".log");
    }

    /** Makes the directory; others than its owner do not see into it. */
    void create() throws IOException {
        if (!Files.isDirectory(path)) {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.createDirectories(path.resolve(LOGS));
    }

    /** Takes the lock, which the system gives back when this process ends however it ends; false if another has it. */
    boolean lock() throws IOException {
        FileChannel channel = FileChannel.open(path.resolve("lock"), LOCK_OPTIONS);
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
        }
        return lock != null;
    }

    /** Whether some process keeps the cluster now. */
    boolean isKept() throws IOException {
        if (!Files.exists(path.resolve("lock"))) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(path.resolve("lock"), LOCK_OPTIONS);
                FileLock mine = channel.tryLock()) {
            return mine == null;
        } catch (OverlappingFileLockException heldHere) {
            return true;
        }
    }

    /** What is remembered; empty where no cluster was founded. */
    Optional<LocalCluster> load() throws IOException {
        Optional<String> text = read("cluster");
        try {
            return text.map(LocalCluster::parse);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(path.resolve("cluster") + " cannot be read: " + e.getMessage(), e);
        }
    }

    void save(LocalCluster cluster) throws IOException {
        write("cluster", cluster.toText());
    }

    /** Where the socket lies; empty if there is none. */
    Optional<Path> control() throws IOException {
        return read("control").map(text -> Path.of(text.strip()));
    }

    void saveControl(Path socket) throws IOException {
        write("control", socket + "\n");
    }

    /** Processes that run, or did when they were last noted. */
    List<ChildProcess> processes() throws IOException {
        return ChildProcess.parseAll(read("processes").orElse(""));
    }

    void saveProcesses(List<ChildProcess> processes) throws IOException {
        write("processes", ChildProcess.toText(processes));
    }

    /** Forgets the socket and the processes: nothing runs any more. */
    void forgetRunning() throws IOException {
        Files.deleteIfExists(path.resolve("control"));
        Files.deleteIfExists(path.resolve("processes"));
    }

    private Optional<String> read(String name) throws IOException {
        Path file = path.resolve(name);
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    /** Whole or not at all, for whoever reads meanwhile. */
    private void write(String name, String text) throws IOException {
        Path fresh = path.resolve(name + ".new");
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.channel().close();
            lock = null;
        }
    }
}
