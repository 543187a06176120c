package io.leasehold.server.replica.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseClock;
import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseView;
import io.leasehold.lease.Remaining;
import io.leasehold.raft.LeadershipGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A keeper whose clock, guard, log and Applier are moved by hand. */
final class KeeperRig {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    static final long MEMBER_ID = 1;

    long monotonicNanos = 5 * SECOND;
    /** Runs before the clock is read: what has happened until then. */
    Runnable beforeReading = () -> {};
    /** Runs after the clock was read: what happens while the keeper goes on. */
    Runnable afterReading = () -> {};
    /** The term of the reign. */
    long term;
    /** Whether rounds come back while they are asked for, as a single voter's do. */
    boolean confirmsAtOnce;

    final LeaseClock clock = new LeaseClock(monotonicNanos);
    final List<LeadershipGuard.ConfirmListener> rounds = new ArrayList<>();
    final List<Proposed> proposed = new ArrayList<>();
    final LeaseTable table = new LeaseTable();
    long index = 100;
    long appliedIndex = 100;

    private final PriorityQueue<Wait> waits = new PriorityQueue<>((a, b) -> Long.compare(a.index, b.index));

    final LeaseKeeper keeper = new LeaseKeeper(
            new LeaseSurroundings(this::confirm, new Recorder(), this::whenApplied),
            new LeaseKeeperSettings(Duration.ofSeconds(1)),
            clock,
            this::read);

    /** A command of the keeper's, until it is applied or refused. */
    record Proposed(
            Kind kind,
            long term,
            List<Incarnation> leases,
            List<Remaining> remaining,
            LeaseProposals.Listener listener) {
        List<Long> ids() {
            return leases.stream().map(Incarnation::id).toList();
        }
    }

    enum Kind {
        EXPIRE,
        CHECKPOINT,
        CLEAR
    }

    private record Wait(long index, Runnable then) {}

    /** One answer to come. */
    static final class Answer {
        @Nullable
        LeaseRenewal renewal;

        boolean isThere() {
            return renewal != null;
        }
    }

    KeeperRig promoted(long inTerm) {
        term = inTerm;
        index++;
        appliedIndex = index;
        table.marker(clock.advance(monotonicNanos));
        keeper.leaderChanged(MEMBER_ID);
        keeper.marked(MEMBER_ID, inTerm);
        keeper.promoted(inTerm, table.image());
        turn();
        return this;
    }

    long grant(long id, long ttlSeconds) {
        index++;
        table.grant(id, ttlSeconds, index, clock.advance(monotonicNanos));
        keeper.granted(id, index, ttlSeconds);
        applied();
        return index;
    }

    /** The revoke of a lease is applied here. */
    void revokeApplied(long id) {
        index++;
        long grantIndex = table.lease(id).map(LeaseView::grantIndex).orElse(0L);
        table.revoke(id);
        keeper.ended(List.of(new Incarnation(id, grantIndex)));
        applied();
        keeper.revokeSettled(id);
    }

    Answer renew(long id) {
        Answer answer = new Answer();
        keeper.renew(id, renewal -> {
            assertThat(answer.renewal).as("answered twice").isNull();
            answer.renewal = renewal;
        });
        return answer;
    }

    /** A lease that was renewed once, so that later renewals cost the log nothing. */
    void grantAndClear(long id, long ttlSeconds) {
        grant(id, ttlSeconds);
        Answer answer = renew(id);
        turn();
        confirm(term);
        apply(takeProposed(Kind.CLEAR));
        turn();
        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(ttlSeconds * 1_000));
    }

    /** Confirms the oldest round in {@code inTerm}, up to what this member has applied, and takes a turn. */
    void confirm(long inTerm) {
        rounds.removeFirst().confirmed(inTerm, index);
        turn();
    }

    Proposed takeProposed(Kind kind) {
        Proposed first =
                proposed.stream().filter(p -> p.kind == kind).findFirst().orElseThrow();
        proposed.remove(first);
        return first;
    }

    List<Kind> proposedKinds() {
        return proposed.stream().map(Proposed::kind).toList();
    }

    /** Applies a command as the state machine does, but for the term. */
    void apply(Proposed command) {
        index++;
        long now = clock.advance(monotonicNanos);
        switch (command.kind) {
            case EXPIRE -> {
                for (Incarnation lease : command.leases) {
                    if (table.contains(lease.id(), lease.grantIndex())) {
                        table.revoke(lease.id());
                        keeper.ended(List.of(lease));
                    }
                }
            }
            case CHECKPOINT ->
                command.remaining.forEach(r -> table.checkpoint(r.id(), r.grantIndex(), r.leftMillis(), now));
            case CLEAR -> command.leases.forEach(lease -> table.clear(lease.id(), lease.grantIndex()));
        }
        applied();
        command.listener.applied();
    }

    /** Takes turns until nothing is left to do. */
    void turn() {
        for (int i = 0; keeper.turn(); i++) {
            assertThat(i).as("turns without a rest").isLessThan(1_000);
        }
    }

    /** Lets time pass in ticks, with a turn in each. */
    void pass(long nanos) {
        turn();
        long until = monotonicNanos + nanos;
        while (monotonicNanos < until) {
            monotonicNanos = Math.min(until, monotonicNanos + 10 * MILLI);
            turn();
        }
    }

    void applied() {
        appliedIndex = index;
        while (!waits.isEmpty() && waits.peek().index <= appliedIndex) {
            waits.remove().then.run();
        }
    }

    private void confirm(LeadershipGuard.ConfirmListener listener) {
        if (confirmsAtOnce) {
            listener.confirmed(term, index);
        } else {
            rounds.add(listener);
        }
    }

    private void whenApplied(long atIndex, Runnable then) {
        if (atIndex <= appliedIndex) {
            then.run();
        } else {
            waits.add(new Wait(atIndex, then));
        }
    }

    private long read() {
        beforeReading.run();
        long reading = monotonicNanos;
        afterReading.run();
        return reading;
    }

    private final class Recorder implements LeaseProposals {
        @Override
        public void proposeExpire(long term, List<Incarnation> leases, Listener listener) {
            proposed.add(new Proposed(Kind.EXPIRE, term, leases, List.of(), listener));
        }

        @Override
        public void proposeCheckpoint(long term, List<Remaining> leases, Listener listener) {
            proposed.add(new Proposed(Kind.CHECKPOINT, term, List.of(), leases, listener));
        }

        @Override
        public void proposeClear(long term, List<Incarnation> leases, Listener listener) {
            proposed.add(new Proposed(Kind.CLEAR, term, leases, List.of(), listener));
        }
    }
}
