package io.leasehold.interop;

import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server as a child process, on ports and in a directory of its own, so that any number of them run side by side.
 * Whoever starts one closes it; closing ends the process and removes what it wrote. Used by one thread.
 */
@ReadsClock("measures how long a process takes to start")
public final class ServerProcess implements AutoCloseable {
    /** The very first start prepares a class cache: ten seconds alone, minutes on a machine that does much else. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(4);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    /** Ports are drawn, not reserved; somebody else may be quicker this often. */
    private static final int START_ATTEMPTS_MAX = 4;

    private final ServerTarget target;
    private final Path home;
    private final List<String> extraFlags;
    private int clientPort;
    private int peerPort;
    private @Nullable Process process;
    private long startNanos;

    private ServerProcess(ServerTarget target, Path home, List<String> extraFlags) {
        this.target = target;
        this.home = home;
        this.extraFlags = extraFlags;
    }

    /**
     * Starts a server on an empty data directory and returns when it answers.
     *
     * @param extraFlags appended to the flags of a single member
     * @throws IllegalStateException when it ends or does not answer; the message holds what it printed
     */
    public static ServerProcess start(ServerTarget target, String... extraFlags) {
        ServerProcess server = new ServerProcess(target, temporaryDirectory(), List.of(extraFlags));
        try {
            server.startOnFreePorts();
            return server;
        } catch (RuntimeException | Error failed) {
            server.close();
            throw failed;
        }
    }

    /** Host and port as clients want them, {@code 127.0.0.1:p}. */
    public String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    /** The port on loopback that clients connect to. */
    public int clientPort() {
        return clientPort;
    }

    /** The directory given as {@code --data-dir}. */
    public Path dataDirectory() {
        return home.resolve("data");
    }

    /** The id of the running process. */
    public long pid() {
        return running().pid();
    }

    /** Time from the last start of the process to its first good answer. */
    public Duration startTime() {
        return Duration.ofNanos(startNanos);
    }

    /** Everything that the process has printed so far, over all its starts. */
    public String output() {
        try {
            Path log = home.resolve("server.log");
            return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the process is there. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** kill -9; returns when the process is gone. */
    public void kill() {
        // While it prepares its class cache the launcher has a child of its own.
        running().descendants().forEach(ProcessHandle::destroyForcibly);
        running().destroyForcibly();
        awaitExit();
    }

    /** SIGTERM; returns the exit code when the process is gone. */
    public int stop() {
        running().destroy();
        return awaitExit();
    }

    /** SIGSTOP: the process keeps its connections and does nothing. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** Starts the process again, on the same directory and ports, after it has ended. Returns when it answers. */
    public void restart() {
        if (isAlive()) {
            throw new IllegalStateException("still running: pid=" + pid());
        }
        launch();
        awaitReady();
    }

    /** Ends the process if it is there and removes its directory. May be called again. */
    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException goneAlready) {
            // What is left lies in the system's directory for temporary files, whose owner cleans it.
            return;
        }
    }

    private void startOnFreePorts() {
        for (int attempt = 1; ; attempt++) {
            clientPort = LoopbackPorts.draw();
            peerPort = LoopbackPorts.draw();
            launch();
            try {
                awaitReady();
                return;
            } catch (IllegalStateException failed) {
                boolean portTaken = output().contains("in use");
                if (!portTaken || attempt == START_ATTEMPTS_MAX) {
                    throw failed;
                }
            }
        }
    }

    private void launch() {
        List<String> command = new ArrayList<>(target.command());
        command.addAll(target.flags(dataDirectory(), clientPort, peerPort));
        command.addAll(extraFlags);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("server.log").toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
        startNanos = System.nanoTime();
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    private void awaitReady() {
        while (!answers()) {
            if (!isAlive()) {
                throw new IllegalStateException(target + " ended while starting:\n" + output());
            }
            if (System.nanoTime() - startNanos > READY_LIMIT.toNanos()) {
                kill();
                throw new IllegalStateException(target + " does not answer after " + READY_LIMIT + ":\n" + output());
            }
            Await.pause(Duration.ofMillis(5));
        }
        startNanos = System.nanoTime() - startNanos;
    }

    /** Health includes a linearizable read, so this is the first answered get. */
    private boolean answers() {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + endpoint() + "/health").toURL().openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(8_000);
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8).contains("\"health\":\"true\"");
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    private int awaitExit() {
        Process ending = running();
        try {
            if (!ending.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                ending.destroyForcibly();
                throw new IllegalStateException(
                        "pid=" + ending.pid() + " still runs " + STOP_LIMIT + " after the signal");
            }
            return ending.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a server ends", stopped);
        }
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid() + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("never started");
        }
        return process;
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("leasehold-interop-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
