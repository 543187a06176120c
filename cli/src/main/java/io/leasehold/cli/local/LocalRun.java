package io.leasehold.cli.local;

import io.leasehold.cli.Nearest;
import io.leasehold.cli.Usage;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.FlagException;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.local.LocalMain.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs one command line behind {@code leasehold cluster}. One thread. */
final class LocalRun {
    private final Surroundings surroundings;

    LocalRun(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs it; returns the exit code: 0 done, 1 not done, 2 not understood. */
    int run(List<String> words) {
        String first = words.isEmpty() ? "help" : words.get(0);
        if (first.equals("help") && words.size() > 1) {
            return run(List.of(words.get(1), "--help"));
        }
        if (first.equals("help") || first.equals("--help") || first.equals("-h")) {
            surroundings.out().print(help());
            return 0;
        }
        Optional<Verb> verb = Verb.of(first);
        if (verb.isEmpty()) {
            List<String> nearest = Nearest.to(first, Verb.words());
            return mistaken("unknown command \"" + first + "\"", nearest, "leasehold cluster help");
        }
        try {
            return run(verb.get(), words.subList(1, words.size()));
        } catch (ClusterRefusal e) {
            surroundings.out().flush();
            surroundings.err().println("leasehold: " + e.getMessage());
            return LocalMain.FAILED;
        } catch (IOException e) {
            surroundings.err().println("leasehold: " + e);
            return LocalMain.FAILED;
        }
    }

    private int run(Verb verb, List<String> words) throws IOException {
        Flags flags = new Flags();
        Flag<String> directory = LocalCommands.dataDir(flags);
        UpCommand up = verb == Verb.UP ? new UpCommand(surroundings, new UpFlags(flags)) : null;
        Flag<Boolean> help = flags.toggle("help", "show this help").orShort("h");
        List<String> arguments;
        try {
            arguments = flags.parse(words);
        } catch (FlagException e) {
            List<String> names = flags.all().stream().map(Flag::name).toList();
            List<String> nearest = Nearest.to(e.flag(), names).stream()
                    .map(name -> "--" + name)
                    .toList();
            return mistaken(
                    String.valueOf(e.getMessage()),
                    names.contains(e.flag()) ? List.of() : nearest,
                    "leasehold cluster " + verb.word() + " --help");
        }
        if (help.value()) {
            surroundings.out().print(help(verb, flags));
            return 0;
        }
        Path path = Path.of(directory.value());
        boolean separated = flags.separator() != Flags.NO_SEPARATOR;
        int own = separated ? flags.separator() : arguments.size();
        if (own != (verb.takesName() ? 1 : 0) || (separated && up == null)) {
            String expected = verb.takesName() ? "the name of one member" : "no arguments";
            return mistaken("expected " + expected, List.of(), "leasehold cluster " + verb.word() + " --help");
        }
        return up != null
                ? up.run(path, arguments)
                : new AskCommand(surroundings).run(path, verb, verb.takesName() ? arguments.get(0) : "");
    }

    private int mistaken(String what, List<String> nearest, String helpCommand) {
        surroundings.err().println("leasehold: " + what);
        surroundings
                .err()
                .println(
                        nearest.isEmpty()
                                ? "(\"" + helpCommand + "\" tells what there is)"
                                : "Did you mean " + String.join(" or ", nearest) + "?");
        return LocalMain.NOT_UNDERSTOOD;
    }

    /** Of the whole group. */
    static String help() {
        StringBuilder text = new StringBuilder(LocalCommands.entry().description()).append("\n\n");
        text.append("usage:\n");
        for (Verb verb : Verb.values()) {
            String left = "  leasehold cluster " + verb.word() + " " + verb.argument();
            text.append(left)
                    .append(" ".repeat(Math.max(1, 34 - left.length())))
                    .append(verb.description())
                    .append('\n');
        }
        return text.append(
                        """

                        "up" stays in the foreground and shows the members; the others ask it, from another
                        terminal. All take --data-dir (leasehold-cluster); "leasehold cluster up --help" lists more.
                        """)
                .toString();
    }

    private static String help(Verb verb, Flags flags) {
        StringBuilder text = new StringBuilder(verb.description()).append("\n\nusage: leasehold cluster ");
        text.append(verb.word())
                .append(" [flags]")
                .append(verb.usage().isEmpty() ? "" : " " + verb.usage())
                .append("\n\nexample:\n  leasehold cluster ")
                .append(verb.example())
                .append("\n\nflags:\n");
        Usage.flags(text, flags.all());
        return text.toString();
    }
}
