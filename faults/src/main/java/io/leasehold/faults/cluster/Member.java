package io.leasehold.faults.cluster;

import io.leasehold.interop.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One member as a process. Its methods are called by one thread at a time; {@link #pid()} and {@link #isAlive()} by any. */
public final class Member {
    /** What a signal is sent for. */
    public enum Signal {
        /** Ends at once. */
        KILL,
        /** Asks to stop. */
        TERM,
        /** Stands still. */
        STOP,
        /** Goes on. */
        CONT
    }

    private static final long END_LIMIT_SECONDS = 60;

    private final String name;
    private final Path home;
    private final Path dataDirectory;
    private final ClusterPlan plan;
    private final int clientPort = LoopbackPorts.draw();
    private final int listenPort = LoopbackPorts.draw();
    private final int doorPort;
    private volatile @Nullable Process process;
    private boolean stopped;
    private boolean toldToEnd;

    /**
     * A member that is not started yet.
     *
     * @param home where it prints to
     * @param dataDirectory made by the member if it is not there
     */
    Member(String name, Path home, Path dataDirectory, ClusterPlan plan) {
        this.name = name;
        this.home = home;
        this.dataDirectory = dataDirectory;
        this.plan = plan;
        this.doorPort = plan.breakable() ? LoopbackPorts.draw() : listenPort;
    }

    /** As in {@code --name}. */
    public String name() {
        return name;
    }

    /** Where clients find it. */
    public int clientPort() {
        return clientPort;
    }

    /** Where it keeps its data. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    /** The address that the other members dial: its door's, or its own if it has none. */
    public String peerUrl() {
        return "http://127.0.0.1:" + doorPort;
    }

    int doorPort() {
        return doorPort;
    }

    int listenPort() {
        return listenPort;
    }

    /** The id of its process, running or not; -1 before the first start. */
    public long pid() {
        Process started = process;
        return started == null ? -1 : started.pid();
    }

    /** Whether its process is there, standing still or not. */
    public boolean isAlive() {
        Process started = process;
        return started != null && started.isAlive();
    }

    /** Whether it stands still. */
    public boolean isStopped() {
        return stopped;
    }

    /** Whether its process was sent a signal that ends it, and none was started since. */
    public boolean wasToldToEnd() {
        return toldToEnd;
    }

    /** Starts it, on what its directory holds. */
    public void start(String initialCluster, String clusterState) {
        String clientUrl = "http://127.0.0.1:" + clientPort;
        List<String> command = new ArrayList<>(plan.target().command());
        command.addAll(List.of("--name", name, "--data-dir", dataDirectory.toString()));
        command.addAll(List.of("--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl));
        command.addAll(List.of("--listen-peer-urls", "http://127.0.0.1:" + listenPort));
        command.addAll(List.of("--initial-advertise-peer-urls", peerUrl()));
        command.addAll(List.of("--initial-cluster", initialCluster, "--initial-cluster-state", clusterState));
        command.addAll(plan.flags());
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            stopped = false;
            toldToEnd = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal to its process. One that is gone already gets none. */
    public void signal(Signal signal) {
        Process started = process;
        if (started == null || !started.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(started.pid()))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
            stopped = signal == Signal.STOP || (stopped && signal == Signal.TERM);
            toldToEnd |= signal == Signal.TERM || signal == Signal.KILL;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for the end of its process.
     *
     * @return its exit code
     * @throws IllegalStateException when it does not end within a minute
     */
    public int awaitEnd() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException(name + " was never started");
        }
        try {
            if (!started.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " does not end");
            }
            return started.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Kills it and waits until it is gone. */
    public void kill() {
        if (isAlive()) {
            signal(Signal.KILL);
            awaitEnd();
        }
    }

    /** All that it has printed, over all its starts. */
    public String output() {
        try {
            return Files.exists(log()) ? Files.readString(log(), StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return home.resolve(name.toLowerCase(Locale.ROOT) + ".log");
    }

    @Override
    public String toString() {
        return name;
    }
}
