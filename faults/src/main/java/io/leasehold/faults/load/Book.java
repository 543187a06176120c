package io.leasehold.faults.load;

import io.leasehold.faults.history.LeaseStory;
import io.leasehold.faults.history.RegisterCall;
import io.leasehold.faults.history.StampedCall;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** What all clients of one round saw. Thread-safe; read when they have ended. */
public final class Book {
    private final ConcurrentMap<String, Queue<RegisterCall>> registers = new ConcurrentHashMap<>();
    private final Queue<StampedCall> stamped = new ConcurrentLinkedQueue<>();
    private final Queue<LeaseStory> leases = new ConcurrentLinkedQueue<>();
    private final Queue<String> oddities = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<String, Long> goneNanos = new ConcurrentHashMap<>();
    private final LongAdder failed = new LongAdder();

    void register(String key, RegisterCall call) {
        registers.computeIfAbsent(key, first -> new ConcurrentLinkedQueue<>()).add(call);
    }

    void stamp(StampedCall call) {
        stamped.add(call);
    }

    void lease(LeaseStory story) {
        leases.add(story);
    }

    /** Something that no correct server does. */
    void odd(String what) {
        oddities.add(what);
    }

    /** A key was seen to be gone at that time. */
    void gone(String key, long nanos) {
        goneNanos.merge(key, nanos, Math::min);
    }

    void countFailure() {
        failed.increment();
    }

    /** Calls on each key, in no order. */
    public Map<String, List<RegisterCall>> registers() {
        Map<String, List<RegisterCall>> calls = new TreeMap<>();
        registers.forEach((key, queue) -> calls.put(key, List.copyOf(queue)));
        return calls;
    }

    /** Answered calls with the revision of their answer. */
    public List<StampedCall> stamped() {
        return List.copyOf(stamped);
    }

    /** Leases whose key was attached. */
    public List<LeaseStory> leases() {
        return List.copyOf(leases);
    }

    /** What no correct server does, as somebody saw it. */
    public List<String> oddities() {
        return List.copyOf(oddities);
    }

    /** The earliest time at which a key that had been there was seen to be gone. */
    public OptionalLong goneNanos(String key) {
        Long nanos = goneNanos.get(key);
        return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    /** How many calls failed or have an unknown outcome. */
    public long failed() {
        return failed.sum();
    }
}
