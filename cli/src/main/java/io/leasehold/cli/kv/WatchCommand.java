package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Typed;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code watch <key> [end] [-- command]}, or a session of such lines with {@code -i}. */
@Command(
        name = "watch",
        description = "show what happens to a key or a range of keys",
        footer = {
            "",
            "  leaseholdctl watch greeting",
            "  leaseholdctl watch --prefix --rev=1 services/",
            "  leaseholdctl watch greeting -- sh -c 'echo $ETCD_WATCH_VALUE'"
        })
public final class WatchCommand implements Runnable {
    private final Ctl ctl;

    @Spec
    private CommandSpec spec;

    @Mixin
    private WatchFlags flags = new WatchFlags();

    @Option(
            names = {"-i", "--interactive"},
            arity = "0..1",
            fallbackValue = "true",
            description = "read watches from stdin")
    private boolean interactive;

    @Parameters(paramLabel = "<key> [end] [-- command]")
    private List<String> arguments = new ArrayList<>();

    /** Watches by the given root. */
    public WatchCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        try (Connection connection = ctl.connect();
                WatchSession session = new WatchSession(ctl, connection)) {
            if (interactive) {
                converse(session);
            } else {
                session.watch(flags.plan(arguments, separator(), ctl));
                session.await();
            }
        }
    }

    /** How many arguments stand before {@code --}; all of them if it is not there. */
    private int separator() {
        List<String> original = spec.commandLine().getParseResult().originalArgs();
        int at = original.indexOf("--");
        return at < 0 ? WatchFlags.NO_SEPARATOR : arguments.size() - (original.size() - at - 1);
    }

    private void converse(WatchSession session) {
        while (true) {
            String line = Typed.lineOrEnd(ctl);
            if (line == null) {
                throw new CtlException(CtlException.Code.INVALID_INPUT, "error reading watch request line: EOF");
            }
            List<String> words = Words.of(line);
            if (words.isEmpty()) {
                continue;
            }
            switch (words.get(0)) {
                case "watch" -> watch(session, words.subList(1, words.size()));
                case "progress" -> session.askProgress();
                default -> ctl.err().println("Invalid command " + words.get(0) + " (only support watch)");
            }
        }
    }

    private void watch(WatchSession session, List<String> words) {
        try {
            Line line = new Line();
            new CommandLine(line).setOverwrittenOptionsAllowed(true).parseArgs(words.toArray(new String[0]));
            int at = words.indexOf("--");
            int separator = at < 0 ? WatchFlags.NO_SEPARATOR : line.arguments.size() - (words.size() - at - 1);
            session.watch(line.flags.plan(line.arguments, separator, ctl));
        } catch (CommandLine.ParameterException | CtlException e) {
            ctl.err().println("Invalid command watch (" + e.getMessage() + ")");
        }
    }

    @Command(name = "watch")
    private static final class Line {
        @Mixin
        private WatchFlags flags = new WatchFlags();

        @Parameters
        private List<String> arguments = new ArrayList<>();
    }

    /** Names the mistakes that end a watch before it begins. */
    static CtlException badArguments(String why) {
        return Arguments.bad("bad number of arguments" + why);
    }
}
