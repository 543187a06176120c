package io.leasehold.cli.cluster;

import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.offline.OfflineCommands;

/** {@code snapshot save|status}. */
public final class SnapshotCommands {
    private SnapshotCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "snapshot",
                "save a server's state, look at what was saved, restore it",
                Entry.command(
                        "save",
                        Help.of("save a server's state to a file", "<file>", "snapshot save backup.db"),
                        SnapshotSave::new),
                OfflineCommands.status(),
                OfflineCommands.restore());
    }
}
