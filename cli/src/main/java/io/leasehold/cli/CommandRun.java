package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.FlagException;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.terminal.Screen;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs one command line, with etcdctl's rules for the environment, for mistakes and for exit codes. One thread. */
final class CommandRun {
    private static final String PREFIX = "ETCDCTL_";

    /** Read elsewhere, or without a meaning today. */
    private static final Set<String> OTHER_VARIABLES =
            Set.of("ETCDCTL_API", "ETCDCTL_WATCH_KEY", "ETCDCTL_WATCH_RANGE_END");

    private final Surroundings surroundings;
    private final Flags flags = new Flags();
    private final Ctl ctl;
    private final Collection<Flag<?>> global;

    CommandRun(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.ctl = new Ctl(surroundings, flags);
        this.global = List.copyOf(flags.all());
    }

    /** Runs it; returns the exit code. */
    int run(List<String> arguments) {
        try {
            return typed(surroundings.program(), surroundings.commands(), arguments);
        } catch (CtlException e) {
            surroundings.out().flush();
            if (surroundings.isShell() && Thread.currentThread().isInterrupted()) {
                return e.code().number();
            }
            tellError(String.valueOf(e.getMessage()));
            if (ctl.isDebug() && e.getCause() != null) {
                surroundings.err().println("because of " + Advice.cause(e));
            }
            if (surroundings.isTerminal()) {
                Advice.on(e, ctl).ifPresent(surroundings.err()::println);
            }
            return e.code().number();
        } finally {
            surroundings.out().flush();
        }
    }

    /** Finds the command that the first word names which is no flag, in a group by the word behind it. */
    private int typed(String path, List<Entry> entries, List<String> words) {
        int at = 0;
        while (at < words.size() && flags.length(words, at) > 0) {
            at += flags.length(words, at);
        }
        if (at == words.size() || words.get(at).equals("--")) {
            return withoutCommand(words);
        }
        Optional<Entry> found = Entry.find(entries, words.get(at));
        if (found.isEmpty()) {
            return unknown(path, entries, words.get(at));
        }
        List<String> rest = new ArrayList<>(words);
        rest.remove(at);
        Entry entry = found.get();
        String below = path + " " + entry.name();
        // Not a switch: the JVM would make a class for it at every start, which takes longer than the command.
        return entry instanceof Entry.Group group
                ? inGroup(below, group, rest)
                : run(below, (Entry.Command) entry, rest);
    }

    private int inGroup(String path, Entry.Group group, List<String> words) {
        int at = 0;
        while (at < words.size() && flags.length(words, at) > 0) {
            at += flags.length(words, at);
        }
        if (at < words.size() && Entry.find(group.below(), words.get(at)).isPresent()) {
            return typed(path, group.below(), words);
        }
        try {
            flags.parse(words);
        } catch (FlagException e) {
            return mistaken(path, e);
        }
        if (at < words.size() && tellUnknown(path, group.below(), words.get(at))) {
            return 0;
        }
        // etcdctl shows what there is, and does not call it an error.
        ctl.out().print(Usage.ofGroup(path, group));
        return 0;
    }

    private int withoutCommand(List<String> words) {
        try {
            flags.parse(words);
        } catch (FlagException e) {
            return mistaken(surroundings.program(), e);
        }
        if (surroundings.isInteractive() && !surroundings.isShell() && !ctl.isHelpWanted()) {
            return new Shell(surroundings, words).run();
        }
        ctl.out().print(Usage.ofProgram(surroundings.program(), surroundings.commands(), global));
        return 0;
    }

    private int run(String path, Entry.Command command, List<String> words) {
        Action action = command.maker().make(ctl, flags);
        List<String> arguments;
        try {
            arguments = flags.parse(words);
            readEnvironment();
        } catch (FlagException e) {
            return mistaken(path, e);
        }
        if (ctl.isHelpWanted()) {
            ctl.out().print(Usage.ofCommand(surroundings.program(), path, command.help(), Usage.own(flags, global)));
            return 0;
        }
        ctl.check();
        action.run(arguments);
        return ctl.exitCode();
    }

    /** Coloured where somebody types; a script that has a terminal compares the line. */
    private void tellError(String error) {
        boolean isColoured = surroundings.isInteractive()
                && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
        surroundings.err().println(new Screen.Style(isColoured).red("Error:") + " " + error);
    }

    private int unknown(String path, List<Entry> entries, String word) {
        tellError("unknown command " + Ctl.quoted(word) + " for " + Ctl.quoted(path));
        suggest(path, Nearest.to(word, entries.stream().map(Entry::name).toList()));
        return CtlException.Code.ERROR.number();
    }

    /** Returns whether that is all there is to say: to whoever sees what was meant. */
    private boolean tellUnknown(String path, List<Entry> entries, String word) {
        List<String> nearest =
                Nearest.to(word, entries.stream().map(Entry::name).toList());
        surroundings.err().println("unknown command " + Ctl.quoted(word) + " for " + Ctl.quoted(path));
        suggest(path, nearest);
        surroundings.err().flush();
        return surroundings.isTerminal() && !nearest.isEmpty();
    }

    private int mistaken(String path, FlagException mistake) {
        tellError(String.valueOf(mistake.getMessage()));
        List<String> names = flags.all().stream().map(Flag::name).toList();
        // Of a flag that exists its value is wrong; and one letter is as near to any other.
        boolean isMisspelt = mistake.flag().length() > 1 && !names.contains(mistake.flag());
        suggest(
                path,
                !isMisspelt
                        ? List.of()
                        : Nearest.to(mistake.flag(), names).stream()
                                .map(name -> "--" + name)
                                .toList());
        return CtlException.Code.ERROR.number();
    }

    private void suggest(String path, List<String> nearest) {
        surroundings
                .err()
                .println(
                        nearest.isEmpty()
                                ? "(" + helpFor(path) + " lists what there is)"
                                : "Did you mean " + String.join(" or ", nearest) + "?");
    }

    /** What to type; in a shell without the program's name. */
    private String helpFor(String path) {
        String typed = surroundings.isShell()
                ? path.substring(surroundings.program().length()).strip()
                : path;
        return typed.isEmpty() ? "help" : typed + " --help";
    }

    /** Gives flags the values that the environment has; both at once is a mistake. */
    private void readEnvironment() {
        for (String variable : readEnvironment(surroundings.environment(), flags.only(global))) {
            surroundings
                    .err()
                    .println("unrecognized environment variable " + variable + "="
                            + surroundings.environment().get(variable));
        }
    }

    /** Likewise; returns the variables that are no flag's, the flags being no more than those of every command. */
    static List<String> readEnvironment(Map<String, String> environment, Flags flags) {
        List<String> unknown = new ArrayList<>();
        environment.forEach((variable, value) -> {
            // Empty is as good as not set.
            if (value.isEmpty() || !variable.startsWith(PREFIX) || OTHER_VARIABLES.contains(variable)) {
                return;
            }
            String name =
                    variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
            Flag<?> flag = flags.find(name);
            if (flag == null) {
                unknown.add(variable);
            } else if (flag.isGiven()) {
                throw new CtlException(
                        CtlException.Code.ERROR,
                        "conflicting environment variable " + Ctl.quoted(variable)
                                + " is shadowed by corresponding command-line flag"
                                + " (either unset environment variable or disable flag)");
            } else {
                flags.set(flag, value);
            }
        });
        return unknown;
    }
}
