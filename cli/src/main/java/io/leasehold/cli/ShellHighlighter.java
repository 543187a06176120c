package io.leasehold.cli;

import io.leasehold.cli.terminal.Screen;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.LineReader;
import org.jline.reader.impl.DefaultHighlighter;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Colours a line while it is typed: commands that there are, words that will be none, flags. The shell's thread. */
final class ShellHighlighter extends DefaultHighlighter {
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;

    private final List<Entry> commands;
    private final Screen.Style style;

    ShellHighlighter(List<Entry> commands, Screen.Style style) {
        this.commands = List.copyOf(commands);
        this.style = style;
    }

    @Override
    public AttributedString highlight(LineReader reader, String buffer) {
        return style.on() ? coloured(buffer) : new AttributedString(buffer);
    }

    /** The line with its colours. */
    AttributedString coloured(String buffer) {
        AttributedStringBuilder line = new AttributedStringBuilder();
        List<Entry> next = commands;
        Matcher words = WORD.matcher(buffer);
        int end = 0;
        while (words.find()) {
            line.append(buffer.substring(end, words.start()));
            String word = words.group();
            end = words.end();
            if (word.startsWith("-")) {
                line.styled(PLAIN.foreground(AttributedStyle.CYAN), word);
            } else if (next.isEmpty()) {
                line.append(word);
            } else {
                Optional<Entry> entry = Entry.find(next, word);
                line.styled(of(word, next, entry), word);
                next = entry.isPresent() && entry.get() instanceof Entry.Group group ? group.below() : List.of();
            }
        }
        return line.append(buffer.substring(end)).toAttributedString();
    }

    private static AttributedStyle of(String word, List<Entry> next, Optional<Entry> entry) {
        if (entry.isPresent()) {
            return PLAIN.bold();
        }
        boolean mayBecomeOne = next.stream().anyMatch(each -> each.name().startsWith(word))
                || "exit".startsWith(word)
                || "quit".startsWith(word);
        return mayBecomeOne ? PLAIN : PLAIN.foreground(AttributedStyle.RED);
    }
}
