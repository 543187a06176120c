package io.leasehold.benchmarks;

import io.leasehold.faults.cluster.ClusterPlan;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Member;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Runs each chosen row against each server in turn, every time on a fresh data directory, and prints what it cost.
 * Only ratios within one run mean something: both servers share the machine with the generator.
 */
@ReadsClock("measures throughput")
public final class Benchmark {
    private static final double NANOS_PER_MILLI = 1e6;

    private final BenchmarkOptions options;

    private Benchmark(BenchmarkOptions options) {
        this.options = options;
    }

    /** Exit code 2 for wrong arguments, 1 when a row fails. */
    public static void main(String[] args) throws IOException {
        BenchmarkOptions options;
        try {
            options = BenchmarkOptions.parse(args);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println(BenchmarkOptions.USAGE);
            System.exit(2);
            return;
        }
        new Benchmark(options).run();
        // Event loops of closed connections may linger; nothing is left to do.
        System.exit(0);
    }

    private void run() throws IOException {
        List<Measurement> results = new ArrayList<>();
        List<Row> rows = options.chosenRows();
        System.out.printf(
                "%d rows, each %d s warm-up and %d s measured on %s%n",
                rows.size(), options.warmUpSeconds(), options.seconds(), options.targets());
        if (!rows.isEmpty() || !options.chosenClusterRows().isEmpty()) {
            System.out.println(ResultTable.HEADER);
        }
        for (Row row : rows) {
            for (ServerTarget target : options.targets()) {
                results.add(measure(row, target));
                System.out.println(ResultTable.line(results));
            }
        }
        for (ClusterRow row : options.chosenClusterRows()) {
            for (ServerTarget target : options.targets()) {
                results.add(measure(row, target));
                System.out.println(ResultTable.line(results));
            }
        }
        List<String> json =
                new ArrayList<>(results.stream().map(Measurement::toJson).toList());
        json.addAll(storms());
        json.addAll(restarts());
        save(json);
    }

    private List<String> storms() {
        List<String> json = new ArrayList<>();
        List<Storm> storms = options.chosenStorms();
        if (!storms.isEmpty()) {
            System.out.println(StormMeasurement.HEADER);
        }
        for (Storm storm : storms) {
            for (ServerTarget target : options.targets()) {
                String what = storm.name() + " on " + target + ": ";
                StormMeasurement result =
                        new ExpiryStorm(storm, step -> progress(what + step)).run(target, flags(target));
                progress("");
                System.out.println(result.line());
                json.add(result.toJson());
            }
        }
        return json;
    }

    private List<String> restarts() {
        List<String> json = new ArrayList<>();
        List<Restart> restarts = options.chosenRestarts();
        if (!restarts.isEmpty()) {
            System.out.println(RestartMeasurement.HEADER);
        }
        for (Restart restart : restarts) {
            for (ServerTarget target : options.targets()) {
                String what = restart.name() + " on " + target + ": ";
                RestartMeasurement result = restart.run(target, step -> progress(what + step), flags(target));
                progress("");
                System.out.println(result.line());
                json.add(result.toJson());
            }
        }
        return json;
    }

    private String[] flags(ServerTarget target) {
        return target == ServerTarget.LEASEHOLD ? options.flags().toArray(String[]::new) : new String[0];
    }

    private Measurement measure(Row row, ServerTarget target) {
        progress(row.name() + " on " + target + ": starting");
        try (ServerProcess server = ServerProcess.start(target, flags(target));
                Connections connections = new Connections(server.clientPort(), row.connections())) {
            double startSeconds = server.startTime().toMillis() / 1e3;
            return measure(row.name(), row, target, connections, List.of(server.pid()), startSeconds);
        } finally {
            progress("");
        }
    }

    private Measurement measure(ClusterRow row, ServerTarget target) throws IOException {
        progress(row.name() + " on " + target + ": starting");
        Path home = Files.createTempDirectory("leasehold-benchmark-");
        try (FaultyCluster cluster = new FaultyCluster(home, new ClusterPlan(target, false, List.of(flags(target))))) {
            cluster.found(ClusterRow.MEMBERS);
            try (Connections connections =
                    new Connections(row.ports(cluster), row.row().connections())) {
                List<Long> pids = cluster.members().stream().map(Member::pid).toList();
                return measure(row.name(), row.row(), target, connections, pids, 0);
            }
        } finally {
            progress("");
            FaultyCluster.remove(home);
        }
    }

    private Measurement measure(
            String name, Row row, ServerTarget target, Connections connections, List<Long> pids, double startSeconds) {
        try (Workload load = row.load().on(connections, new Requests())) {
            Meter meter = new Meter();
            load.start(meter);
            passSeconds(name + " on " + target + ": warming up", options.warmUpSeconds());
            meter.interval();
            ProcessUsage before = ProcessUsage.of(pids);
            long startNanos = System.nanoTime();
            passSeconds(name + " on " + target + ": measuring", options.seconds());
            Histogram latencies = meter.interval();
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            ProcessUsage after = ProcessUsage.of(pids);
            long operations = Math.max(1, latencies.getTotalCount());
            return new Measurement(
                    name,
                    target,
                    latencies.getTotalCount() / seconds,
                    latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
                    latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
                    (double) (after.cpuMicros() - before.cpuMicros()) / operations,
                    after.residentBytes(),
                    startSeconds);
        }
    }

    private static void passSeconds(String what, int seconds) {
        for (int left = seconds; left > 0; left--) {
            progress(what + ", " + left + " s");
            Await.pause(Duration.ofSeconds(1));
        }
    }

    /** One line that is written over, on the error stream, so that the table can be piped. */
    private static void progress(String text) {
        if (Boolean.getBoolean("benchmarks.progress")) {
            System.err.printf("\r\033[K%s", text);
        }
    }

    private void save(List<String> results) throws IOException {
        Path json = options.json();
        Path parent = json.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(json, results.stream().collect(Collectors.joining(",\n ", "[", "]\n")));
        System.out.println("written to " + json);
    }
}
