package io.leasehold.server.metrics;

import io.leasehold.server.http.HealthTold;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the health endpoints answered, under etcd's names. The checks' names are ours, so their number is bounded. */
public final class HealthMetrics implements HealthTold {
    private final Metrics metrics;
    private final Counter successes;
    private final Counter failures;
    private final Map<String, Outcomes> outcomesByCheck = new ConcurrentHashMap<>();

    /** How often one check passed and failed, and how it ended last. */
    private static final class Outcomes {
        private final Counter passed;
        private final Counter failed;
        private volatile boolean lastPassed;

        Outcomes(Metrics metrics, String type, String name) {
            String help = "Health checks run, by their outcome.";
            String total = "etcd_server_healthchecks_total";
            passed = metrics.counter(total, help, Map.of("type", type, "name", name, "status", "success"));
            failed = metrics.counter(total, help, Map.of("type", type, "name", name, "status", "error"));
            metrics.gauge(
                    "etcd_server_healthcheck",
                    "The outcome of the last run of a health check. 1 is passed.",
                    Map.of("type", type, "name", name),
                    () -> lastPassed ? 1 : 0);
        }
    }

    private HealthMetrics(Metrics metrics) {
        this.metrics = metrics;
        successes = metrics.counter("etcd_server_health_success", "Answers of /health that all is well.", Map.of());
        failures = metrics.counter("etcd_server_health_failures", "Answers of /health that it is not.", Map.of());
    }

    /** Adds them all. */
    public static HealthMetrics addTo(Metrics metrics) {
        return new HealthMetrics(metrics);
    }

    @Override
    public void health(boolean well) {
        (well ? successes : failures).increment();
    }

    @Override
    public void check(String type, String name, boolean passed) {
        Outcomes outcomes =
                outcomesByCheck.computeIfAbsent(type + "/" + name, key -> new Outcomes(metrics, type, name));
        outcomes.lastPassed = passed;
        (passed ? outcomes.passed : outcomes.failed).increment();
    }
}
