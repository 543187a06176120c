package io.leasehold.cli.lease;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import java.util.List;
import java.util.function.Supplier;

/** {@code lease grant|revoke|timetolive|list|keep-alive}. */
public final class LeaseCommands {
    private LeaseCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "lease",
                "grant leases, keep them alive, look at them, end them",
                Entry.command("grant", Help.of("grant a lease", "<ttl in seconds>", "lease grant 60"), Grant::new),
                Entry.command(
                        "revoke",
                        Help.of("end a lease and delete its keys", "<id>", "lease revoke 32695410dcc0ca06"),
                        Revoke::new),
                Entry.command(
                        "timetolive",
                        Help.of("show what is left of a lease", "<id>", "lease timetolive 32695410dcc0ca06 --keys"),
                        TimeToLive::new),
                Entry.command(
                        "list",
                        Help.of(
                                "list all leases",
                                "",
                                "lease list",
                                "lease list --ttl -w table",
                                "lease list --key-prefix=services/ --max-left=30s",
                                "lease list --sort=keys --limit=20 --page=2"),
                        ListCommand::new),
                Entry.command(
                        "keep-alive",
                        Help.of(
                                "keep leases alive",
                                "<id>...",
                                "lease keep-alive 32695410dcc0ca06",
                                "lease keep-alive --once 32695410dcc0ca06"),
                        KeepAliveCommand::new),
                Entry.command(
                        "top",
                        Help.of("watch what is left of leases, those that end soonest first", "", "lease top"),
                        TopCommand::new),
                Entry.plain(
                        "tree",
                        Help.of("show leases with their keys", "[key prefix]", "lease tree", "lease tree services/"),
                        TreeCommand::run),
                Entry.command(
                        "watch",
                        Help.of(
                                "show leases as they are granted and as they end",
                                "",
                                "lease watch",
                                "lease watch --initial"),
                        WatchLeasesCommand::new));
    }

    /** Refusals of these commands carry what failed; and some their own exit code. */
    static <T> T attempt(String what, CtlException.Code code, Supplier<T> call) {
        try {
            return call.get();
        } catch (CtlException e) {
            String cause = String.valueOf(e.getMessage());
            throw new CtlException(code, what.isEmpty() ? cause : what + " (" + cause + ")", e);
        }
    }

    private static final class Grant implements Action {
        private final Ctl ctl;

        private final Flag<String> id;

        Grant(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.id = flags.text("id", "hex id", "0", "an id of your own choice");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, 1, "lease grant command needs TTL argument");
            LeaseGrantRequest request = LeaseGrantRequest.newBuilder()
                    .setTTL(Arguments.number(arguments.get(0), "TTL"))
                    .setID(Arguments.hexId(id.value(), "lease"))
                    .build();
            try (Connection connection = ctl.connect()) {
                ctl.output()
                        .print(new LeaseAnswers.Granted(attempt(
                                "failed to grant lease",
                                CtlException.Code.ERROR,
                                () -> connection.call(LeaseGrpc.getLeaseGrantMethod(), request))));
            }
        }
    }

    private static final class Revoke implements Action {
        private final Ctl ctl;

        Revoke(Ctl ctl, Flags flags) {
            this.ctl = ctl;
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, 1, "lease revoke command needs 1 argument");
            long id = Arguments.hexId(arguments.get(0), "lease");
            try (Connection connection = ctl.connect()) {
                ctl.output()
                        .print(new LeaseAnswers.Revoked(
                                id,
                                attempt(
                                        "failed to revoke lease",
                                        CtlException.Code.ERROR,
                                        () -> connection.call(
                                                LeaseGrpc.getLeaseRevokeMethod(),
                                                LeaseRevokeRequest.newBuilder()
                                                        .setID(id)
                                                        .build()))));
            }
        }
    }

    private static final class TimeToLive implements Action {
        private final Ctl ctl;

        private final Flag<Boolean> keys;

        TimeToLive(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.keys = flags.toggle("keys", "and its keys");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, 1, "lease timetolive command needs lease ID as argument");
            LeaseTimeToLiveRequest request = LeaseTimeToLiveRequest.newBuilder()
                    .setID(Arguments.hexId(arguments.get(0), "lease"))
                    .setKeys(keys.value())
                    .build();
            try (Connection connection = ctl.connect()) {
                ctl.output()
                        .print(new LeaseAnswers.Remaining(
                                attempt(
                                        "",
                                        CtlException.Code.BAD_CONNECTION,
                                        () -> connection.callWithoutDeadline(
                                                LeaseGrpc.getLeaseTimeToLiveMethod(), request)),
                                keys.value()));
            }
        }
    }
}
