package io.leasehold.raft.ratis;

import io.leasehold.protocol.ReadsClock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.server.metrics.SegmentedRaftLogMetrics;
import org.apache.ratis.util.TimeDuration;

/**
 * Takes the engine's own measurements and forgets all but one: several timers and histograms per entry that nobody reads,
 * because the server measures what matters at the seam. What cannot be seen from there is how long the disk took to force
 * the log, so that is told to whoever wants it. The engine finds this class as a service.
 */
@ReadsClock("how long the disk takes is known only here")
public final class SilentMetrics extends MetricRegistries {

    /** The engine's name for the time that a force of the open segment took. */
    private static final String FORCE_TIMER = SegmentedRaftLogMetrics.RAFT_LOG_SYNC_TIME;

    private static final Timekeeper.Context STOPPED = () -> 0;
    private static final Timekeeper TIMER = () -> STOPPED;
    private static final LongCounter COUNTER = new LongCounter() {
        @Override
        public void inc(long count) {}

        @Override
        public void dec(long count) {}

        @Override
        public long getCount() {
            return 0;
        }
    };

    /** Who is told of forces, by the name the engine gives a member's log; one for each log that runs in this process. */
    private final Map<String, LongConsumer> forces = new ConcurrentHashMap<>();

    /** For the service loader. */
    public SilentMetrics() {}

    /** The one of this process, which the engine has found. */
    static SilentMetrics installed() {
        return (SilentMetrics) MetricRegistries.global();
    }

    /** Tells {@code durationNanos} of each force of a log, until {@link #forget}. */
    void timeForces(RaftGroupMemberId log, LongConsumer durationNanos) {
        forces.put(log.toString(), durationNanos);
    }

    void forget(RaftGroupMemberId log) {
        forces.remove(log.toString());
    }

    private Timekeeper forceTimer(String log) {
        return () -> {
            long startNanos = System.nanoTime();
            return () -> {
                long durationNanos = System.nanoTime() - startNanos;
                LongConsumer listener = forces.get(log);
                if (listener != null) {
                    listener.accept(durationNanos);
                }
                return durationNanos;
            };
        };
    }

    @Override
    public RatisMetricRegistry create(MetricRegistryInfo info) {
        return new Registry(info, forceTimer(info.getPrefix()));
    }

    @Override
    public void clear() {}

    @Override
    public boolean remove(MetricRegistryInfo key) {
        return false;
    }

    @Override
    public Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
        return Optional.empty();
    }

    @Override
    public Set<MetricRegistryInfo> getMetricRegistryInfos() {
        return Set.of();
    }

    @Override
    public Collection<RatisMetricRegistry> getMetricRegistries() {
        return List.of();
    }

    @Override
    public void addReporterRegistration(
            Consumer<RatisMetricRegistry> reporterRegistration, Consumer<RatisMetricRegistry> stopReporter) {}

    @Override
    public void enableJmxReporter() {}

    @Override
    public void enableConsoleReporter(TimeDuration consoleReportRate) {}

    private record Registry(MetricRegistryInfo info, Timekeeper forceTimer) implements RatisMetricRegistry {

        @Override
        public Timekeeper timer(String name) {
            return name.equals(FORCE_TIMER) ? forceTimer : TIMER;
        }

        @Override
        public LongCounter counter(String name) {
            return COUNTER;
        }

        @Override
        public boolean remove(String name) {
            return false;
        }

        @Override
        public <T> void gauge(String name, Supplier<Supplier<T>> gaugeSupplier) {}

        @Override
        public MetricRegistryInfo getMetricRegistryInfo() {
            return info;
        }
    }
}
