package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import io.leasehold.cli.kv.Words;
import io.leasehold.cli.terminal.Screen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/**
 * Commands one after the other, with history and completion: what the program is without a command on a terminal. Ctrl-C
 * ends the command that runs, Ctrl-D the shell. One thread; completion asks the server on it, too.
 */
final class Shell {
    /** Where the history is kept, in the home directory. */
    private static final String HISTORY = ".leaseholdctl_history";

    private static final int HISTORY_LINES_MAX = 10_000;

    private final Surroundings surroundings;
    private final List<String> flags;
    private final Screen.Style style;

    /** {@code flags}: those that every line is run with, as they were given to the program. */
    Shell(Surroundings surroundings, List<String> flags) {
        this.surroundings = surroundings.inShell();
        this.flags = List.copyOf(flags);
        this.style = new Screen.Style(
                surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty());
    }

    /** Runs until the end is typed; returns the exit code. */
    int run() {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            Thread shell = Thread.currentThread();
            terminal.handle(Signal.INT, signal -> {
                // What it ended stands in the middle of a line.
                surroundings.out().println();
                shell.interrupt();
            });
            LineReader reader = reader(terminal);
            surroundings.out().println("Type a command, Tab to complete it, \"help\" for the list, Ctrl-D to leave.");
            surroundings.out().flush();
            while (true) {
                try {
                    String line = reader.readLine(style.bold("leasehold") + style.dim("> "));
                    if (!execute(line)) {
                        return 0;
                    }
                } catch (UserInterruptException given) {
                    // The line is given up, not the shell.
                } catch (EndOfFileException end) {
                    return 0;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LineReader reader(Terminal terminal) {
        String home = surroundings.environment().getOrDefault("HOME", ".");
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName(surroundings.program())
                .completer(new ShellCompleter(surroundings, flags))
                .highlighter(new ShellHighlighter(surroundings.commands(), style))
                // Backslashes mean themselves outside quotes, as they do to the commands: what has blanks is quoted.
                .parser(new DefaultParser().escapeChars(null))
                .variable(LineReader.HISTORY_FILE, Path.of(home, HISTORY))
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES_MAX)
                // An exclamation mark is a letter here: keys and values may have it.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        if (style.on()) {
            reader.setVariable(LineReader.SUGGESTIONS_MIN_BUFFER_SIZE, 1);
        }
        return reader;
    }

    /** Runs a line; returns whether the shell goes on. */
    private boolean execute(String line) {
        List<String> words;
        try {
            words = new ArrayList<>(Words.of(line));
        } catch (CtlException e) {
            surroundings.err().println(style.red("Error: ") + e.getMessage());
            return true;
        }
        if (!words.isEmpty() && words.get(0).equals(surroundings.program())) {
            words.remove(0);
        }
        if (words.isEmpty()) {
            return true;
        }
        if (words.get(0).equals("exit") || words.get(0).equals("quit")) {
            return false;
        }
        if (words.equals(List.of("help"))) {
            words.set(0, "--help");
        }
        words.addAll(0, flags);
        new CommandRun(surroundings).run(words);
        // A signal may have ended the command; it is not meant for the next one.
        Thread.interrupted();
        surroundings.err().flush();
        return true;
    }
}
