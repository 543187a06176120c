package io.leasehold.benchmarks;

import io.leasehold.interop.ServerTarget;
import java.util.Locale;

/** What {@link Restart} came to on one server: the start after kill -9, the stop, and the start after it. */
record RestartMeasurement(
        Restart restart, ServerTarget target, Restart.Start killed, double stopSeconds, Restart.Start clean) {
    private static final double MIB = 1 << 20;

    static final String HEADER = String.format(
            Locale.ROOT,
            "%-16s %-10s %10s %9s %9s %8s %10s %9s %9s",
            "restart",
            "server",
            "killed s",
            "CPU s",
            "RSS MiB",
            "stop s",
            "stopped s",
            "CPU s",
            "RSS MiB");

    String line() {
        return String.format(
                Locale.ROOT,
                "%-16s %-10s %10.2f %9.2f %9.0f %8.2f %10.2f %9.2f %9.0f",
                restart.name(),
                target.name().toLowerCase(Locale.ROOT),
                killed.seconds(),
                killed.cpuSeconds(),
                killed.residentBytes() / MIB,
                stopSeconds,
                clean.seconds(),
                clean.cpuSeconds(),
                clean.residentBytes() / MIB);
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"row\":\"%s\",\"target\":\"%s\",\"killedSeconds\":%.3f,\"killedCpuSeconds\":%.2f,"
                        + "\"stopSeconds\":%.3f,\"cleanSeconds\":%.3f,\"cleanCpuSeconds\":%.2f,\"residentBytes\":%d}",
                restart.name(),
                target.name().toLowerCase(Locale.ROOT),
                killed.seconds(),
                killed.cpuSeconds(),
                stopSeconds,
                clean.seconds(),
                clean.cpuSeconds(),
                clean.residentBytes());
    }
}
