package io.leasehold.server.rpc;

import io.leasehold.mvcc.StoreHash;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.replica.Durations;
import io.leasehold.statemachine.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads and maintenance without the log since the process started, for metrics; the buckets are etcd's. Any thread. */
public final class ReadCounters {
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LEAST_RANGE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Ticker ticker;
    private final Durations hashes = new Durations(LEAST_NANOS, 15);
    private final Durations hashesAtRevision = new Durations(LEAST_NANOS, 15);
    private final Durations snapshots = new Durations(LEAST_NANOS, 17);
    private final Durations defragmentations = new Durations(TimeUnit.MILLISECONDS.toNanos(100), 13);
    private final AtomicInteger defragmentationsUnderWay = new AtomicInteger();
    private final Durations rangesAnswered = new Durations(LEAST_RANGE_NANOS, 20);
    private final Durations rangesRefused = new Durations(LEAST_RANGE_NANOS, 20);
    private final LongAdder ranges = new LongAdder();
    private final LongAdder txns = new LongAdder();

    ReadCounters(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Takes a hash of the whole store, and notes how long that took. */
    StoreHash hash(Supplier<StoreHash> work) {
        return timed(hash -> hashes, work);
    }

    /** Takes a hash of what there was at a revision, and notes how long that took. */
    StoreHash hashAtRevision(Supplier<StoreHash> work) {
        return timed(hash -> hashesAtRevision, work);
    }

    private <T> T timed(Function<T, Durations> durations, Supplier<T> work) {
        long startNanos = ticker.nanos();
        T result = work.get();
        durations.apply(result).note(ticker.nanos() - startNanos);
        return result;
    }

    /** Notes how long it will have taken until the one that is returned is run, from now on. */
    Runnable snapshotBegins() {
        return timer(snapshots);
    }

    /** As {@link #snapshotBegins}; until then it counts as under way. */
    Runnable defragmentationBegins() {
        defragmentationsUnderWay.incrementAndGet();
        Runnable took = timer(defragmentations);
        return () -> {
            defragmentationsUnderWay.decrementAndGet();
            took.run();
        };
    }

    private Runnable timer(Durations durations) {
        long startNanos = ticker.nanos();
        return () -> durations.note(ticker.nanos() - startNanos);
    }

    /** Reads a range of its own, and notes how long that took. */
    Outcome.RangeAnswer range(Supplier<Outcome.RangeAnswer> work) {
        return timed(answer -> answer instanceof Outcome.Ranged ? rangesAnswered : rangesRefused, work);
    }

    /** A range of its own. */
    void range() {
        ranges.increment();
    }

    /** A transaction that only reads, so many ranges. */
    void txn(int rangesInIt) {
        ranges.add(rangesInIt);
        if (rangesInIt > 1) {
            txns.increment();
        }
    }

    /** Ranges read, those of read-only transactions among them. */
    public long ranges() {
        return ranges.sum();
    }

    /** How long calls of Hash took to walk through the store. */
    public Durations hashes() {
        return hashes;
    }

    /** The same of HashKV. */
    public Durations hashesAtRevision() {
        return hashesAtRevision;
    }

    /** How long it took to send a whole snapshot. */
    public Durations snapshots() {
        return snapshots;
    }

    /** How long it took to read what ranges of their own were answered with. */
    public Durations rangesAnswered() {
        return rangesAnswered;
    }

    /** The same of those that were refused when they were read: their revision was compacted, or is to come. */
    public Durations rangesRefused() {
        return rangesRefused;
    }

    /** Calls of Defragment that are not answered yet. */
    public int defragmentationsUnderWay() {
        return defragmentationsUnderWay.get();
    }

    /** How long calls of Defragment took. */
    public Durations defragmentations() {
        return defragmentations;
    }

    /** Read-only transactions of more than one range. */
    public long txns() {
        return txns.sum();
    }
}
