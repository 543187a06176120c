package io.leasehold.cli;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is typed: passwords without echo on a terminal, and lines of stdin. */
public final class Typed {
    private Typed() {}

    /** Asks once. */
    public static String ask(Ctl ctl, String prompt) {
        // The launcher asks for the console that is only there on a terminal.
        @SuppressWarnings("SystemConsoleNull")
        Console console = System.console();
        if (console != null) {
            char[] typed = console.readPassword("%s", prompt);
            return typed == null ? "" : new String(typed);
        }
        ctl.out().print(prompt);
        ctl.out().flush();
        return line(ctl);
    }

    /** A line of stdin without its end; empty at the end of stdin. */
    public static String line(Ctl ctl) {
        String line = lineOrEnd(ctl);
        return line == null ? "" : line;
    }

    /** A line of stdin without its end; null at the end of stdin. */
    public static @Nullable String lineOrEnd(Ctl ctl) {
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next = ctl.in().read();
            if (next < 0) {
                return null;
            }
            while (next >= 0 && next != '\n') {
                line.write(next);
                next = ctl.in().read();
            }
            return Arguments.text(line.toByteArray()).replaceAll("\r$", "");
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.INVALID_INPUT, "stdin cannot be read: " + e.getMessage(), e);
        }
    }
}
