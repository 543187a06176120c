package io.leasehold.benchmarks;

import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How long a server with many keys takes to answer again: after kill -9 in the middle of writing, and after it was told to
 * stop. The system's cache of files is warm, as it is after any crash that is the process's own.
 *
 * @param keys how many there are, put one by one in random order
 */
@ReadsClock("measures how long a server takes to stop")
record Restart(int keys) {
    private static final int CONNECTIONS = 8;

    String name() {
        return "restart " + keys;
    }

    /** Loads, kills, starts, stops and starts one server. */
    RestartMeasurement run(ServerTarget target, Consumer<String> progress, String... flags) {
        Requests requests = new Requests();
        try (ServerProcess server = ServerProcess.start(target, flags)) {
            progress.accept("putting");
            try (Connections connections = new Connections(server.clientPort(), CONNECTIONS)) {
                Pipeline.run(
                        connections,
                        keys,
                        number -> new UnaryLoad.Call<>(KVGrpc.getPutMethod(), requests.put(key(number))),
                        (answer, number) -> {});
            }
            progress.accept("killing");
            server.kill();
            server.restart();
            Start killed = Start.of(server);
            progress.accept("stopping");
            long stopNanos = System.nanoTime();
            server.stop();
            stopNanos = System.nanoTime() - stopNanos;
            server.restart();
            return new RestartMeasurement(
                    this, target, killed, TimeUnit.NANOSECONDS.toMillis(stopNanos) / 1e3, Start.of(server));
        }
    }

    /** Every number its own key, neighbours far apart: the first state of a generator is a bijection of its seed. */
    private static long key(int number) {
        return new SplittableRandom(number).nextLong();
    }

    /**
     * One start.
     *
     * @param seconds from the process's beginning to its first answered read
     * @param cpuSeconds the processor time in them
     * @param residentBytes at that moment
     */
    record Start(double seconds, double cpuSeconds, long residentBytes) {
        static Start of(ServerProcess server) {
            ProcessUsage usage = ProcessUsage.of(server.pid());
            return new Start(server.startTime().toMillis() / 1e3, usage.cpuMicros() / 1e6, usage.residentBytes());
        }
    }
}
