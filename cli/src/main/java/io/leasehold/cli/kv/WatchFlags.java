package io.leasehold.cli.kv;

import io.leasehold.cli.Ctl;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a watch. */
final class WatchFlags {
    static final int NO_SEPARATOR = -1;

    @Mixin
    private RangeFlags range = new RangeFlags();

    @Option(names = "--rev", defaultValue = "0", description = "revision to begin at")
    private long revision;

    @Option(names = "--prev-kv", arity = "0..1", fallbackValue = "true", description = "show keys as they were before")
    private boolean prevKv;

    @Option(
            names = "--progress-notify",
            arity = "0..1",
            fallbackValue = "true",
            description = "hear from the server when nothing happens")
    private boolean progressNotify;

    /**
     * What to watch.
     *
     * @param command what to run for each event; empty to show it
     */
    record Plan(WatchCreateRequest request, List<String> command) {}

    /** {@code separator}: how many arguments stand before {@code --}, or {@link #NO_SEPARATOR}. */
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
        RangeFlags.Keys watched = range.keys(keys);
        return new Plan(
                WatchCreateRequest.newBuilder()
                        .setKey(watched.key())
                        .setRangeEnd(watched.end())
                        .setStartRevision(revision)
                        .setPrevKv(prevKv)
                        .setProgressNotify(progressNotify)
                        .build(),
                command);
    }

    private static void fromEnvironment(List<String> keys, Ctl ctl) {
        String key = ctl.variable("ETCDCTL_WATCH_KEY");
        String end = ctl.variable("ETCDCTL_WATCH_RANGE_END");
        if (key.isEmpty() && !end.isEmpty()) {
            throw WatchCommand.badArguments(" (ETCDCTL_WATCH_RANGE_END is set, but ETCDCTL_WATCH_KEY is not)");
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
