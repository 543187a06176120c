package io.leasehold.cli;

import io.leasehold.cli.auth.AuthCommands;
import io.leasehold.cli.auth.RoleCommands;
import io.leasehold.cli.auth.UserCommands;
import io.leasehold.cli.cluster.AlarmCommands;
import io.leasehold.cli.cluster.DefragCommand;
import io.leasehold.cli.cluster.EndpointCommands;
import io.leasehold.cli.cluster.MemberCommands;
import io.leasehold.cli.cluster.MoveLeaderCommand;
import io.leasehold.cli.cluster.SnapshotCommands;
import io.leasehold.cli.concurrency.ElectCommand;
import io.leasehold.cli.concurrency.LockCommand;
import io.leasehold.cli.kv.CompactionCommand;
import io.leasehold.cli.kv.DelCommand;
import io.leasehold.cli.kv.GetCommand;
import io.leasehold.cli.kv.PutCommand;
import io.leasehold.cli.kv.TxnCommand;
import io.leasehold.cli.kv.WatchCommand;
import io.leasehold.cli.lease.LeaseCommands;
import java.time.Duration;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The tree of all commands. */
final class Commands {
    private Commands() {}

    static CommandLine of(Ctl ctl) {
        CommandLine root = new CommandLine(ctl)
                .addSubcommand("put", new PutCommand(ctl))
                .addSubcommand("get", new GetCommand(ctl))
                .addSubcommand("del", new DelCommand(ctl))
                .addSubcommand("txn", new TxnCommand(ctl))
                .addSubcommand("compaction", new CompactionCommand(ctl))
                .addSubcommand("watch", new WatchCommand(ctl))
                .addSubcommand("lease", LeaseCommands.of(ctl))
                .addSubcommand("member", MemberCommands.of(ctl))
                .addSubcommand("endpoint", EndpointCommands.of(ctl))
                .addSubcommand("alarm", AlarmCommands.of(ctl))
                .addSubcommand("defrag", new DefragCommand(ctl))
                .addSubcommand("snapshot", SnapshotCommands.of(ctl))
                .addSubcommand("move-leader", new MoveLeaderCommand(ctl))
                .addSubcommand("lock", new LockCommand(ctl))
                .addSubcommand("elect", new ElectCommand(ctl))
                .addSubcommand("auth", AuthCommands.of(ctl))
                .addSubcommand("user", UserCommands.of(ctl))
                .addSubcommand("role", RoleCommands.of(ctl))
                .addSubcommand("version", new VersionCommand(ctl))
                .addSubcommand("completion", new CompletionCommand(ctl));
        root.registerConverter(Duration.class, Commands::duration);
        root.setAbbreviatedSubcommandsAllowed(true);
        root.setOverwrittenOptionsAllowed(true);
        CommandRun.handleFailures(root, ctl.surroundings());
        return root;
    }

    /** The script that completes commands in bash. */
    static String completion(Ctl ctl) {
        return AutoComplete.bash("leaseholdctl", of(ctl));
    }

    /** A duration as Go writes it. */
    static Duration duration(String text) {
        long nanos = 0;
        int at = 0;
        while (at < text.length()) {
            int numberEnd = at;
            while (numberEnd < text.length() && "0123456789.".indexOf(text.charAt(numberEnd)) >= 0) {
                numberEnd++;
            }
            int unitEnd = numberEnd;
            while (unitEnd < text.length() && Character.isLetter(text.charAt(unitEnd))) {
                unitEnd++;
            }
            nanos += nanos(text, text.substring(at, numberEnd), text.substring(numberEnd, unitEnd));
            at = unitEnd == at ? text.length() : unitEnd;
        }
        return Duration.ofNanos(nanos);
    }

    private static long nanos(String whole, String number, String unit) {
        double perUnit =
                switch (unit) {
                    case "ns" -> 1;
                    case "us", "µs" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "m" -> 60e9;
                    case "h" -> 3_600e9;
                    default -> -1;
                };
        try {
            if (perUnit > 0) {
                return (long) (Double.parseDouble(number) * perUnit);
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        if (whole.equals("0")) {
            return 0;
        }
        throw new TypeConversionException("expected a duration such as 500ms, 5s or 1m30s, got \"" + whole + "\"");
    }
}
