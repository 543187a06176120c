package io.leasehold.server.replica;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How long something took, counted by powers of two of a least duration, for metrics. Any thread. */
public final class Durations {
    private final long leastNanos;
    private final List<LongAdder> counts;
    private final LongAdder sumNanos = new LongAdder();

    /** Buckets up to {@code leastNanos}, twice that, and so on; {@code buckets} of them and one for what is longer. */
    public Durations(long leastNanos, int buckets) {
        this.leastNanos = leastNanos;
        counts = Stream.generate(LongAdder::new).limit(buckets + 1L).toList();
    }

    /** Notes one. */
    public void note(long durationNanos) {
        // The least power of two that covers it: none for what is at most the least duration.
        int bucket = Long.SIZE - Long.numberOfLeadingZeros((durationNanos - 1) / leastNanos);
        counts.get(Math.min(bucket, counts.size() - 1)).increment();
        sumNanos.add(durationNanos);
    }

    /** Upper bounds of all buckets but the last, inclusive, ascending. */
    public List<Double> bounds(TimeUnit unit) {
        return IntStream.range(0, counts.size() - 1)
                .mapToObj(power -> in(unit, leastNanos << power))
                .toList();
    }

    /** How many fell into each bucket alone. */
    public List<Long> counts() {
        return counts.stream().map(LongAdder::sum).toList();
    }

    /** Whether none was noted. */
    public boolean isEmpty() {
        return counts.stream().allMatch(count -> count.sum() == 0);
    }

    /** All of them together. */
    public double sum(TimeUnit unit) {
        return in(unit, sumNanos.sum());
    }

    private static double in(TimeUnit unit, long nanos) {
        return nanos / (double) unit.toNanos(1);
    }
}
