package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.CtlException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Splits a line of the interactive commands into words: quoted in single quotes as they are, in double ones with escapes. */
public final class Words {
    private final String line;
    private int at;

    private Words(String line) {
        this.line = line;
    }

    /**
     * The words of a line.
     *
     * @throws CtlException if a quote does not end
     */
    public static List<String> of(String line) {
        return new Words(line).split();
    }

    private List<String> split() {
        List<String> words = new ArrayList<>();
        while (skipBlanks()) {
            words.add(word());
        }
        return words;
    }

    private boolean skipBlanks() {
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at < line.length();
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
            char c = line.charAt(at);
            if (c == '\'') {
                int end = closing('\'');
                word.append(line, at + 1, end);
                at = end + 1;
            } else if (c == '"') {
                int end = closing('"');
                word.append(unquote(line.substring(at + 1, end)));
                at = end + 1;
            } else {
                word.append(c);
                at++;
            }
        }
        return word.toString();
    }

    private int closing(char quote) {
        for (int end = at + 1; end < line.length(); end++) {
            if (quote == '"' && line.charAt(end) == '\\') {
                end++;
            } else if (line.charAt(end) == quote) {
                return end;
            }
        }
        throw new CtlException(CtlException.Code.INVALID_INPUT, "a quote does not end: " + line);
    }

    /** The text between double quotes with Go's escapes undone. */
    static String unquote(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                int codePoint = text.codePointAt(i);
                bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(codePoint);
                continue;
            }
            char escape = text.charAt(i + 1);
            i += 2;
            int simple = "abfnrtv\\'\"".indexOf(escape);
            if (simple >= 0) {
                bytes.write("\u0007\b\f\n\r\t\u000b\\'\"".charAt(simple));
            } else if (escape == 'x') {
                bytes.write(number(text, i, 2, 16));
                i += 2;
            } else if (escape == 'u' || escape == 'U') {
                int digits = escape == 'u' ? 4 : 8;
                bytes.writeBytes(Character.toString(number(text, i, digits, 16)).getBytes(StandardCharsets.UTF_8));
                i += digits;
            } else {
                bytes.write(number(text, i - 1, 3, 8));
                i += 2;
            }
        }
        return Arguments.text(bytes.toByteArray());
    }

    private static int number(String text, int from, int digits, int radix) {
        try {
            return Integer.parseInt(text.substring(from, from + digits), radix);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new CtlException(CtlException.Code.INVALID_INPUT, "invalid escape in \"" + text + "\"", e);
        }
    }
}
