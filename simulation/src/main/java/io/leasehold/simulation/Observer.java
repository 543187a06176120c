package io.leasehold.simulation;

import io.leasehold.lease.Incarnation;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.mvcc.StoreHash;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.replica.ReplicaTurns;
import io.leasehold.simulation.disk.MemoryDisk;
import io.leasehold.statemachine.AppliedBatch;
import io.leasehold.statemachine.LeaseChange;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.StateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees everything at once: applies each entry at the moment it is committed anywhere, and holds the members to it (P3:
 * all are equal at equal index; one index has one entry; no key is attached to a lease that is not there).
 */
final class Observer {
    final LeasePromises leases;
    private final StateMachine machine;
    private final @Nullable Consumer<String> trace;
    private final List<LogDisk.Entry> log = new ArrayList<>();
    private final List<StateDigest> digests = new ArrayList<>();
    private final List<StoreEvent> events = new ArrayList<>();
    /** Each key's records by revision, deletions included: history that no compaction takes away. */
    private final Map<ByteSequence, TreeMap<Long, KeyValueRecord>> history = new HashMap<>();

    /** The whole replicated state, as far as members must agree. */
    private record StateDigest(long leases, long revision, long keys, long members) {}

    Observer(Agenda agenda, int members, @Nullable Consumer<String> trace) {
        this.trace = trace;
        this.leases = new LeasePromises(agenda, this::trace);
        try {
            machine = StateMachine.open(
                    new MemoryDisk().path("/state"), MemberProcess.options(1, MemberProcess.founders(members)), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An entry is committed; most are told of once by each member. */
    void committed(long index, LogDisk.Entry entry) {
        if (index <= log.size()) {
            if (!log.get((int) index - 1).equals(entry)) {
                throw new PromiseBroken("log", "entry " + index + " has two contents");
            }
            return;
        }
        log.add(entry);
        if (entry.payload() == null) {
            machine.skip(index, entry.term());
            requireNoLearnerVotes(index, entry.configuration());
        } else {
            for (Proposal proposal : ReplicaTurns.commandsOf(ByteBuffer.wrap(entry.payload()))) {
                Outcome outcome = machine.apply(index, entry.term(), proposal, true, 0);
                trace(() ->
                        "entry " + index + " in term " + entry.term() + ": " + proposal.command() + " -> " + outcome);
            }
        }
        AppliedBatch batch = machine.publish();
        for (StoreEvent event : batch.events()) {
            KeyValueRecord record = event.record();
            events.add(event);
            history.computeIfAbsent(record.key(), any -> new TreeMap<>()).put(record.modRevision(), record);
        }
        batch.leaseChanges().forEach(change -> changed(change, entry.term()));
        digests.add(digest(machine));
    }

    private void requireNoLearnerVotes(long index, @Nullable Configuration configuration) {
        if (configuration == null) {
            return;
        }
        trace(() -> "entry " + index + ": " + configuration);
        for (Member member : machine.members()) {
            if (member.learner() && configuration.votes(member.id())) {
                throw new PromiseBroken("members", member + " is a learner and votes in " + configuration);
            }
        }
    }

    private void changed(LeaseChange change, long term) {
        switch (change) {
            case LeaseChange.Granted granted -> leases.granted(granted.id(), granted.grantIndex(), granted.ttlMillis());
            case LeaseChange.Ended ended -> {
                Incarnation lease = ended.lease();
                leases.ended(lease.id(), lease.grantIndex(), term, ended.cause() == LeaseChange.Cause.EXPIRED);
                requireNoKeysOf(lease.id());
            }
            case LeaseChange.Checkpointed checkpointed -> {}
            case LeaseChange.Cleared cleared -> {}
            case LeaseChange.Marked marked -> {}
        }
    }

    private void requireNoKeysOf(long leaseId) {
        if (machine.leases().contains(leaseId)) {
            return; // Granted anew in the same entry.
        }
        for (KeyValueRecord record : records(machine)) {
            if (record.leaseId() == leaseId) {
                throw new PromiseBroken("keys of a dead lease", record.key() + " of lease " + leaseId);
            }
        }
    }

    /** A member has applied and published entries. */
    void applied(int member, StateMachine state) {
        StateDigest expected = digests.get((int) state.appliedIndex() - 1);
        StateDigest actual = digest(state);
        if (!actual.equals(expected)) {
            throw new PromiseBroken(
                    "P3",
                    "member " + member + " at " + state.appliedIndex() + " has " + actual + ", others " + expected);
        }
    }

    /** At the end, when all have applied everything: their stores hold the same, history included (P3). */
    void requireEqual(int member, StateMachine state) {
        StoreHash expected = machine.snapshot().hash(0);
        StoreHash actual = state.snapshot().hash(0);
        if (!actual.equals(expected)) {
            throw new PromiseBroken("P3", "member " + member + " ends with " + actual + ", others with " + expected);
        }
    }

    /** What a key was at a revision that was reached. */
    Optional<KeyValueRecord> truth(ByteSequence key, long revision) {
        return Optional.ofNullable(history.get(key))
                .map(records -> records.floorEntry(revision))
                .map(Map.Entry::getValue)
                .filter(record -> !record.isTombstone());
    }

    /** Number of the newest entry committed anywhere. */
    long index() {
        return log.size();
    }

    /** The newest revision anywhere. */
    long revision() {
        return machine.snapshot().revision();
    }

    /** All changes of keys there ever were, in order. */
    List<StoreEvent> events() {
        return events;
    }

    /** The members after the newest entry committed anywhere. */
    List<Member> members() {
        return machine.members();
    }

    int liveLeases() {
        return machine.leases().size();
    }

    /** Notes a line if anybody reads them. */
    void trace(Supplier<String> what) {
        if (trace != null) {
            trace.accept(what.get());
        }
    }

    private static StateDigest digest(StateMachine state) {
        long[] leases = new long[1];
        // A sum: the order of the table's slots means nothing.
        state.leases()
                .forEach(l -> leases[0] += 31L * Objects.hash(l.id(), l.ttlMillis(), l.grantIndex(), l.anchor()) + 7);
        long keys = 0;
        for (KeyValueRecord r : records(state)) {
            int key = Objects.hash(r.key(), r.createRevision(), r.modRevision(), r.value(), r.leaseId());
            keys = 31 * keys + key;
        }
        long members = Objects.hash(state.members(), state.removedMemberIds());
        return new StateDigest(leases[0], state.snapshot().revision(), keys, members);
    }

    private static List<KeyValueRecord> records(StateMachine state) {
        return state.snapshot().range(KeyRange.ALL, 0, 0).records();
    }
}
