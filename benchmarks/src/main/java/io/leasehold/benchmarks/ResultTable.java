package io.leasehold.benchmarks;

import io.leasehold.interop.ServerTarget;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The printed form of the results: a line for each server and row, with the ratio to etcd where it ran before. */
final class ResultTable {
    static final String HEADER = String.format(
            Locale.ROOT,
            "%-26s %-10s %10s %9s %9s %9s %8s %7s   %s",
            "row",
            "server",
            "ops/s",
            "p50 ms",
            "p99 ms",
            "CPU us/op",
            "RSS MB",
            "start s",
            "ops and CPU against etcd");

    private ResultTable() {}

    /** The line of the last result; earlier ones are searched for etcd's on the same row. */
    static String line(List<Measurement> results) {
        Measurement last = results.get(results.size() - 1);
        Optional<Measurement> etcd = results.stream()
                .filter(result ->
                        result.target() == ServerTarget.ETCD && result.row().equals(last.row()))
                .findFirst();
        String ratio = last.target() == ServerTarget.ETCD
                ? ""
                : etcd.map(base -> String.format(
                                Locale.ROOT,
                                "%.2fx ops  %.2fx CPU",
                                last.opsPerSecond() / base.opsPerSecond(),
                                last.cpuMicrosPerOp() / base.cpuMicrosPerOp()))
                        .orElse("");
        return String.format(
                Locale.ROOT,
                "%-26s %-10s %10.0f %9.3f %9.3f %9.2f %8.0f %7.2f   %s",
                last.row(),
                last.target().name().toLowerCase(Locale.ROOT),
                last.opsPerSecond(),
                last.p50Millis(),
                last.p99Millis(),
                last.cpuMicrosPerOp(),
                last.residentBytes() / 1e6,
                last.startSeconds(),
                ratio);
    }
}
