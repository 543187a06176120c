package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import java.util.ArrayList;
import java.util.List;

/** The flags of a watch. */
final class WatchFlags {
    private final RangeFlags range;

    private final Flag<Long> revision;
    private final Flag<Boolean> prevKv;
    private final Flag<Boolean> progressNotify;

    /** Declares them. */
    WatchFlags(Flags flags) {
        range = new RangeFlags(flags);
        revision = flags.number("rev", "n", 0, "revision to begin at");
        prevKv = flags.toggle("prev-kv", "show keys as they were before");
        progressNotify = flags.toggle("progress-notify", "hear from the server when nothing happens");
    }

    /**
     * What to watch.
     *
     * @param command what to run for each event; empty to show it
     */
    record Plan(WatchCreateRequest request, List<String> command) {}

    /** {@code separator}: how many arguments stand before {@code --}, or {@link Flags#NO_SEPARATOR}. */
    Plan plan(List<String> arguments, int separator, Ctl ctl) {
        List<String> keys = new ArrayList<>(separator < 0 ? arguments : arguments.subList(0, separator));
        List<String> command = separator < 0 ? List.of() : arguments.subList(separator, arguments.size());
        if (separator >= 0 && command.isEmpty()) {
            throw WatchCommand.badArguments(" (found separator --, but no commands)");
        }
        fromEnvironment(keys, ctl);
        if (keys.isEmpty() || keys.size() > 2) {
            throw WatchCommand.badArguments("");
        }
        if (keys.size() == 2 && range.isPrefix()) {
            throw Arguments.bad("`range_end` and `--prefix` are mutually exclusive");
        }
        RangeFlags.Keys watched = range.keys(keys);
        return new Plan(
                WatchCreateRequest.newBuilder()
                        .setKey(watched.key())
                        .setRangeEnd(watched.end())
                        .setStartRevision(revision.value())
                        .setPrevKv(prevKv.value())
                        .setProgressNotify(progressNotify.value())
                        .build(),
                command);
    }

    private static void fromEnvironment(List<String> keys, Ctl ctl) {
        String key = ctl.variable("ETCDCTL_WATCH_KEY");
        String end = ctl.variable("ETCDCTL_WATCH_RANGE_END");
        if (key.isEmpty() && !end.isEmpty()) {
            throw Arguments.bad("ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END=" + Ctl.quoted(end));
        }
        if (!key.isEmpty() && !keys.isEmpty()) {
            throw WatchCommand.badArguments(" (found conflicting environment key)");
        }
        if (!key.isEmpty()) {
            keys.add(key);
            if (!end.isEmpty()) {
                keys.add(end);
            }
        }
    }
}
