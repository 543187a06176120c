package io.leasehold.cli.local;

import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import java.util.Arrays;

/** {@code leasehold cluster} as the manual and shells list it; {@link LocalRun} runs it. */
public final class LocalCommands {
    private static final String DATA_DIR_DEFAULT = "leasehold-cluster";

    private LocalCommands() {}

    /** The group. */
    public static Entry.Group entry() {
        return new Entry.Group(
                "cluster",
                "a cluster on this machine, to try things with",
                Arrays.stream(Verb.values()).map(LocalCommands::command).toList());
    }

    private static Entry command(Verb verb) {
        Help help = Help.of(verb.description(), verb.usage(), "cluster " + verb.example());
        return Entry.command(verb.word(), help, (ctl, flags) -> {
            dataDir(flags);
            if (verb == Verb.UP) {
                new UpFlags(flags);
            }
            return arguments -> {
                throw new IllegalStateException("described here, run elsewhere");
            };
        });
    }

    /** Declares the flag that all of them have. */
    static Flag<String> dataDir(Flags flags) {
        return flags.text("data-dir", "directory", DATA_DIR_DEFAULT, "where the cluster lies: data, logs, state");
    }
}
