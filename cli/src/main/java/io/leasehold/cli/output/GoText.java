package io.leasehold.cli.output;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Bytes and numbers in the forms that Go prints them in. Pure functions. */
public final class GoText {
    private static final int UTF8_LENGTH_MAX = 4;
    private static final double UNIT = 1_000;
    private static final String[] SIZE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private GoText() {}

    /** Bytes as Go's {@code %q}: quoted, printable UTF-8 kept, everything else escaped. */
    public static String quoted(byte[] bytes) {
        StringBuilder text = new StringBuilder("\"");
        int at = 0;
        while (at < bytes.length) {
            int length = characterLength(bytes, at);
            if (length == 0) {
                text.append(String.format(Locale.ROOT, "\\x%02x", bytes[at] & 0xff));
                at++;
            } else {
                appendCharacter(text, new String(bytes, at, length, StandardCharsets.UTF_8).codePointAt(0));
                at += length;
            }
        }
        return text.append('"').toString();
    }

    /** Bytes as etcdctl's {@code --hex}. */
    public static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 4);
        for (byte b : bytes) {
            text.append(String.format(Locale.ROOT, "\\x%02x", b & 0xff));
        }
        return text.toString();
    }

    /** A size for people, in powers of a thousand: {@code 41 kB}. */
    public static String size(long bytes) {
        if (bytes < 10) {
            return bytes + " B";
        }
        int exponent = (int) Math.floor(Math.log((double) bytes) / Math.log(UNIT));
        double value = Math.floor(bytes / Math.pow(UNIT, exponent) * 10 + 0.5) / 10;
        // Go rounds halves to the even neighbour.
        String number = value < 10 ? String.format(Locale.ROOT, "%.1f", value) : Long.toString((long) Math.rint(value));
        return number + " " + SIZE_UNITS[exponent];
    }

    /** A duration as Go prints it: {@code 4.9ms}, {@code 1m30s}. */
    public static String duration(long nanos) {
        if (nanos < 1_000) {
            return nanos + "ns";
        } else if (nanos < 1_000_000) {
            return trimmed(nanos / 1e3, 3) + "µs";
        } else if (nanos < 1_000_000_000) {
            return trimmed(nanos / 1e6, 6) + "ms";
        }
        long minutes = nanos / 60_000_000_000L;
        String seconds = trimmed(nanos % 60_000_000_000L / 1e9, 9) + "s";
        if (minutes == 0) {
            return seconds;
        }
        return minutes < 60 ? minutes + "m" + seconds : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }

    private static String trimmed(double value, int digits) {
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static void appendCharacter(StringBuilder text, int codePoint) {
        switch (codePoint) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case 7 -> text.append("\\a");
            case '\b' -> text.append("\\b");
            case '\f' -> text.append("\\f");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case 11 -> text.append("\\v");
            default -> {
                if (isPrintable(codePoint)) {
                    text.appendCodePoint(codePoint);
                } else if (codePoint < 0x80) {
                    text.append(String.format(Locale.ROOT, "\\x%02x", codePoint));
                } else if (codePoint < 0x10000) {
                    text.append(String.format(Locale.ROOT, "\\u%04x", codePoint));
                } else {
                    text.append(String.format(Locale.ROOT, "\\U%08x", codePoint));
                }
            }
        }
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }

    /** Bytes of the UTF-8 character that begins here; 0 if none does. */
    private static int characterLength(byte[] bytes, int at) {
        for (int length = 1; length <= UTF8_LENGTH_MAX && at + length <= bytes.length; length++) {
            CharsetDecoder decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            try {
                CharBuffer character = decoder.decode(ByteBuffer.wrap(bytes, at, length));
                return character.length() == 0 ? 0 : length;
            } catch (CharacterCodingException notYet) {
                // A longer one may do.
            }
        }
        return 0;
    }
}
