package io.leasehold.cli.flags;

import java.time.Duration;

/** Durations as Go writes them: {@code 500ms}, {@code 5s}, {@code 1m30s}. Pure functions. */
public final class Durations {
    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Duration parse(String text) {
        long nanos = 0;
        int at = 0;
        while (at < text.length()) {
            int numberEnd = at;
            while (numberEnd < text.length() && "0123456789.".indexOf(text.charAt(numberEnd)) >= 0) {
                numberEnd++;
            }
            int unitEnd = numberEnd;
            while (unitEnd < text.length() && Character.isLetter(text.charAt(unitEnd))) {
                unitEnd++;
            }
            if (unitEnd == at) {
                throw notOne(text);
            }
            nanos += nanos(text, text.substring(at, numberEnd), text.substring(numberEnd, unitEnd));
            at = unitEnd;
        }
        if (text.isEmpty()) {
            throw notOne(text);
        }
        return Duration.ofNanos(nanos);
    }

    private static long nanos(String whole, String number, String unit) {
        double perUnit =
                switch (unit) {
                    case "ns" -> 1;
                    case "us", "µs" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "m" -> 60e9;
                    case "h" -> 3_600e9;
                    default -> -1;
                };
        if (whole.equals("0")) {
            return 0;
        }
        try {
            if (perUnit > 0) {
                return (long) (Double.parseDouble(number) * perUnit);
            }
        } catch (NumberFormatException e) {
            throw notOne(whole);
        }
        throw notOne(whole);
    }

    private static IllegalArgumentException notOne(String text) {
        // Go's words, and what they leave out.
        boolean isNumber = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return new IllegalArgumentException("time: " + (isNumber ? "missing unit in" : "invalid") + " duration \""
                + text + "\" (500ms, 5s and 1m30s are durations)");
    }
}
