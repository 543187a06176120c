package io.leasehold.server.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as etcd's flags write them: a sequence of decimal numbers with units, such as {@code 1h30m} or {@code 1.5s}. */
final class GoDuration {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");

    /** Longer durations overflow Go's int64 nanoseconds, and so are no durations there either. */
    private static final BigDecimal NANOS_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final BigDecimal NANOS_PER_MILLI = BigDecimal.valueOf(1_000_000);

    private GoDuration() {}

    /** The duration in milliseconds, fractions cut; empty when the text is no duration. A negative one is none. */
    static OptionalLong parseMillis(String text) {
        if (text.equals("0")) {
            return OptionalLong.of(0);
        }
        Matcher part = PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int position = 0;
        while (part.lookingAt()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(nanosPer(part.group(2))));
            position = part.end();
            part.region(position, text.length());
        }
        if (text.isEmpty() || position != text.length() || nanos.compareTo(NANOS_MAX) > 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(nanos.divide(NANOS_PER_MILLI, RoundingMode.DOWN).longValue());
    }

    private static BigDecimal nanosPer(String unit) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "ns" -> 1L;
                    case "us", "µs" -> 1_000L;
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default -> throw new IllegalStateException("a unit the pattern does not know: " + unit);
                });
    }
}
