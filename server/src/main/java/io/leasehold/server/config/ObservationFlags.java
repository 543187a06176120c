package io.leasehold.server.config;

import io.leasehold.server.config.ServerConfig.Observation;
import io.leasehold.server.config.ServerConfig.Tracing;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The flags of metrics, slow requests, debug pages and traces. Pure functions. */
final class ObservationFlags {
    private static final int SAMPLES_MAX = 1_000_000;
    private static final Set<String> METRICS = Set.of("basic", "extensive");

    private ObservationFlags() {}

    static Observation read(FlagValues values) {
        String metrics = values.text("metrics");
        if (!METRICS.contains(metrics)) {
            values.problem("metrics", "basic or extensive", metrics);
        }
        return new Observation(
                metrics.equals("extensive"),
                values.durationMillis(newest(values, "warning-unary-request-duration"), 0),
                values.bool("enable-pprof"),
                values.bool(newest(values, "enable-distributed-tracing")) ? tracing(values) : null);
    }

    private static @Nullable Tracing tracing(FlagValues values) {
        return new Tracing(
                values.text(newest(values, "distributed-tracing-address")),
                values.text(newest(values, "distributed-tracing-service-name")),
                values.text(newest(values, "distributed-tracing-instance-id")),
                (int) values.number(newest(values, "distributed-tracing-sampling-rate"), 0, SAMPLES_MAX));
    }

    /** The flag's name, or the one it had before 3.6 when it is given by that. */
    private static String newest(FlagValues values, String flag) {
        String older = "experimental-" + flag;
        return values.isGiven(older) ? older : flag;
    }
}
