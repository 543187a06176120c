package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line, with etcdctl's rules for the environment, for mistakes and for exit codes. */
final class CommandRun {
    private static final String PREFIX = "ETCDCTL_";

    /** Read elsewhere, or without a meaning today. */
    private static final Set<String> OTHER_VARIABLES =
            Set.of("ETCDCTL_API", "ETCDCTL_WATCH_KEY", "ETCDCTL_WATCH_RANGE_END");

    private static final Map<String, String> SHORT_NAMES = Map.of("--write-out", "-w", "--discovery-srv", "-d");

    private final Surroundings surroundings;

    CommandRun(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs it; returns the exit code. */
    int run(List<String> arguments) {
        CommandLine commands = Commands.of(new Ctl(surroundings));
        try {
            List<String> all = new ArrayList<>(fromEnvironment(commands, arguments));
            all.addAll(arguments);
            return commands.execute(all.toArray(new String[0]));
        } catch (CtlException e) {
            return tell(e);
        }
    }

    /** Tells of a failure; returns the exit code. */
    private int tell(CtlException failure) {
        surroundings.out().flush();
        surroundings.err().println("Error: " + failure.getMessage());
        return failure.code().number();
    }

    /** Handlers for what goes wrong, set for all commands. */
    static void handleFailures(CommandLine commands, Surroundings surroundings) {
        CommandRun run = new CommandRun(surroundings);
        commands.setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof CtlException told) {
                return run.tell(told);
            }
            throw failure;
        });
        commands.setParameterExceptionHandler((mistake, args) -> run.mistaken(mistake));
    }

    private int mistaken(ParameterException mistake) {
        surroundings.out().flush();
        String text = String.valueOf(mistake.getMessage());
        if (mistake instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            CommandLine line = mistake.getCommandLine();
            if (first.startsWith("-")) {
                text = "unknown flag: " + first;
            } else if (!line.getSubcommands().isEmpty()) {
                text = "unknown command " + Ctl.quoted(first) + " for "
                        + Ctl.quoted(line.getCommandSpec().qualifiedName());
            }
            surroundings.err().println("Error: " + text);
            suggest(unmatched, first);
            return CtlException.Code.ERROR.number();
        }
        surroundings.err().println("Error: " + text);
        surroundings
                .err()
                .println("(" + mistake.getCommandLine().getCommandSpec().qualifiedName() + " --help tells more)");
        return CtlException.Code.BAD_ARGUMENTS.number();
    }

    private void suggest(UnmatchedArgumentException unmatched, String word) {
        if (!unmatched.getSuggestions().isEmpty()) {
            Set<String> nearest = new TreeSet<>(unmatched.getSuggestions());
            surroundings.err().println("Did you mean " + String.join(" or ", nearest) + "?");
        } else {
            surroundings
                    .err()
                    .println("(" + unmatched.getCommandLine().getCommandSpec().qualifiedName()
                            + " --help lists what there is; " + Ctl.quoted(word) + " is not)");
        }
    }

    /** Flags that the environment gives, in front of those given; both at once is a mistake. */
    private List<String> fromEnvironment(CommandLine commands, List<String> arguments) {
        List<String> flags = new ArrayList<>();
        surroundings.environment().forEach((variable, value) -> {
            if (!variable.startsWith(PREFIX) || OTHER_VARIABLES.contains(variable)) {
                return;
            }
            String flag = "--"
                    + variable.substring(PREFIX.length())
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-');
            if (commands.getCommandSpec().findOption(flag) == null) {
                surroundings.err().println("unrecognized environment variable " + variable + "=" + value);
            } else if (isGiven(arguments, flag)) {
                throw new CtlException(
                        CtlException.Code.ERROR,
                        "conflicting environment variable " + Ctl.quoted(variable)
                                + " is shadowed by corresponding command-line flag"
                                + " (either unset environment variable or disable flag)");
            } else {
                flags.add(flag + "=" + value);
            }
        });
        return flags;
    }

    private static boolean isGiven(List<String> arguments, String flag) {
        String shortName = SHORT_NAMES.getOrDefault(flag, flag);
        for (String argument : arguments) {
            if (argument.equals("--")) {
                return false;
            }
            if (argument.equals(flag) || argument.startsWith(flag + "=") || argument.equals(shortName)) {
                return true;
            }
        }
        return false;
    }
}
