package io.leasehold.client.internal.time;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.stream.Stream;

/** Text for people about many things: a heading, and a line for each, as far as anybody would read. Pure. */
public final class Listing {
    /** A few screens; a client may keep a hundred thousand leases. */
    private static final int LINES_MAX = 200;

    private Listing() {}

    /** A heading such as {@code watches: 3} with the lines below it, of which the first 200 are listed. */
    public static String of(String heading, int count, Stream<String> lines) {
        StringBuilder text = new StringBuilder(heading).append('\n');
        lines.limit(LINES_MAX).forEach(line -> text.append("  ").append(line).append('\n'));
        if (count > LINES_MAX) {
            text.append("  … ").append(count - LINES_MAX).append(" more\n");
        }
        return text.toString();
    }

    /** A time as people read it: seconds with up to three places, such as {@code 7.25 s}. */
    public static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
