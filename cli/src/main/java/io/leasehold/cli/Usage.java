package io.leasehold.cli;

import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The text of {@code --help}. Pure functions. */
public final class Usage {
    private static final List<String> EXAMPLES =
            List.of("put greeting hello", "get greeting", "lease grant 60", "lease list --ttl");
    private static final List<String> OFFLINE_EXAMPLES =
            List.of("snapshot status backup.db", "snapshot restore backup.db --data-dir restored", "hashkv backup.db");

    /** Those of them that mean something where no server is asked; the others are taken, too. */
    private static final List<String> OFFLINE_FLAGS = List.of("write-out", "debug", "help", "timeout");

    private Usage() {}

    /** Of the program itself. */
    static String ofProgram(String program, List<Entry> entries, Collection<Flag<?>> global) {
        boolean isOffline = Commands.isOffline(program);
        StringBuilder text = new StringBuilder(
                isOffline
                        ? "For snapshots and data directories, of Leasehold and of etcd; no server is asked.\n\n"
                        : "A client for Leasehold and every other etcd v3 server.\n\n");
        text.append("Usage: ").append(program).append(" <command> [flags]\n\nCommands:\n");
        commands(text, entries);
        text.append("\nExamples:\n");
        for (String example : isOffline ? OFFLINE_EXAMPLES : EXAMPLES) {
            text.append("  ").append(program).append(' ').append(example).append('\n');
        }
        text.append("\nFlags of every command:\n");
        flags(
                text,
                isOffline
                        ? global.stream()
                                .filter(flag -> OFFLINE_FLAGS.contains(flag.name()))
                                .toList()
                        : global);
        text.append("\n\"").append(program).append(" <command> --help\" tells more of a command");
        // Called by another name it is what that name stands for.
        boolean hasShell = program.equals("leaseholdctl");
        return text.append(hasShell ? "; without a command, on a terminal, " + program + " is a shell.\n" : ".\n")
                .toString();
    }

    /** Of a group; {@code path} is what is typed to reach it. */
    static String ofGroup(String path, Entry.Group group) {
        StringBuilder text = new StringBuilder(group.description())
                .append("\n\nUsage: ")
                .append(path)
                .append(" <command> [flags]\n\nCommands:\n");
        commands(text, group.below());
        return text.append("\n\"")
                .append(path)
                .append(" <command> --help\" tells more of a command.\n")
                .toString();
    }

    /** Of a command; {@code own} are the flags that only it has. */
    static String ofCommand(String program, String path, Help help, Collection<Flag<?>> own) {
        StringBuilder text =
                new StringBuilder(help.description()).append("\n\nUsage: ").append(path);
        // Flags first: some commands have others of their own behind "--".
        text.append(own.isEmpty() ? "" : " [flags]").append(help.usage().isEmpty() ? "" : " " + help.usage());
        text.append("\n\nExamples:\n");
        for (String example : examples(program, path, help)) {
            text.append("  ").append(example).append('\n');
        }
        if (!own.isEmpty()) {
            text.append("\nFlags:\n");
            flags(text, own);
        }
        return text.append("\n\"")
                .append(program)
                .append(" options\" lists the flags that every command has.\n")
                .toString();
    }

    /** What somebody would type; a command that has no examples is typed as it is called. */
    static List<String> examples(String program, String path, Help help) {
        if (help.examples().isEmpty()) {
            return List.of(path + (help.usage().isEmpty() ? "" : " " + help.usage()));
        }
        return help.examples().stream()
                .map(example -> example.startsWith("|") ? example.substring(1) : program + " " + example)
                .toList();
    }

    /** The flags that only a command has. */
    static Collection<Flag<?>> own(Flags all, Collection<Flag<?>> global) {
        List<Flag<?>> own = new ArrayList<>(all.all());
        own.removeAll(global);
        return own;
    }

    /** A list of flags, as {@code options} prints it. */
    public static void flags(StringBuilder text, Collection<Flag<?>> flags) {
        int width = flags.stream().mapToInt(flag -> left(flag).length()).max().orElse(0);
        for (Flag<?> flag : flags) {
            String left = left(flag);
            text.append(left).append(" ".repeat(width - left.length() + 2)).append(flag.description());
            boolean silent = flag.fallback().isEmpty()
                    || flag.fallback().equals("false")
                    || flag.fallback().equals("0");
            text.append(silent ? "" : " (" + flag.fallback() + ")").append('\n');
        }
    }

    private static String left(Flag<?> flag) {
        String letter = flag.shortName().isEmpty() ? "      " : "  -" + flag.shortName() + ", ";
        return letter + "--" + flag.name() + (flag.isSwitch() ? "" : "=<" + flag.label() + ">");
    }

    private static void commands(StringBuilder text, List<Entry> entries) {
        int width =
                entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
        for (Entry entry : entries) {
            String gap = " ".repeat(width - entry.name().length() + 2);
            text.append("  ")
                    .append(entry.name())
                    .append(gap)
                    .append(entry.description())
                    .append('\n');
        }
    }
}
