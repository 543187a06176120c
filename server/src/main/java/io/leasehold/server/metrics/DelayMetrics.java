package io.leasehold.server.metrics;

import io.leasehold.server.replica.DelayLog;
import java.util.Locale;
import java.util.Map;

/** How often something of this member took longer than it should. */
public final class DelayMetrics {
    private DelayMetrics() {}

    /** Adds them all. */
    public static void addTo(Metrics metrics, DelayLog delays) {
        for (DelayLog.Kind kind : DelayLog.Kind.values()) {
            metrics.counterOf(
                    "leasehold_delays_total",
                    "Delays of 50 ms and more, by what took so long.",
                    Map.of("kind", kind.name().toLowerCase(Locale.ROOT)),
                    () -> delays.count(kind));
        }
        metrics.counterOf(
                "etcd_server_slow_apply_total",
                "How often applying took 50 ms and more.",
                Map.of(),
                () -> delays.count(DelayLog.Kind.APPLY));
    }
}
