package io.leasehold.cli.cluster;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Action;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.GoText;
import io.leasehold.cli.output.Output;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** {@code endpoint health}: whether a linearizable read gets through, and no alarm is on. */
final class EndpointHealth implements Action {
    private static final String DENIED = "etcdserver: permission denied";

    private final Ctl ctl;

    private final Flag<Boolean> cluster;

    EndpointHealth(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.cluster = flags.toggle("cluster", "ask all members");
    }

    private record Health(String endpoint, boolean well, String took, String error) {
        String json() {
            String tail = error.isEmpty() ? "" : ",\"error\":" + GoJson.text(error);
            return "{\"endpoint\":" + GoJson.text(endpoint) + ",\"health\":" + well + ",\"took\":" + GoJson.text(took)
                    + tail + "}";
        }
    }

    @Override
    public void run(List<String> arguments) {
        Output output = ctl.output();
        // All at once: each that is dead takes its whole time to be found out.
        List<CompletableFuture<Health>> asked = new ArrayList<>();
        for (String endpoint : ClusterEndpoints.of(ctl, cluster.value())) {
            asked.add(CompletableFuture.supplyAsync(
                    () -> ask(endpoint), Thread.ofPlatform().daemon()::start));
        }
        List<Health> all = asked.stream().map(CompletableFuture::join).toList();
        if (output.format() == Output.Format.SIMPLE) {
            all.forEach(this::tell);
        } else {
            output.print(new Report(all));
        }
        if (all.stream().anyMatch(health -> !health.well())) {
            throw new CtlException(CtlException.Code.ERROR, "unhealthy cluster");
        }
    }

    private void tell(Health health) {
        if (health.error().isEmpty()) {
            ctl.output()
                    .line(health.endpoint() + " is healthy: successfully committed proposal: took = " + health.took());
        } else {
            ctl.output().stream().flush();
            ctl.err().println(health.endpoint() + " is unhealthy: failed to commit proposal: " + health.error());
        }
    }

    @ReadsClock("the answer is timed for people")
    private Health ask(String endpoint) {
        long startNanos = System.nanoTime();
        String error = "";
        try (Connection connection = ctl.connect(endpoint)) {
            RangeRequest request = RangeRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("health"))
                    .build();
            try {
                connection.call(KVGrpc.getRangeMethod(), request);
            } catch (CtlException e) {
                error = DENIED.equals(e.getMessage()) ? "" : String.valueOf(e.getMessage());
            }
            String took = GoText.duration(System.nanoTime() - startNanos);
            if (error.isEmpty()) {
                error = alarms(connection);
            }
            return new Health(endpoint, error.isEmpty(), took, error);
        } catch (CtlException e) {
            return new Health(
                    endpoint, false, GoText.duration(System.nanoTime() - startNanos), String.valueOf(e.getMessage()));
        }
    }

    private static String alarms(Connection connection) {
        try {
            List<AlarmMember> on = connection
                    .call(MaintenanceGrpc.getAlarmMethod(), AlarmRequest.getDefaultInstance())
                    .getAlarmsList();
            return on.isEmpty()
                    ? ""
                    : on.stream()
                            .map(alarm -> alarm.getAlarm().name())
                            .distinct()
                            .collect(Collectors.joining(" ", "Active Alarm(s): ", ""));
        } catch (CtlException e) {
            return DENIED.equals(e.getMessage()) ? "" : "Unable to fetch the alarm list";
        }
    }

    private record Report(List<Health> all) implements Answer {
        @Override
        public void simple(Simple out) {
            throw new IllegalStateException("told line by line");
        }

        @Override
        public String json() {
            return all.stream().map(Health::json).collect(Collectors.joining(",", "[", "]"));
        }

        @Override
        public void fields(Fields out) {
            for (Health health : all) {
                out.line("Endpoint", GoJson.text(health.endpoint()));
                out.line("Health", health.well());
                out.line("Took", health.took());
                out.line("Error", health.error());
                out.gap();
            }
        }

        @Override
        public List<List<String>> table() {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ENDPOINT", "HEALTH", "TOOK", "ERROR"));
            all.forEach(health -> rows.add(
                    List.of(health.endpoint(), Boolean.toString(health.well()), health.took(), health.error())));
            return rows;
        }
    }
}
