package io.leasehold.server.replica;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What took this member longer than it should of late, so that a slow request can be told its cause. Remembers a bounded
 * number of delays. Any thread; noting costs nothing while all is well.
 */
public final class DelayLog {
    /** Shorter ones explain no slow request. */
    public static final long NOTED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int REMEMBERED = 64;

    private final @Nullable Delay[] delays = new Delay[REMEMBERED];
    private int next;
    private final Map<Kind, LongAdder> countByKind =
            Stream.of(Kind.values()).collect(Collectors.toUnmodifiableMap(kind -> kind, kind -> new LongAdder()));

    /** What took long. */
    public enum Kind {
        /** From handing an entry to the log until a majority had it on disk. */
        COMMIT("the log took %d ms to commit an entry (disk or network)"),
        /** Applying what was committed. */
        APPLY("applying entries took %d ms"),
        /** No thread of the process ran: garbage collection, SIGSTOP, a suspended machine, no processor. */
        PAUSE("the process stood still for %d ms");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }
    }

    private record Delay(Kind kind, long startNanos, long endNanos) {
        String sentence() {
            return String.format(Locale.ROOT, kind.sentence, TimeUnit.NANOSECONDS.toMillis(endNanos - startNanos));
        }
    }

    /** Nothing has taken long yet. */
    public DelayLog() {}

    /** Notes what lasted from {@code startNanos} to {@code endNanos}, if that was long. */
    void note(Kind kind, long startNanos, long endNanos) {
        if (endNanos - startNanos >= NOTED_NANOS) {
            counter(kind).increment();
            synchronized (delays) {
                delays[next] = new Delay(kind, startNanos, endNanos);
                next = (next + 1) % REMEMBERED;
            }
        }
    }

    /** How many delays of that kind there were. */
    public long count(Kind kind) {
        return counter(kind).sum();
    }

    /** The longest delay of each kind that ended after {@code startNanos}, in words; empty if there was none. */
    public String since(long startNanos) {
        Map<Kind, Delay> longest = new EnumMap<>(Kind.class);
        synchronized (delays) {
            for (Delay delay : delays) {
                if (delay != null && delay.endNanos() - startNanos > 0) {
                    longest.merge(delay.kind(), delay, DelayLog::longer);
                }
            }
        }
        List<String> sentences = new ArrayList<>();
        longest.values().stream()
                .sorted((a, b) -> Long.compare(b.endNanos() - b.startNanos(), a.endNanos() - a.startNanos()))
                .forEach(delay -> sentences.add(delay.sentence()));
        return String.join("; ", sentences);
    }

    private LongAdder counter(Kind kind) {
        return Objects.requireNonNull(countByKind.get(kind));
    }

    private static Delay longer(Delay a, Delay b) {
        return a.endNanos() - a.startNanos() >= b.endNanos() - b.startNanos() ? a : b;
    }
}
