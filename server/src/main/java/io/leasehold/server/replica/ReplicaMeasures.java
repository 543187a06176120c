package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a replica measures of its disk, its log and its housekeeping, for metrics; the buckets are etcd's. Written by the
 * owners, read on any thread.
 */
public final class ReplicaMeasures {
    private static final long MILLISECOND_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** etcd's. */
    private static final long SLOW_READ_NANOS = 500 * MILLISECOND_NANOS;

    private final Durations forces = new Durations(MILLISECOND_NANOS, 14);
    private final Durations checkpoints = new Durations(MILLISECOND_NANOS, 14);
    private final Durations sweepPauses = new Durations(MILLISECOND_NANOS, 12);
    private final Durations sweeps = new Durations(100 * MILLISECOND_NANOS, 14);
    private final ApplyTimes applied = new ApplyTimes();
    private final Map<Long, Durations> roundTrips = new ConcurrentHashMap<>();
    private final LongAdder leaderChanges = new LongAdder();
    private final LongAdder failedReads = new LongAdder();
    private final LongAdder slowReads = new LongAdder();
    private final AtomicLong leader = new AtomicLong();
    private volatile long sweptRecords;

    private volatile PeerNetwork network = PeerNetwork.NOBODY;

    ReplicaMeasures() {}

    /** Measures what happens in a log that is not started yet. */
    void follow(ReplicatedLog log) {
        log.timeForces(forces::note);
        network = log.network();
        network.timeRoundTrips((memberId, nanos) ->
                roundTrips.computeIfAbsent(memberId, id -> newRoundTrips()).note(nanos));
    }

    /** Nothing measured yet, in the buckets of round trips. */
    public static Durations newRoundTrips() {
        return new Durations(MILLISECOND_NANOS / 10, 14);
    }

    /** How long it took to reach each other member and to hear from it, by its id; those that answered once. */
    public Map<Long, Durations> roundTrips() {
        return Map.copyOf(roundTrips);
    }

    /** How long it took to apply committed commands. */
    public ApplyTimes applied() {
        return applied;
    }

    /** The network between members. */
    public PeerNetwork network() {
        return network;
    }

    /** Forces of the log to the disk. */
    public Durations forces() {
        return forces;
    }

    /** Checkpoints: what was applied, made durable. */
    public Durations checkpoints() {
        return checkpoints;
    }

    /** How long the Applier was held up by one slice of the housekeeping after a compaction. */
    public Durations sweepPauses() {
        return sweepPauses;
    }

    /** From a compaction to the end of the housekeeping after it. */
    public Durations sweeps() {
        return sweeps;
    }

    /** Revisions that compactions have freed. */
    public long sweptRecords() {
        return sweptRecords;
    }

    /** How often a leader became known that was not known right before. */
    public long leaderChanges() {
        return leaderChanges.sum();
    }

    /** Linearizable reads for which nobody could say how far to read. */
    public long failedReads() {
        return failedReads.sum();
    }

    /** Linearizable reads that waited longer than etcd would before it asks again. */
    public long slowReads() {
        return slowReads.sum();
    }

    /** It took that long to learn how far to read. */
    void readPointTook(long nanos) {
        if (nanos > SLOW_READ_NANOS) {
            slowReads.increment();
        }
    }

    /** Another leader is known; 0 for none. The log's threads. */
    void leaderKnown(long leaderId) {
        if (leader.getAndSet(leaderId) != leaderId && leaderId != 0) {
            leaderChanges.increment();
        }
    }

    void readFailed() {
        failedReads.increment();
    }

    /** Applier. */
    void swept(long records) {
        sweptRecords = records;
    }
}
