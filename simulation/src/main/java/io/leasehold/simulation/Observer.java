package io.leasehold.simulation;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.statemachine.AppliedBatch;
import io.leasehold.statemachine.EntryCodec;
import io.leasehold.statemachine.LeaseChange;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.StateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** The whole replicated state, as far as members must agree. */
    private record StateDigest(long leases, long revision, long keys) {}

    Observer(Agenda agenda, Path directory, int members, @Nullable Consumer<String> trace) {
        this.trace = trace;
        this.leases = new LeasePromises(agenda, this::trace);
        try {
            machine = StateMachine.open(directory, SimulatedMember.options(1, members), 0);
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
        } else {
            for (Proposal proposal : EntryCodec.decode(ByteBuffer.wrap(entry.payload()))) {
                Outcome outcome = machine.apply(index, entry.term(), proposal, true, 0);
                trace(() ->
                        "entry " + index + " in term " + entry.term() + ": " + proposal.command() + " -> " + outcome);
            }
        }
        AppliedBatch batch = machine.publish();
        events.addAll(batch.events());
        batch.leaseChanges().forEach(this::changed);
        digests.add(digest(machine));
    }

    private void changed(LeaseChange change) {
        switch (change) {
            case LeaseChange.Granted granted ->
                leases.granted(granted.id(), granted.grantIndex(), granted.ttlSeconds());
            case LeaseChange.Ended ended -> {
                leases.ended(ended.id(), ended.grantIndex(), ended.cause() == LeaseChange.Cause.EXPIRED);
                requireNoKeysOf(ended.id());
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

    /** The state as of the newest commit. */
    StoreSnapshot snapshot() {
        return machine.snapshot();
    }

    /** All changes of keys there ever were, in order. */
    List<StoreEvent> events() {
        return events;
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

    void close() throws IOException {
        machine.close();
    }

    private static StateDigest digest(StateMachine state) {
        long[] leases = new long[1];
        // A sum: the order of the table's slots means nothing.
        state.leases()
                .forEach(l -> leases[0] += 31L * Objects.hash(l.id(), l.ttlSeconds(), l.grantIndex(), l.anchor()) + 7);
        long keys = 0;
        for (KeyValueRecord r : records(state)) {
            int key = Objects.hash(r.key(), r.createRevision(), r.modRevision(), r.value(), r.leaseId());
            keys = 31 * keys + key;
        }
        return new StateDigest(leases[0], state.snapshot().revision(), keys);
    }

    private static List<KeyValueRecord> records(StateMachine state) {
        return state.snapshot().range(KeyRange.ALL, 0, 0).records();
    }
}
