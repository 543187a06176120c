package io.leasehold.cli.utility;

import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import java.util.List;

/** {@code make-mirror}, {@code check perf|datascale}. */
public final class UtilityCommands {
    private UtilityCommands() {}

    /** The commands. */
    public static List<Entry> entries() {
        return List.of(
                Entry.command(
                        "make-mirror",
                        Help.of(
                                "keep a copy of keys in another cluster up to date",
                                "<destination>",
                                "make-mirror backup.example:2379",
                                "make-mirror --prefix services/ --dest-prefix copy/ 127.0.0.1:22379"),
                        MirrorCommand::new),
                Entry.group(
                        "check",
                        "measure whether a cluster is up to a load",
                        Entry.command(
                                "perf",
                                Help.of("put for a minute and judge how it went", "", "check perf --load=m"),
                                CheckPerf::new),
                        Entry.command(
                                "datascale",
                                Help.of(
                                        "put many keys and tell what memory they take",
                                        "",
                                        "check datascale --load=s --auto-compact"),
                                CheckDatascale::new)));
    }
}
