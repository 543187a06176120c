package io.leasehold.cli.concurrency;

import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import java.util.List;

/** {@code lock elect}. */
public final class ConcurrencyCommands {
    private ConcurrencyCommands() {}

    /** The commands. */
    public static List<Entry> entries() {
        return List.of(
                Entry.command(
                        "lock",
                        Help.of(
                                "hold a lock until a signal comes, or while a command runs",
                                "<name> [-- command]",
                                "lock backups",
                                "lock backups -- ./backup.sh --full"),
                        LockCommand::new),
                Entry.command(
                        "elect",
                        Help.of(
                                "stand for election, or watch one",
                                "<name> [proposal]",
                                "elect leader node-1",
                                "elect -l leader"),
                        ElectCommand::new));
    }
}
