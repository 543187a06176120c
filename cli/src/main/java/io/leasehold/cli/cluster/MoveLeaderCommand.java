package io.leasehold.cli.cluster;

import com.google.protobuf.Message;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import io.leasehold.protocol.etcdserverpb.MoveLeaderResponse;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.util.List;

/** {@code move-leader <hex id>}: asked of the leader, whom it finds among the endpoints. */
public final class MoveLeaderCommand {
    private MoveLeaderCommand() {}

    private static long target(String text) {
        try {
            return Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException e) {
            throw Arguments.bad("strconv.ParseUint: parsing " + Ctl.quoted(text) + ": invalid syntax");
        }
    }

    /** Does it. */
    public static void run(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "move-leader command needs 1 argument");
        long target = target(arguments.get(0));
        for (String endpoint : ctl.endpoints()) {
            try (Connection connection = ctl.connect(endpoint)) {
                StatusResponse status =
                        connection.call(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance());
                if (status.getHeader().getMemberId() == status.getLeader()) {
                    MoveLeaderResponse response = connection.call(
                            MaintenanceGrpc.getMoveLeaderMethod(),
                            MoveLeaderRequest.newBuilder().setTargetID(target).build());
                    ctl.output().print(new Moved(status.getLeader(), target, response));
                    return;
                }
            }
        }
        throw new CtlException(
                CtlException.Code.BAD_ARGUMENTS,
                "no leader endpoint given at [" + String.join(" ", ctl.endpoints()) + "]");
    }

    private record Moved(long from, long to, MoveLeaderResponse response) implements Answer {
        @Override
        public void simple(Simple out) {
            out.line("Leadership transferred from " + Long.toHexString(from) + " to " + Long.toHexString(to));
        }

        @Override
        public String json() {
            return GoJson.of(response);
        }

        @Override
        public void fields(Fields out) {
            throw Answer.notSupported("fields");
        }

        @Override
        public Message protobuf() {
            return response;
        }
    }
}
