package io.leasehold.server.metrics;

import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** How often values fell below each of some bounds. Thread-safe and cheap under contention. */
public final class Histogram {
    private final List<Double> bounds;
    private final List<LongAdder> counts;
    private final DoubleAdder sum = new DoubleAdder();

    /** Bounds ascending, without the infinite one. */
    Histogram(List<Double> bounds) {
        this.bounds = List.copyOf(bounds);
        this.counts = Stream.generate(LongAdder::new).limit(bounds.size() + 1L).toList();
    }

    /** Notes a value, in the unit the metric's name says. */
    public void observe(double value) {
        int bucket = 0;
        while (bucket < bounds.size() && value > bounds.get(bucket)) {
            bucket++;
        }
        counts.get(bucket).increment();
        sum.add(value);
    }

    void writeTo(StringBuilder text, String name) {
        write(text, name, bounds, counts.stream().map(LongAdder::sum).toList(), sum.sum());
    }

    /** Prometheus' form: each bucket counts those below it too. */
    static void write(StringBuilder text, String name, List<Double> bounds, List<Long> perBucket, double sum) {
        long below = 0;
        for (int bucket = 0; bucket <= bounds.size(); bucket++) {
            below += perBucket.get(bucket);
            String bound = bucket < bounds.size() ? Metrics.number(bounds.get(bucket)) : "+Inf";
            text.append(name)
                    .append("_bucket{le=\"")
                    .append(bound)
                    .append("\"} ")
                    .append(below)
                    .append('\n');
        }
        text.append(name).append("_sum ").append(Metrics.number(sum)).append('\n');
        text.append(name).append("_count ").append(below).append('\n');
    }
}
