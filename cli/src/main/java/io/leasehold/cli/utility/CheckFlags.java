package io.leasehold.cli.utility;

import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;

/** What all checks can be told: how much to put, where, and whether to give the room back afterwards. */
final class CheckFlags {
    private final Flag<String> load;
    private final Flag<String> prefix;
    private final Flag<Boolean> autoCompact;
    private final Flag<Boolean> autoDefrag;

    /** {@code sizes} says what the four loads mean to this check; {@code place} is where the keys go by default. */
    CheckFlags(Flags flags, String sizes, String place) {
        load = flags.text("load", "size", "s", sizes).choices(Load.NAMES.toArray(new String[0]));
        prefix = flags.text("prefix", "prefix", place, "where the keys go; must be empty");
        autoCompact = flags.toggle("auto-compact", "compact afterwards");
        autoDefrag = flags.toggle("auto-defrag", "defragment afterwards");
    }

    Load load() {
        return Load.of(load.value());
    }

    Puts puts(Ctl ctl, int keyBytes, int valueBytes) {
        return new Puts(ctl, prefix.value(), keyBytes, valueBytes);
    }

    /** Deletes what was put. */
    void clean(Puts puts, Connection connection) {
        puts.clean(connection, autoCompact.value(), autoDefrag.value());
    }
}
