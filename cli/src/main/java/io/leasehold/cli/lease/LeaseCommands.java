package io.leasehold.cli.lease;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Group;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lease grant|revoke|timetolive|list|keep-alive}. */
public final class LeaseCommands {
    private LeaseCommands() {}

    /** The group. */
    public static CommandLine of(Ctl ctl) {
        CommandLine lease = Group.of(ctl, "grant leases, keep them alive, look at them, end them");
        lease.addSubcommand("grant", new Grant(ctl));
        lease.addSubcommand("revoke", new Revoke(ctl));
        lease.addSubcommand("timetolive", new TimeToLive(ctl));
        lease.addSubcommand("list", new ListAll(ctl));
        lease.addSubcommand("keep-alive", new KeepAliveCommand(ctl));
        return lease;
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

    @Command(
            description = "grant a lease",
            footer = {"", "  leaseholdctl lease grant 60"})
    private static final class Grant implements Runnable {
        private final Ctl ctl;

        @Option(names = "--id", defaultValue = "0", paramLabel = "<hex id>", description = "an id of your own choice")
        private String id = "0";

        @Parameters(paramLabel = "<ttl in seconds>")
        private List<String> arguments = new ArrayList<>();

        Grant(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            Arguments.count(arguments, 1, 1, "lease grant command needs TTL argument");
            LeaseGrantRequest request = LeaseGrantRequest.newBuilder()
                    .setTTL(Arguments.number(arguments.get(0), "TTL"))
                    .setID(Arguments.hexId(id, "lease"))
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

    @Command(
            description = "end a lease and delete its keys",
            footer = {"", "  leaseholdctl lease revoke 32695410dcc0ca06"})
    private static final class Revoke implements Runnable {
        private final Ctl ctl;

        @Parameters(paramLabel = "<hex id>")
        private List<String> arguments = new ArrayList<>();

        Revoke(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
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

    @Command(
            description = "show what is left of a lease",
            footer = {"", "  leaseholdctl lease timetolive 32695410dcc0ca06 --keys"})
    private static final class TimeToLive implements Runnable {
        private final Ctl ctl;

        @Option(names = "--keys", arity = "0..1", fallbackValue = "true", description = "and its keys")
        private boolean keys;

        @Parameters(paramLabel = "<hex id>")
        private List<String> arguments = new ArrayList<>();

        TimeToLive(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            Arguments.count(arguments, 1, 1, "lease timetolive command needs lease ID as argument");
            LeaseTimeToLiveRequest request = LeaseTimeToLiveRequest.newBuilder()
                    .setID(Arguments.hexId(arguments.get(0), "lease"))
                    .setKeys(keys)
                    .build();
            try (Connection connection = ctl.connect()) {
                ctl.output()
                        .print(new LeaseAnswers.Remaining(
                                attempt(
                                        "",
                                        CtlException.Code.BAD_CONNECTION,
                                        () -> connection.callWithoutDeadline(
                                                LeaseGrpc.getLeaseTimeToLiveMethod(), request)),
                                keys));
            }
        }
    }

    @Command(description = "list all leases")
    private static final class ListAll implements Runnable {
        private final Ctl ctl;

        ListAll(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            try (Connection connection = ctl.connect()) {
                ctl.output()
                        .print(new LeaseAnswers.Listed(attempt(
                                "",
                                CtlException.Code.BAD_CONNECTION,
                                () -> connection.callWithoutDeadline(
                                        LeaseGrpc.getLeaseLeasesMethod(), LeaseLeasesRequest.getDefaultInstance()))));
            }
        }
    }
}
