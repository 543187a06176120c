package io.leasehold.server.compaction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * When to compact, and up to which revision, by etcd's rules (kv.md 7). Reads no clock; one thread.
 *
 * <p>Every member keeps the schedule, so that a new leader knows the revisions of the past; only the leader's is acted on.
 */
public sealed interface CompactionSchedule {
    /** How often {@link #due} wants to be asked. */
    long intervalNanos();

    /**
     * To be asked once per interval.
     *
     * @param revision the store's present one
     * @param leading whether this member may act
     * @return the revision to compact to now; what came of it is to be told by {@link #settled}
     */
    OptionalLong due(long nowNanos, long revision, boolean leading);

    /** A compaction was carried out, or was not needed ({@code done}); else it is tried again at the next interval. */
    void settled(long nowNanos, long revision, boolean done);

    /**
     * Keeps what is not older than a period: samples the revision ten times in it, waits for one whole period at first, and
     * compacts to the oldest sample then, once per period or, if that is longer, once per hour.
     */
    final class Periodic implements CompactionSchedule {
        private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

        private static final int SAMPLES_PER_INTERVAL = 10;

        private final long betweenNanos;
        private final long sampleNanos;
        private final int samplesMax;
        private final Deque<Long> samples = new ArrayDeque<>();
        /** How long to wait after the last compaction: the period before the first, then less. */
        private long waitNanos;

        private long lastNanos;
        private long lastRevision;

        /**
         * Keeps what is not older than {@code periodNanos}, which begins now.
         *
         * @param revision the store's present one
         */
        public Periodic(long periodNanos, long nowNanos, long revision) {
            this.betweenNanos = Math.min(periodNanos, HOUR_NANOS);
            this.sampleNanos = Math.max(1, betweenNanos / SAMPLES_PER_INTERVAL);
            this.samplesMax = Math.toIntExact(periodNanos / sampleNanos) + 1;
            this.waitNanos = periodNanos;
            this.lastNanos = nowNanos;
            samples.add(revision);
        }

        @Override
        public long intervalNanos() {
            return sampleNanos;
        }

        @Override
        public OptionalLong due(long nowNanos, long revision, boolean leading) {
            samples.add(revision);
            if (samples.size() > samplesMax) {
                samples.remove();
            }
            long oldest = samples.element();
            if (!leading || nowNanos - lastNanos < waitNanos || oldest == lastRevision) {
                return OptionalLong.empty();
            }
            waitNanos = betweenNanos;
            return OptionalLong.of(oldest);
        }

        @Override
        public void settled(long nowNanos, long revision, boolean done) {
            if (done) {
                lastNanos = nowNanos;
                lastRevision = revision;
            }
        }
    }

    /** Keeps so many revisions: looks every five minutes. */
    final class Revisions implements CompactionSchedule {
        private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(5);

        private final long retained;
        private long lastRevision;

        /** Keeps the newest {@code retained} revisions, at least 1. */
        public Revisions(long retained) {
            this.retained = retained;
        }

        @Override
        public long intervalNanos() {
            return INTERVAL_NANOS;
        }

        @Override
        public OptionalLong due(long nowNanos, long revision, boolean leading) {
            long target = revision - retained;
            return leading && target > 0 && target != lastRevision ? OptionalLong.of(target) : OptionalLong.empty();
        }

        @Override
        public void settled(long nowNanos, long revision, boolean done) {
            if (done) {
                lastRevision = revision;
            }
        }
    }
}
