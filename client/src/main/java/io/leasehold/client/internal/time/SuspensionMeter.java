package io.leasehold.client.internal.time;

import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long the machine was suspended. Java's monotonic clock stands still meanwhile on Linux, and a lease does
 * not. The kernel's uptime counts that time, and unlike the wall clock nobody sets it. On other systems it measures
 * nothing: there the monotonic clock goes on, or a lease's time is not noticed to have passed until a renewal is answered.
 *
 * <p>Any thread.
 */
final class SuspensionMeter {
    /** Uptime is told in hundredths of a second, and reading both clocks takes a moment, more on a busy machine. */
    private static final long NOISE_NANOS = 1_000_000_000L;

    private static final long CENTISECOND_NANOS = 10_000_000L;

    private final @Nullable Path uptime;
    private final long originNanos;

    private SuspensionMeter(@Nullable Path uptime, long originNanos) {
        this.uptime = uptime;
        this.originNanos = originNanos;
    }

    @ReadsClock("compares two clocks")
    static SuspensionMeter ofThisMachine() {
        return of(Path.of("/proc/uptime"), System.nanoTime());
    }

    /** Measures from now on, by a file of the form of {@code /proc/uptime}. */
    static SuspensionMeter of(Path uptime, long monotonicNanos) {
        OptionalLong up = read(uptime);
        return up.isPresent()
                ? new SuspensionMeter(uptime, up.getAsLong() - monotonicNanos)
                : new SuspensionMeter(null, 0);
    }

    /** How long the machine was suspended since this was made; 0 when it is too little to tell. */
    long suspendedNanos(long monotonicNanos) {
        if (uptime == null) {
            return 0;
        }
        OptionalLong up = read(uptime);
        long gap = up.isPresent() ? up.getAsLong() - monotonicNanos - originNanos : 0;
        return gap > NOISE_NANOS ? gap : 0;
    }

    private static OptionalLong read(Path uptime) {
        try {
            String text = Files.readString(uptime, StandardCharsets.US_ASCII);
            String seconds = text.substring(0, text.indexOf(' '));
            return OptionalLong.of(Math.round(Double.parseDouble(seconds) * 100) * CENTISECOND_NANOS);
        } catch (IOException | RuntimeException notThere) {
            return OptionalLong.empty();
        }
    }
}
