package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.local.LocalCommands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the manual's pages and the completion scripts into a directory; the build runs it. */
final class Manual {
    private static final String PROGRAM = "leaseholdctl";
    private static final String LAUNCHER = "leasehold";

    private final Surroundings surroundings;
    private final Path directory;

    private Manual(Surroundings surroundings, Path directory) {
        this.surroundings = surroundings;
        this.directory = directory;
    }

    /** {@code arguments}: the directory. */
    public static void main(String[] arguments) throws IOException {
        Surroundings surroundings = new Surroundings(
                InputStream.nullInputStream(),
                System.out,
                System.err,
                Map.of(),
                PROGRAM,
                Commands.of(PROGRAM),
                Ctl.Audience.NOBODY);
        Path directory = Path.of(arguments[0]);
        new Manual(
                        surroundings,
                        Files.createDirectories(directory.resolve("man").resolve("man1")))
                .write();
        Path completion = Files.createDirectories(directory.resolve("completion"));
        for (Program program : List.of(Program.client(surroundings), Program.launcher(surroundings))) {
            for (String shell : Completion.SHELLS) {
                Files.writeString(
                        completion.resolve(fileName(program, shell)), Completion.script(shell, program, surroundings));
            }
        }
    }

    /** As shells look for it. */
    private static String fileName(Program program, String shell) {
        return switch (shell) {
            case "zsh" -> "_" + program.name();
            case "powershell" -> program.name() + ".ps1";
            default -> program.name() + "." + shell;
        };
    }

    private void write() throws IOException {
        Flags flags = new Flags();
        new Ctl(surroundings, flags);
        StringBuilder page = head(PROGRAM, "a client for Leasehold and every other etcd v3 server");
        page.append(".SH SYNOPSIS\n.B ").append(PROGRAM).append("\n<command> [flags]\n.SH COMMANDS\n");
        commands(page, PROGRAM, surroundings.commands());
        page.append(".SH FLAGS OF EVERY COMMAND\n");
        flags(page, flags.all());
        page.append(
                        ".SH ENVIRONMENT\nEach of these flags can be given by a variable: ETCDCTL_ENDPOINTS for --endpoints.\n")
                .append("NO_COLOR switches colours off.\n.SH EXIT STATUS\n")
                .append("0 well; 1 the command failed; 2 no connection or not let in; 3 stdin is wrong; 4 no such\n")
                .append("format or option; 5 cut off by the server; 128 wrong arguments.\n");
        Files.writeString(directory.resolve(PROGRAM + ".1"), page);
        pages(PROGRAM, PROGRAM, surroundings.commands());
        pages(LAUNCHER, LAUNCHER, List.of(LocalCommands.entry()));
    }

    private void pages(String program, String path, List<Entry> entries) throws IOException {
        for (Entry entry : entries) {
            String name = path + " " + entry.name();
            StringBuilder page = head(name.replace(' ', '-'), entry.description());
            if (entry instanceof Entry.Group group) {
                page.append(".SH SYNOPSIS\n.B ").append(roff(name)).append("\n<command> [flags]\n.SH COMMANDS\n");
                commands(page, name, group.below());
                pages(program, name, group.below());
            } else {
                command(page, program, name, (Entry.Command) entry);
            }
            String above = path.equals(LAUNCHER) ? PROGRAM : path.replace(' ', '-');
            page.append(".SH SEE ALSO\n.BR ").append(roff(above)).append(" (1)\n");
            Files.writeString(directory.resolve(name.replace(' ', '-') + ".1"), page);
        }
    }

    private void command(StringBuilder page, String program, String name, Entry.Command command) {
        page.append(".SH SYNOPSIS\n.B ").append(roff(name)).append('\n');
        String usage = command.help().usage();
        page.append(usage.isEmpty() ? "[flags]\n" : "[flags] " + roff(usage) + "\n");
        Collection<Flag<?>> own = Program.own(command, surroundings);
        if (!own.isEmpty()) {
            page.append(".SH FLAGS\n");
            flags(page, own);
        }
        page.append(".SH EXAMPLES\n.nf\n");
        Usage.examples(program, name, command.help())
                .forEach(example -> page.append(roff(example)).append('\n'));
        page.append(".fi\n");
    }

    private static StringBuilder head(String name, String description) {
        return new StringBuilder(".TH ")
                .append(name.toUpperCase(Locale.ROOT))
                .append(" 1 \"\" Leasehold\n.SH NAME\n")
                .append(roff(name))
                .append(" \\- ")
                .append(roff(description))
                .append('\n');
    }

    private static void commands(StringBuilder page, String path, List<Entry> entries) {
        for (Entry entry : entries) {
            page.append(".TP\n.B ").append(roff(path + " " + entry.name())).append('\n');
            page.append(roff(entry.description())).append('\n');
        }
    }

    private static void flags(StringBuilder page, Collection<Flag<?>> flags) {
        for (Flag<?> flag : flags) {
            String letter = flag.shortName().isEmpty() ? "" : "-" + flag.shortName() + ", ";
            String value = flag.isSwitch() ? "" : "=<" + flag.label() + ">";
            page.append(".TP\n.B ")
                    .append(roff(letter + "--" + flag.name() + value))
                    .append('\n');
            page.append(roff(flag.description())).append('\n');
        }
    }

    /** Text as roff takes it: backslashes and dashes mean themselves, and no line begins like a request. */
    private static String roff(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
