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

    void writeTo(StringBuilder text, String name, String labels) {
        write(text, name, labels, bounds, counts.stream().map(LongAdder::sum).toList(), sum.sum());
    }

    /** Prometheus' form: each bucket counts those below it too. {@code labels} as between the braces, perhaps empty. */
    static void write(
            StringBuilder text, String name, String labels, List<Double> bounds, List<Long> perBucket, double sum) {
        String separator = labels.isEmpty() ? "" : ",";
        String suffix = labels.isEmpty() ? "" : "{" + labels + "}";
        long below = 0;
        for (int bucket = 0; bucket <= bounds.size(); bucket++) {
            below += perBucket.get(bucket);
            String bound = bucket < bounds.size() ? Metrics.number(bounds.get(bucket)) : "+Inf";
            text.append(name).append("_bucket{").append(labels).append(separator);
            text.append("le=\"").append(bound).append("\"} ").append(below).append('\n');
        }
        text.append(name)
                .append("_sum")
                .append(suffix)
                .append(' ')
                .append(Metrics.number(sum))
                .append('\n');
        text.append(name)
                .append("_count")
                .append(suffix)
                .append(' ')
                .append(below)
                .append('\n');
    }
}
