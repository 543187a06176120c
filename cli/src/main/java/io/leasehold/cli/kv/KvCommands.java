package io.leasehold.cli.kv;

import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import java.util.List;

/** {@code put get del txn compaction watch}. */
public final class KvCommands {
    private KvCommands() {}

    /** The commands. */
    public static List<Entry> entries() {
        return List.of(
                Entry.command(
                        "put",
                        Help.of(
                                "set a key",
                                "<key> [value]",
                                "put greeting hello",
                                "put --lease=32695410dcc0ca06 holder me",
                                "put --ttl=10s services/a 10.0.0.7:80",
                                "put config < config.yaml",
                                "put key -- -value-with-a-dash"),
                        PutCommand::new),
                Entry.command(
                        "get",
                        Help.of(
                                "show a key or a range of keys",
                                "<key> [end]",
                                "get greeting",
                                "get --prefix services/",
                                "get --prefix --keys-only ''",
                                "get greeting --rev=4 -w json",
                                "get --show-lease --prefix services/"),
                        GetCommand::new),
                Entry.command(
                        "del",
                        Help.of(
                                "delete a key or a range of keys",
                                "<key> [end]",
                                "del greeting",
                                "del --prefix services/old/"),
                        DelCommand::new),
                Entry.command(
                        "txn",
                        Help.of(
                                "compare and change in one transaction, read from stdin",
                                "",
                                "txn <<'END'",
                                "|value(\"owner\") = \"me\"",
                                "|",
                                "|put state \"running\"",
                                "|",
                                "|get owner",
                                "|",
                                "|END"),
                        TxnCommand::new),
                Entry.command(
                        "compaction",
                        Help.of("give up the history before a revision", "<revision>", "compaction 1234"),
                        CompactionCommand::new),
                Entry.command(
                        "watch",
                        Help.of(
                                "show what happens to a key or a range of keys",
                                "<key> [end] [-- command]",
                                "watch greeting",
                                "watch --prefix --rev=1 services/",
                                "watch greeting -- sh -c 'echo $ETCD_WATCH_VALUE'"),
                        WatchCommand::new));
    }
}
