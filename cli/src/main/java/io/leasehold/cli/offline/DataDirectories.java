package io.leasehold.cli.offline;

import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.GoText;
import io.leasehold.cli.terminal.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What is done on data directories. How one of Leasehold's looks only the server's own program knows, which is started for it;
 * of etcd's the database is read.
 */
final class DataDirectories {
    /** Set by the launcher: where it lies. */
    private static final String LAUNCHER_PROPERTY = "leasehold.launcher";

    private static final long LOOK_MILLIS = 200;

    private DataDirectories() {}

    /** Reads a snapshot file. */
    interface FileReader<T> {
        T read(Path file) throws IOException;
    }

    /** Has the server's program do something; it has told why if it fails, and its exit code becomes this program's. */
    static boolean run(Ctl ctl, String operation, Map<String, String> values) {
        String launcher = System.getProperty(LAUNCHER_PROPERTY, "");
        if (launcher.isEmpty()) {
            throw new CtlException(
                    CtlException.Code.ERROR,
                    "this is done by the server's program: start leaseholdctl by its launcher");
        }
        List<String> command = new ArrayList<>(List.of(launcher, "offline", operation));
        values.forEach((name, value) -> command.add(name + "=" + value));
        ctl.out().flush();
        try (Progress progress = new Progress(ctl.err(), ctl.isTerminal())) {
            Process process =
                    new ProcessBuilder(command).redirectOutput(Redirect.INHERIT).start();
            CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
            Path written = Path.of(values.getOrDefault("file", values.getOrDefault("data-dir", "")));
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                progress.tell(operation + ": " + GoText.size(sizeBytes(written)));
            }
            progress.clear();
            ctl.err().print(said.join());
            ctl.exitWith(process.exitValue());
            return process.exitValue() == 0;
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.ERROR, launcher + " cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What a program says on stderr: read as it comes, told when the line of progress is gone. */
    private static String all(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** What the files below a path take. */
    static long sizeBytes(Path path) {
        if (!Files.exists(path)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException changing) {
            return 0;
        }
    }

    /**
     * The file to read for a path: itself; the database of etcd's data directory; a snapshot made of Leasehold's, which is
     * deleted afterwards. Nothing is read when that snapshot could not be made.
     */
    static <T> void read(Ctl ctl, Path path, FileReader<T> reader) {
        if (!Files.exists(path)) {
            throw new CtlException(CtlException.Code.ERROR, "stat " + path + ": no such file or directory");
        }
        try {
            if (!isOurs(path)) {
                reader.read(databaseOf(path));
                return;
            }
            Path scratch = Files.createTempDirectory("leaseholdctl");
            Path file = scratch.resolve("snapshot.db");
            try {
                if (run(ctl, "export", Map.of("data-dir", path.toString(), "file", file.toString()))) {
                    reader.read(file);
                }
            } finally {
                Files.deleteIfExists(file);
                Files.delete(scratch);
            }
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.ERROR, String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether there is something at a path that a new data directory must not replace. */
    static boolean isInUse(Path path) {
        if (!Files.isDirectory(path)) {
            return Files.exists(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isPresent();
        } catch (IOException unreadable) {
            return true;
        }
    }

    /** Whether a path is a data directory of Leasehold. */
    static boolean isOurs(Path path) {
        return Files.isDirectory(path.resolve("member").resolve("state"));
    }

    /** The database in a data directory of etcd; a path that is none is a database itself. */
    static Path databaseOf(Path path) {
        Path database = path.resolve("member").resolve("snap").resolve("db");
        return Files.exists(database) ? database : path;
    }
}
