package io.leasehold.cli.kv;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Typed;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.FlagException;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Output;
import java.util.List;

/** {@code watch <key> [end] [-- command]}, or a session of such lines with {@code -i}. */
public final class WatchCommand implements Action {
    private final Ctl ctl;

    private final Flags line;
    private final WatchFlags flags;
    private final Flag<Boolean> interactive;

    /** Watches by the given root. */
    public WatchCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.line = flags;
        this.flags = new WatchFlags(flags);
        this.interactive =
                flags.toggle("interactive", "read watches from stdin").orShort("i");
    }

    @Override
    public void run(List<String> arguments) {
        if (ctl.output().format() == Output.Format.TABLE) {
            throw Answer.notSupported("table");
        }
        ctl.endBySignals();
        try (Connection connection = ctl.connect();
                WatchSession session = new WatchSession(ctl, connection)) {
            if (interactive.value()) {
                converse(session);
            } else {
                session.watch(flags.plan(arguments, line.separator(), ctl));
                session.await();
            }
        }
    }

    private void converse(WatchSession session) {
        while (true) {
            String line = Typed.lineOrEnd(ctl);
            if (line == null) {
                throw new CtlException(CtlException.Code.INVALID_INPUT, "error reading watch request line: EOF");
            }
            List<String> words = Words.of(line);
            switch (words.isEmpty() ? "" : words.get(0)) {
                case "watch" -> watch(session, line, words.subList(1, words.size()));
                case "progress" -> session.askProgress();
                case "" -> ctl.err().println("Invalid command: " + line + " (watch and progress supported)");
                default -> ctl.err().println("Invalid command " + line + " (only support watch)");
            }
        }
    }

    private void watch(WatchSession session, String line, List<String> words) {
        if (words.isEmpty() && ctl.variable("ETCDCTL_WATCH_KEY").isEmpty()) {
            ctl.err().println("Invalid command " + line + " (command type or key is not provided)");
            return;
        }
        try {
            Flags typed = new Flags();
            WatchFlags watch = new WatchFlags(typed);
            List<String> arguments = typed.parse(words);
            session.watch(watch.plan(arguments, typed.separator(), ctl));
        } catch (FlagException | CtlException e) {
            ctl.err().println("Invalid command " + line + " (" + e.getMessage() + ")");
        }
    }

    /** Names the mistakes that end a watch before it begins. */
    static CtlException badArguments(String why) {
        return Arguments.bad("bad number of arguments" + why);
    }
}
