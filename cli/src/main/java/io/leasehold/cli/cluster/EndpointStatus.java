package io.leasehold.cli.cluster;

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
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.DowngradeInfo;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code endpoint status}: what each server says of itself. */
final class EndpointStatus implements Action {
    private final Ctl ctl;

    private final Flag<Boolean> cluster;

    EndpointStatus(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.cluster = flags.toggle("cluster", "ask all members");
    }

    private record Status(String endpoint, StatusResponse response) {
        List<String> row() {
            return List.of(
                    endpoint,
                    Long.toHexString(response.getHeader().getMemberId()),
                    response.getVersion(),
                    GoText.size(response.getDbSize()),
                    Boolean.toString(
                            response.getLeader() == response.getHeader().getMemberId()),
                    Boolean.toString(response.getIsLearner()),
                    Long.toUnsignedString(response.getRaftTerm()),
                    Long.toUnsignedString(response.getRaftIndex()),
                    Long.toUnsignedString(response.getRaftAppliedIndex()),
                    String.join(", ", response.getErrorsList()));
        }
    }

    @Override
    public void run(List<String> arguments) {
        List<Status> all = new ArrayList<>();
        for (String endpoint : ClusterEndpoints.of(ctl, cluster.value())) {
            try (Connection connection = ctl.connect(endpoint)) {
                all.add(new Status(
                        endpoint,
                        connection.call(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance())));
            } catch (CtlException e) {
                ctl.err().println("Failed to get the status of endpoint " + endpoint + " (" + e.getMessage() + ")");
                ctl.exitWith(CtlException.Code.ERROR.number());
            }
        }
        ctl.output().print(new Report(all));
    }

    private record Report(List<Status> all) implements Answer {
        @Override
        public void simple(Simple out) {
            all.forEach(status -> out.line(String.join(", ", status.row())));
        }

        @Override
        public String json() {
            return all.stream()
                    .map(status -> "{\"Endpoint\":" + GoJson.text(status.endpoint()) + ",\"Status\":"
                            + GoJson.of(status.response()) + "}")
                    .collect(Collectors.joining(",", "[", "]"));
        }

        @Override
        public void fields(Fields out) {
            for (Status status : all) {
                StatusResponse response = status.response();
                out.header(response.getHeader());
                out.line("Version", GoJson.text(response.getVersion()));
                // A server older than 3.6 does not tell all of these.
                out.line("StorageVersion", GoJson.text(response.getStorageVersion()));
                out.line("DBSize", response.getDbSize());
                out.line("DBSizeInUse", response.getDbSizeInUse());
                out.line("DBSizeQuota", response.getDbSizeQuota());
                out.unsigned("Leader", response.getLeader());
                out.line("IsLearner", response.getIsLearner());
                out.unsigned("RaftIndex", response.getRaftIndex());
                out.unsigned("RaftTerm", response.getRaftTerm());
                out.unsigned("RaftAppliedIndex", response.getRaftAppliedIndex());
                out.line("Errors", "[" + String.join(" ", response.getErrorsList()) + "]");
                out.line("Endpoint", GoJson.text(status.endpoint()));
                DowngradeInfo downgrade = response.getDowngradeInfo();
                out.line("DowngradeTargetVersion", GoJson.text(downgrade.getTargetVersion()));
                out.line("DowngradeEnabled", downgrade.getEnabled());
                out.gap();
            }
        }

        @Override
        public List<List<String>> table() {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of(
                    "ENDPOINT",
                    "ID",
                    "VERSION",
                    "DB SIZE",
                    "IS LEADER",
                    "IS LEARNER",
                    "RAFT TERM",
                    "RAFT INDEX",
                    "RAFT APPLIED INDEX",
                    "ERRORS"));
            all.forEach(status -> rows.add(status.row()));
            return rows;
        }
    }
}
