package io.leasehold.cli.cluster;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.DowngradeRequest;
import io.leasehold.protocol.etcdserverpb.DowngradeRequest.DowngradeAction;
import io.leasehold.protocol.etcdserverpb.DowngradeResponse;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import java.util.List;

/** {@code downgrade validate|enable|cancel}. */
public final class DowngradeCommands {
    private DowngradeCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "downgrade",
                "prepare a cluster for an older version",
                Entry.plain(
                        "validate",
                        Help.of("ask whether it is possible", "<version>", "downgrade validate 3.5"),
                        (ctl, arguments) -> run(ctl, DowngradeAction.VALIDATE, "validate", target(arguments))),
                Entry.plain(
                        "enable",
                        Help.of("begin", "<version>", "downgrade enable 3.5"),
                        (ctl, arguments) -> run(ctl, DowngradeAction.ENABLE, "enable", target(arguments))),
                Entry.plain(
                        "cancel",
                        Help.of("give it up", "", "downgrade cancel"),
                        (ctl, none) -> run(ctl, DowngradeAction.CANCEL, "cancel", "")));
    }

    private static String target(List<String> arguments) {
        Arguments.count(arguments, 1, Integer.MAX_VALUE, "TARGET_VERSION not provided");
        Arguments.count(arguments, 1, 1, "too many arguments");
        return arguments.get(0);
    }

    private static void run(Ctl ctl, DowngradeAction action, String name, String version) {
        ctl.ask(
                MaintenanceGrpc.getDowngradeMethod(),
                DowngradeRequest.newBuilder()
                        .setAction(action)
                        .setVersion(version)
                        .build(),
                response -> new Done(name, response));
    }

    private record Done(String name, DowngradeResponse response) implements Answer {
        @Override
        public void simple(Simple out) {
            out.line("Downgrade " + name + " success, cluster version " + response.getVersion());
        }

        @Override
        public String json() {
            return GoJson.of(response);
        }

        @Override
        public void fields(Fields out) {
            out.header(response.getHeader());
            out.line("ClusterVersion", GoJson.text(response.getVersion()));
        }

        @Override
        public DowngradeResponse protobuf() {
            return response;
        }
    }
}
