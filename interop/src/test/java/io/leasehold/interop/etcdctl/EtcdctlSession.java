package io.leasehold.interop.etcdctl;

import io.leasehold.interop.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An etcdctl that keeps running: a watch, a renewal. Closing ends it. */
final class EtcdctlSession implements AutoCloseable {
    private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(60);
    private static final long EXIT_LIMIT_SECONDS = 60;

    private final Path out = Files.createTempFile("etcdctl", ".out");
    private final Path err = Files.createTempFile("etcdctl", ".err");
    private final Process process;

    EtcdctlSession(ProcessBuilder builder) throws IOException {
        process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    }

    /** Types one line. */
    void type(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(errors(), e);
        }
    }

    /** Waits until everything printed so far is, or contains, what is expected. */
    void awaitOutput(String expected) {
        try {
            Await.until("output " + expected, OUTPUT_LIMIT, () -> output().contains(expected));
        } catch (AssertionError missing) {
            throw new AssertionError("printed:\n" + output() + errors(), missing);
        }
    }

    /** Waits until what is expected has been printed as an error. */
    void awaitErrors(String expected) {
        Await.until("error output " + expected, OUTPUT_LIMIT, () -> (errors() + output()).contains(expected));
    }

    /** Asks the process to end, with SIGTERM; what it reads stays open. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for the process to end by itself; returns its exit code. */
    int awaitExit() {
        try {
            if (!process.waitFor(EXIT_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running; printed:\n" + output() + errors());
            }
            return process.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    String output() {
        return read(out);
    }

    String errors() {
        return read(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
