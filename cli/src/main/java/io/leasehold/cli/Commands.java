package io.leasehold.cli;

import io.leasehold.cli.auth.AuthCommands;
import io.leasehold.cli.auth.RoleCommands;
import io.leasehold.cli.auth.UserCommands;
import io.leasehold.cli.cluster.AlarmCommands;
import io.leasehold.cli.cluster.DefragCommand;
import io.leasehold.cli.cluster.DowngradeCommands;
import io.leasehold.cli.cluster.EndpointCommands;
import io.leasehold.cli.cluster.MemberCommands;
import io.leasehold.cli.cluster.MoveLeaderCommand;
import io.leasehold.cli.cluster.SnapshotCommands;
import io.leasehold.cli.concurrency.ConcurrencyCommands;
import io.leasehold.cli.kv.KvCommands;
import io.leasehold.cli.lease.LeaseCommands;
import io.leasehold.cli.offline.OfflineCommands;
import io.leasehold.cli.utility.UtilityCommands;
import java.util.ArrayList;
import java.util.List;

/** All commands, in the order in which help lists them. */
final class Commands {
    private Commands() {}

    /** What a program of this name has: etcdutl's commands need no server, and no others are offered. */
    static List<Entry> of(String program) {
        return isOffline(program) ? offline() : all();
    }

    /** Whether a program of this name only has commands that need no server. */
    static boolean isOffline(String program) {
        return program.equals("etcdutl") || program.equals("leaseholdutl");
    }

    private static List<Entry> offline() {
        List<Entry> offline = new ArrayList<>();
        offline.add(Entry.group(
                "snapshot", "look at a snapshot, restore it", OfflineCommands.status(), OfflineCommands.restore()));
        offline.add(Entry.command(
                "defrag",
                Help.of("give unused space of a data directory back", "", "defrag --data-dir default.etcd"),
                DefragCommand::new));
        offline.addAll(OfflineCommands.entries());
        offline.addAll(About.entries());
        return offline;
    }

    private static List<Entry> all() {
        List<Entry> all = new ArrayList<>(KvCommands.entries());
        all.add(LeaseCommands.entry());
        all.addAll(ConcurrencyCommands.entries());
        all.add(MemberCommands.entry());
        all.add(EndpointCommands.entry());
        all.add(AlarmCommands.entry());
        all.add(Entry.command(
                "defrag",
                Help.of("give unused space of servers back", "", "defrag", "defrag --cluster"),
                DefragCommand::new));
        all.add(SnapshotCommands.entry());
        all.add(Entry.plain(
                "move-leader",
                Help.of("hand leadership over to a member", "<hex id>", "move-leader 8e9e05c52164694d"),
                MoveLeaderCommand::run));
        all.add(AuthCommands.entry());
        all.add(UserCommands.entry());
        all.add(RoleCommands.entry());
        all.addAll(OfflineCommands.entries());
        all.addAll(UtilityCommands.entries());
        all.add(DowngradeCommands.entry());
        all.addAll(About.entries());
        return all;
    }
}
