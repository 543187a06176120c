package io.leasehold.raft.ratis;

import io.leasehold.raft.PeerNetwork.Traffic;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes between this member and each other one: the engine's messages and ours, without the framing. Any thread. */
final class PeerTraffic {

    private record Counts(LongAdder sent, LongAdder received) {
        Counts() {
            this(new LongAdder(), new LongAdder());
        }
    }

    /** Bounded by the members there have been in the life of the process. */
    private final Map<Long, Counts> countsOfMember = new ConcurrentHashMap<>();

    private final LongAdder lateHeartbeats = new LongAdder();

    void heartbeatWasLate() {
        lateHeartbeats.increment();
    }

    long lateHeartbeats() {
        return lateHeartbeats.sum();
    }

    void sent(long memberId, long bytes) {
        counts(memberId).sent().add(bytes);
    }

    void received(long memberId, long bytes) {
        counts(memberId).received().add(bytes);
    }

    private Counts counts(long memberId) {
        return countsOfMember.computeIfAbsent(memberId, id -> new Counts());
    }

    Map<Long, Traffic> all() {
        Map<Long, Traffic> all = new TreeMap<>(Long::compareUnsigned);
        countsOfMember.forEach((id, counts) ->
                all.put(id, new Traffic(counts.sent().sum(), counts.received().sum())));
        return all;
    }
}
