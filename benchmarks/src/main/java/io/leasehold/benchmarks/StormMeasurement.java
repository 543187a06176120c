package io.leasehold.benchmarks;

import io.leasehold.interop.ServerTarget;
import java.util.Locale;

/**
 * What a storm came to on one server. Lateness is the time from the moment the lease's last renewal was sent, plus its
 * TTL, to the arrival of the deletion of its key at a watcher.
 *
 * @param earlyCount keys that went before that moment: anything but 0 is a broken promise
 * @param calmPutP99Millis puts of a bystander while the leases wait for their end
 * @param stormPutP99Millis the same while they end
 * @param residentBytesPerLease growth of the process from the start until all leases and keys were there
 */
record StormMeasurement(
        Storm storm,
        ServerTarget target,
        double latenessP50Millis,
        double latenessMaxMillis,
        long earlyCount,
        double deletesPerSecond,
        double calmPutP99Millis,
        double stormPutP99Millis,
        double stormPutMaxMillis,
        double cpuMicrosPerKey,
        double residentBytesPerLease) {

    static final String HEADER = String.format(
            Locale.ROOT,
            "%-16s %-10s %11s %11s %6s %10s %9s %9s %9s %10s %9s",
            "storm",
            "server",
            "late p50 ms",
            "late max ms",
            "early",
            "deletes/s",
            "calm p99",
            "storm p99",
            "storm max",
            "CPU us/key",
            "RSS/lease");

    String line() {
        return String.format(
                Locale.ROOT,
                "%-16s %-10s %11.1f %11.1f %6d %10.0f %9.2f %9.2f %9.2f %10.2f %9.0f",
                storm.name(),
                target.name().toLowerCase(Locale.ROOT),
                latenessP50Millis,
                latenessMaxMillis,
                earlyCount,
                deletesPerSecond,
                calmPutP99Millis,
                stormPutP99Millis,
                stormPutMaxMillis,
                cpuMicrosPerKey,
                residentBytesPerLease);
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"row\":\"%s\",\"target\":\"%s\",\"latenessP50Millis\":%.2f,\"latenessMaxMillis\":%.2f,"
                        + "\"early\":%d,\"deletesPerSecond\":%.0f,\"calmPutP99Millis\":%.3f,"
                        + "\"stormPutP99Millis\":%.3f,\"stormPutMaxMillis\":%.3f,\"cpuMicrosPerKey\":%.2f,"
                        + "\"residentBytesPerLease\":%.0f}",
                storm.name(),
                target.name().toLowerCase(Locale.ROOT),
                latenessP50Millis,
                latenessMaxMillis,
                earlyCount,
                deletesPerSecond,
                calmPutP99Millis,
                stormPutP99Millis,
                stormPutMaxMillis,
                cpuMicrosPerKey,
                residentBytesPerLease);
    }
}
