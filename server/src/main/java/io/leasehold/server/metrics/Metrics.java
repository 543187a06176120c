package io.leasehold.server.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The metrics of one server, and their Prometheus text form. Metrics are added while the server is put together; from then
 * on they are counted and read on any thread. Only what is really measured is here: a dashboard shows a gap, not a lie.
 */
public final class Metrics {
    /** The content type of {@link #text}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /** No metrics yet. */
    public Metrics() {}

    /** Adds a counter that the caller counts. */
    public Counter counter(String name, String help, Map<String, String> labels) {
        Counter counter = new Counter();
        family(name, help, "counter").addSample(labels, counter::value);
        return counter;
    }

    /** Adds a counter that something else counts already; the supplier is called on scraping threads. */
    public void counterOf(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        family(name, help, "counter").addSample(labels, value);
    }

    /** Adds counters that come and go, told apart by one label; the supplier is called on scraping threads. */
    public void countersOf(String name, String help, String label, Supplier<Map<String, Long>> values) {
        family(name, help, "counter").writers.add(text -> values.get().forEach((value, count) -> text.append(name)
                .append(Family.labelText(Map.of(label, value)))
                .append(' ')
                .append(number(count))
                .append('\n')));
    }

    /** Adds a value that goes up and down; the supplier is called on scraping threads and returns fast. */
    public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        family(name, help, "gauge").addSample(labels, value);
    }

    /** Adds values that come and go, told apart by labels; the supplier is called on scraping threads. */
    public void gaugesOf(String name, String help, Supplier<Map<Map<String, String>, Double>> values) {
        family(name, help, "gauge").writers.add(text -> values.get().forEach((labels, value) -> text.append(name)
                .append(Family.labelText(labels))
                .append(' ')
                .append(number(value))
                .append('\n')));
    }

    /** Adds a histogram without labels; bounds ascending, in the unit the name says. */
    public Histogram histogram(String name, String help, List<Double> bounds) {
        return histogram(name, help, Map.of(), bounds);
    }

    /** As {@link #histogram(String, String, List)}, with labels. */
    public Histogram histogram(String name, String help, Map<String, String> labels, List<Double> bounds) {
        Histogram histogram = new Histogram(bounds);
        String inner = Family.innerLabels(labels);
        family(name, help, "histogram").writers.add(text -> histogram.writeTo(text, name, inner));
        return histogram;
    }

    /** Adds a histogram that something else counts already; the supplier is called on scraping threads. */
    public void histogramOf(String name, String help, List<Double> bounds, Supplier<Counts> counts) {
        List<Double> upper = List.copyOf(bounds);
        family(name, help, "histogram").writers.add(text -> {
            Counts now = counts.get();
            Histogram.write(text, name, "", upper, now.perBucket(), now.sum());
        });
    }

    /**
     * Adds histograms that come and go, told apart by labels; the supplier is called on scraping threads.
     *
     * @param counts what each holds, by its labels
     */
    public void histogramsOf(
            String name, String help, List<Double> bounds, Supplier<Map<Map<String, String>, Counts>> counts) {
        List<Double> upper = List.copyOf(bounds);
        family(name, help, "histogram").writers.add(text -> counts.get()
                .forEach((labels, now) ->
                        Histogram.write(text, name, Family.innerLabels(labels), upper, now.perBucket(), now.sum())));
    }

    /**
     * What a histogram holds.
     *
     * @param perBucket how many values fell into each bucket alone, one more than there are bounds
     * @param sum of all values
     */
    public record Counts(List<Long> perBucket, double sum) {
        /** Copies the list. */
        public Counts {
            perBucket = List.copyOf(perBucket);
        }
    }

    /** All metrics, sorted by name, in Prometheus' text format 0.0.4. */
    public String text() {
        StringBuilder text = new StringBuilder(8_192);
        families.forEach((name, family) -> family.writeTo(text));
        return text.toString();
    }

    private Family family(String name, String help, String type) {
        Family family = families.computeIfAbsent(name, key -> new Family(name, help, type));
        if (!family.type.equals(type)) {
            throw new IllegalStateException(name + " is a " + family.type + " already, not a " + type);
        }
        return family;
    }

    /** Whole numbers without a fraction, as Prometheus' own client writes them. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private interface Writer {
        void writeTo(StringBuilder text);
    }

    /** The samples of one name. */
    private static final class Family {
        private final String name;
        private final String help;
        private final String type;
        private final List<Writer> writers = new CopyOnWriteArrayList<>();

        Family(String name, String help, String type) {
            this.name = name;
            this.help = help;
            this.type = type;
        }

        void addSample(Map<String, String> labels, DoubleSupplier value) {
            String series = name + labelText(labels);
            writers.add(text -> text.append(series)
                    .append(' ')
                    .append(number(value.getAsDouble()))
                    .append('\n'));
        }

        void writeTo(StringBuilder text) {
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
            writers.forEach(writer -> writer.writeTo(text));
        }

        private static String labelText(Map<String, String> labels) {
            return labels.isEmpty() ? "" : "{" + innerLabels(labels) + "}";
        }

        /** The labels as they stand between the braces. */
        static String innerLabels(Map<String, String> labels) {
            StringBuilder text = new StringBuilder();
            new TreeMap<>(labels).forEach((key, value) -> text.append(text.isEmpty() ? "" : ",")
                    .append(key)
                    .append("=\"")
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                    .append('"'));
            return text.toString();
        }
    }
}
