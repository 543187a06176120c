package io.leasehold.server.replica.lease;

import io.leasehold.lease.DueLeases;
import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseDeadlines;
import io.leasehold.lease.Remaining;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The expiries and checkpoints of one reign. An expiry that is refused is proposed again until the lease has ended; a
 * checkpoint that is refused is never sent again (it would land behind a clear) but computed anew. The keeper's thread
 * alone.
 */
final class Endings {
    /** Leases in one command: as many as keys that one entry should delete. */
    static final int BATCH_LIMIT = 500;

    /** Commands without an answer. More would only queue in front of the log, and leases polled cannot be renewed. */
    static final int COMMANDS_IN_FLIGHT_LIMIT = 16;

    private final long term;
    private final LeaseDeadlines deadlines;
    private final LeaseProposals proposals;
    private final Consumer<KeeperMessage.ReignMessage> post;

    /** Marked, refused, and to be proposed again. */
    private final ArrayDeque<Incarnation> expiriesToRepeat = new ArrayDeque<>();
    /** Refused, and to be computed anew. */
    private final List<Remaining> checkpointsRefused = new ArrayList<>();

    private int commandsInFlight;
    private long notBeforeNanos;

    Endings(long term, LeaseDeadlines deadlines, LeaseProposals proposals, Consumer<KeeperMessage.ReignMessage> post) {
        this.term = term;
        this.deadlines = deadlines;
        this.proposals = proposals;
        this.post = post;
    }

    /**
     * Proposes what is due at {@code nowNanos}, within the bounds.
     *
     * @return whether more is due and may be proposed at once
     */
    boolean poll(long nowNanos) {
        if (nowNanos >= notBeforeNanos) {
            takeUpRefused(nowNanos);
        }
        boolean more = true;
        while (more && commandsInFlight < COMMANDS_IN_FLIGHT_LIMIT) {
            Batch batch = new Batch();
            more = deadlines.poll(nowNanos, BATCH_LIMIT, batch) == BATCH_LIMIT;
            // Within a lease only one of the two can be in a batch, so their order does not matter.
            if (!batch.expired.isEmpty()) {
                proposeExpire(batch.expired);
            }
            if (!batch.checkpoints.isEmpty()) {
                proposeCheckpoint(batch.checkpoints);
            }
        }
        return more && commandsInFlight < COMMANDS_IN_FLIGHT_LIMIT;
    }

    /** What is refused waits for a tick, so that a log that refuses everything is not asked in a tight loop. */
    void expirySettled(List<Incarnation> leases, boolean applied, long nowNanos) {
        commandsInFlight--;
        for (Incarnation lease : leases) {
            if (deadlines.contains(lease.id(), lease.grantIndex())) {
                expiriesToRepeat.add(lease);
            }
        }
        if (!applied) {
            notBeforeNanos = nowNanos + LeaseKeeper.TICK_NANOS;
        }
    }

    void checkpointSettled(List<Remaining> leases, boolean applied, long nowNanos) {
        commandsInFlight--;
        if (!applied) {
            checkpointsRefused.addAll(leases);
            notBeforeNanos = nowNanos + LeaseKeeper.TICK_NANOS;
        }
    }

    private void takeUpRefused(long nowNanos) {
        while (!expiriesToRepeat.isEmpty() && commandsInFlight < COMMANDS_IN_FLIGHT_LIMIT) {
            List<Incarnation> again = new ArrayList<>();
            while (again.size() < BATCH_LIMIT && !expiriesToRepeat.isEmpty()) {
                Incarnation lease = expiriesToRepeat.remove();
                if (deadlines.contains(lease.id(), lease.grantIndex())) {
                    again.add(lease);
                }
            }
            if (!again.isEmpty()) {
                proposeExpire(again);
            }
        }
        for (Remaining lease : checkpointsRefused) {
            deadlines.checkpointRefused(lease.id(), lease.grantIndex(), nowNanos);
        }
        checkpointsRefused.clear();
    }

    private void proposeExpire(List<Incarnation> expired) {
        commandsInFlight++;
        List<Incarnation> leases = List.copyOf(expired);
        proposals.proposeExpire(
                term,
                leases,
                new ProposalEnd(applied -> post.accept(new KeeperMessage.ExpirySettled(leases, applied))));
    }

    private void proposeCheckpoint(List<Remaining> checkpoints) {
        commandsInFlight++;
        List<Remaining> leases = List.copyOf(checkpoints);
        proposals.proposeCheckpoint(
                term,
                leases,
                new ProposalEnd(applied -> post.accept(new KeeperMessage.CheckpointSettled(leases, applied))));
    }

    private static final class Batch implements DueLeases {
        private final List<Incarnation> expired = new ArrayList<>();
        private final List<Remaining> checkpoints = new ArrayList<>();

        @Override
        public void expired(long id, long grantIndex) {
            expired.add(new Incarnation(id, grantIndex));
        }

        @Override
        public void checkpointDue(long id, long grantIndex, long leftMillis) {
            checkpoints.add(new Remaining(id, grantIndex, leftMillis));
        }
    }
}
