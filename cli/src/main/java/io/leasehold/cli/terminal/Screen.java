package io.leasehold.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.NonBlockingReader;

/** A terminal's screen that is drawn as a whole, on its second page: closing gives the first one back. One thread. */
public final class Screen implements AutoCloseable {
    private static final String SECOND_PAGE = "\u001b[?1049h\u001b[?25l";
    private static final String FIRST_PAGE = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";

    /** Where the terminal does not say how high it is. */
    private static final int HEIGHT_DEFAULT = 24;

    private final Terminal terminal;
    private final Attributes before;
    private final Style style;

    /**
     * How text is set off.
     *
     * @param on whether it is at all
     */
    public record Style(boolean on) {
        /** Bold. */
        public String bold(String text) {
            return in("1", text);
        }

        /** Weak. */
        public String dim(String text) {
            return in("2", text);
        }

        /** Red: about to end. */
        public String red(String text) {
            return in("31", text);
        }

        /** Yellow. */
        public String yellow(String text) {
            return in("33", text);
        }

        /** Green: all well. */
        public String green(String text) {
            return in("32", text);
        }

        private String in(String code, String text) {
            return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
        }
    }

    private Screen(Terminal terminal, boolean coloured) {
        this.terminal = terminal;
        this.before = terminal.enterRawMode();
        // Ctrl-C is a character like others: the program ends as it means to, and its children hear nothing of it.
        Attributes raw = terminal.getAttributes();
        raw.setLocalFlag(LocalFlag.ISIG, false);
        terminal.setAttributes(raw);
        this.style = new Style(coloured);
    }

    /** Takes the screen over. */
    public static Screen open(boolean coloured) {
        try {
            Terminal terminal = TerminalBuilder.builder().system(true).build();
            terminal.writer().print(SECOND_PAGE);
            return new Screen(terminal, coloured);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Text without colours. */
    public static Style plain() {
        return new Style(false);
    }

    /** How text is set off here. */
    public Style style() {
        return style;
    }

    /** Lines that fit on it. */
    public int height() {
        int height = terminal.getHeight();
        return height > 0 ? height : HEIGHT_DEFAULT;
    }

    /** Shows these lines and nothing else; what is wider than the screen is cut off. */
    public void draw(List<String> lines) {
        int width = terminal.getWidth() > 0 ? terminal.getWidth() : Integer.MAX_VALUE;
        StringBuilder text = new StringBuilder(HOME);
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == 0 ? "" : "\r\n").append(cut(lines.get(i), width)).append(REST_OF_LINE);
        }
        terminal.writer().print(text.append(REST_OF_SCREEN));
        terminal.writer().flush();
    }

    private String cut(String line, int width) {
        return line.length() <= width
                ? line
                : AttributedString.fromAnsi(line).columnSubSequence(0, width).toAnsi(terminal);
    }

    /** Waits, and tells whether q, Ctrl-C or Ctrl-D was typed meanwhile. */
    public boolean isEndTyped(long millis) {
        try {
            int typed = terminal.reader().read(millis);
            return typed == 'q' || typed == 3 || typed == 4 || typed == NonBlockingReader.EOF;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        terminal.writer().print(FIRST_PAGE);
        terminal.writer().flush();
        terminal.setAttributes(before);
        try {
            terminal.close();
        } catch (IOException e) {
            // It is given back already.
        }
    }
}
