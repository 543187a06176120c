package io.leasehold.server.config;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as etcd's flags write them: a sequence of decimal numbers with units, such as {@code 1h30m} or {@code 1.5s}.
 * In plain arithmetic as Go's own: loading big decimals would cost every start some hundredths of a second.
 */
public final class GoDuration {
    private static final Pattern PART = Pattern.compile("(\\d*)(?:\\.(\\d*))?(ns|us|µs|ms|s|m|h)");

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Digits of a fraction that are looked at: those behind them are less than a nanosecond of an hour. */
    private static final int FRACTION_DIGITS_MAX = 18;

    private GoDuration() {}

    /**
     * The duration in milliseconds, fractions cut; empty when the text is no duration. A negative one is none, nor is one
     * that overflows Go's int64 nanoseconds.
     */
    public static OptionalLong parseMillis(String text) {
        if (text.equals("0")) {
            return OptionalLong.of(0);
        }
        try {
            return parseParts(text);
        } catch (ArithmeticException | NumberFormatException tooLong) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong parseParts(String text) {
        Matcher part = PART.matcher(text);
        long nanos = 0;
        int position = 0;
        while (part.lookingAt()) {
            String whole = part.group(1);
            String fraction = part.group(2) == null ? "" : part.group(2);
            if (whole.isEmpty() && fraction.isEmpty()) {
                return OptionalLong.empty();
            }
            nanos = Math.addExact(nanos, nanos(whole, fraction, nanosPer(part.group(3))));
            position = part.end();
            part.region(position, text.length());
        }
        boolean whole = !text.isEmpty() && position == text.length();
        return whole ? OptionalLong.of(nanos / NANOS_PER_MILLI) : OptionalLong.empty();
    }

    private static long nanos(String whole, String fraction, long unitNanos) {
        long nanos = whole.isEmpty() ? 0 : Math.multiplyExact(Long.parseLong(whole), unitNanos);
        if (fraction.isEmpty()) {
            return nanos;
        }
        String digits = fraction.substring(0, Math.min(fraction.length(), FRACTION_DIGITS_MAX));
        double scale = Math.pow(10, digits.length());
        return Math.addExact(nanos, (long) (Long.parseLong(digits) * (unitNanos / scale)));
    }

    private static long nanosPer(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> throw new IllegalStateException("a unit the pattern does not know: " + unit);
        };
    }
}
