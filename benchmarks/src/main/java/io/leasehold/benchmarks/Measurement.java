package io.leasehold.benchmarks;

import io.leasehold.interop.ServerTarget;
import java.util.Locale;

/** What one row came to on one server. Times in the unit of their name, over the measured seconds only. */
record Measurement(
        String row,
        ServerTarget target,
        double opsPerSecond,
        double p50Millis,
        double p99Millis,
        double cpuMicrosPerOp,
        long residentBytes,
        double startSeconds) {

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"row\":\"%s\",\"target\":\"%s\",\"opsPerSecond\":%.1f,\"p50Millis\":%.3f,\"p99Millis\":%.3f,"
                        + "\"cpuMicrosPerOp\":%.2f,\"residentBytes\":%d,\"startSeconds\":%.3f}",
                row,
                target.name().toLowerCase(Locale.ROOT),
                opsPerSecond,
                p50Millis,
                p99Millis,
                cpuMicrosPerOp,
                residentBytes,
                startSeconds);
    }
}
