package io.leasehold.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that only has others below it: alone it shows them. */
@Command
public final class Group implements Runnable {
    private final Ctl ctl;

    @Spec
    private CommandSpec spec;

    @Parameters(hidden = true)
    private List<String> unknown = new ArrayList<>();

    private Group(Ctl ctl) {
        this.ctl = ctl;
    }

    /** A group with a description. */
    public static CommandLine of(Ctl ctl, String description) {
        CommandLine group = new CommandLine(new Group(ctl));
        group.getCommandSpec().usageMessage().description(description);
        return group;
    }

    @Override
    public void run() {
        if (!unknown.isEmpty()) {
            ctl.err()
                    .println("unknown command " + Ctl.quoted(unknown.get(0)) + " for "
                            + Ctl.quoted(spec.qualifiedName()));
        }
        spec.commandLine().usage(ctl.out());
    }

    /** A command without flags of its own: a name, a description, and what it does with its arguments. */
    public static CommandLine leaf(String description, String parameters, Consumer<List<String>> action) {
        CommandLine leaf = new CommandLine(new Leaf(action));
        leaf.getCommandSpec().usageMessage().description(description);
        leaf.getCommandSpec().usageMessage().customSynopsis("Usage: " + parameters);
        return leaf;
    }

    @Command
    private static final class Leaf implements Runnable {
        private final Consumer<List<String>> action;

        @Parameters(hidden = true)
        private List<String> arguments = new ArrayList<>();

        Leaf(Consumer<List<String>> action) {
            this.action = action;
        }

        @Override
        public void run() {
            action.accept(arguments);
        }
    }
}
