package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseDeadlines;
import io.leasehold.lease.LeasePromotion;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The renewals of one reign, from the stamp to the answer (see {@link WaitingRenewal} for the way). A renewal is
 * acknowledged only when a Confirm round begun after its stamp has come back, the lease was found then, and no anchor
 * that speaks of less time is left uncleared in the log. The keeper's thread alone.
 */
final class Renewals {
    /** Leases in one clear command: 16 bytes each, so that a command stays far below an entry's limit. */
    static final int CLEAR_BATCH_LIMIT = 500;

    private final long term;
    private final LeasePromotion promotion;
    private final LeaseDeadlines deadlines;
    private final LeaseSurroundings around;
    private final Consumer<KeeperMessage.ReignMessage> post;
    private final BiConsumer<WaitingRenewal, LeaseRenewal> answered;

    /** The newest of those that wait for a lease; the others are chained to it. While a lease is in here it is pinned. */
    private final Map<Long, WaitingRenewal> byLease = new HashMap<>();
    /** The newest clear under way of each lease; later renewals share it unless a checkpoint was computed since. */
    private final Map<Long, ClearProposal> clearOf = new HashMap<>();
    /** All that wait, oldest first; answered ones are dropped when they reach the head. */
    private final ArrayDeque<WaitingRenewal> byAge = new ArrayDeque<>();

    /** Stamped in this turn; the round for them begins at its end. */
    private List<WaitingRenewal> stamped = new ArrayList<>();
    /** Gathered in this turn, proposed at its end. */
    private ClearProposal gathering = new ClearProposal();

    Renewals(
            long term,
            LeasePromotion promotion,
            LeaseSurroundings around,
            Consumer<KeeperMessage.ReignMessage> post,
            BiConsumer<WaitingRenewal, LeaseRenewal> answered) {
        this.term = term;
        this.promotion = promotion;
        this.deadlines = promotion.deadlines();
        this.around = around;
        this.post = post;
        this.answered = answered;
    }

    /** Takes a renewal that was in the mailbox before {@code stampNanos}. */
    void add(long leaseId, Consumer<LeaseRenewal> listener, long stampNanos) {
        stamped.add(new WaitingRenewal(leaseId, listener, stampNanos));
    }

    /** Pins a lease that has just been granted, if renewals of its id wait. */
    void granted(long leaseId) {
        deadlines.pin(leaseId, byLease.containsKey(leaseId));
    }

    /** All leases are there: what waits for some of them is looked up, and holds them from being polled. */
    void promoted() {
        byLease.keySet().forEach(leaseId -> deadlines.pin(leaseId, true));
        for (WaitingRenewal renewal : List.copyOf(byAge)) {
            if (renewal.state == WaitingRenewal.State.PROMOTING) {
                lookUp(renewal);
            }
        }
    }

    /** The outcome some renewals waited for is there, or what they waited for ended before: looks them up again. */
    void lookUpAgain(long leaseId, boolean ended) {
        if (byLease.isEmpty() && clearOf.isEmpty()) {
            // Leases end by the hundred thousand, and each look would make an object of the id.
            return;
        }
        if (ended) {
            clearOf.remove(leaseId);
        }
        WaitingRenewal next = byLease.get(leaseId);
        while (next != null) {
            WaitingRenewal renewal = next;
            // Taken before the look-up, which may answer the renewal and take it out of the chain.
            next = renewal.older;
            boolean waitsForClear = renewal.state == WaitingRenewal.State.CLEARING;
            if (renewal.state == WaitingRenewal.State.ENDING || (ended && waitsForClear)) {
                renewal.clear = null;
                lookUp(renewal);
            }
        }
    }

    void confirmed(List<WaitingRenewal> batch, long confirmedTerm, long committedIndex) {
        for (WaitingRenewal renewal : batch) {
            if (renewal.state != WaitingRenewal.State.CONFIRMING) {
                continue;
            }
            if (confirmedTerm == term) {
                renewal.roundIndex = committedIndex;
                lookUp(renewal);
            } else {
                fail(renewal, ErrorCode.NOT_PRIMARY_LESSOR);
            }
        }
    }

    void confirmRefused(List<WaitingRenewal> batch, ErrorCode code) {
        // The guard speaks of members; whoever renews a lease knows this refusal by the lessor's name.
        ErrorCode told = code == ErrorCode.NOT_LEADER ? ErrorCode.NOT_PRIMARY_LESSOR : code;
        batch.forEach(renewal -> fail(renewal, told));
    }

    void appliedFar(WaitingRenewal renewal) {
        renewal.appliedFar = true;
        if (renewal.state == WaitingRenewal.State.APPLYING) {
            lookUp(renewal);
        }
    }

    void clearSettled(ClearProposal clear, boolean applied) {
        for (Incarnation lease : clear.leases) {
            clearOf.remove(lease.id(), clear);
            if (!applied) {
                deadlines.clearRefused(lease.id(), lease.grantIndex());
            }
        }
        for (WaitingRenewal renewal : clear.renewals) {
            if (renewal.clear != clear) {
                continue;
            }
            if (applied) {
                answer(renewal, new LeaseRenewal.Renewed(deadlines.ttlMillis(renewal.leaseId)));
            } else {
                fail(renewal, ErrorCode.LEADER_CHANGED);
            }
        }
    }

    /** Ends a turn's mail: begins the one round for all that were stamped, and proposes the clears gathered. */
    void endOfMail() {
        if (!stamped.isEmpty()) {
            List<WaitingRenewal> batch = stamped;
            stamped = new ArrayList<>();
            Round round = new Round(batch);
            around.guard().confirm(round);
            round.asked();
        }
        proposeClear();
    }

    /** How many renewals the coming {@link #endOfMail} begins a round for. */
    int stampedCount() {
        return stamped.size();
    }

    /** Fails what was stamped {@code timeoutNanos} ago or earlier. */
    void timeOut(long nowNanos, long timeoutNanos) {
        for (WaitingRenewal oldest = byAge.peek(); oldest != null; oldest = byAge.peek()) {
            if (oldest.state != WaitingRenewal.State.ANSWERED && nowNanos - oldest.receivedNanos < timeoutNanos) {
                return;
            }
            byAge.remove();
            fail(oldest, ErrorCode.TIMEOUT);
        }
    }

    /** Fails all: the reign is over. */
    void failAll(ErrorCode code) {
        byAge.forEach(renewal -> fail(renewal, code));
        byAge.clear();
        stamped.forEach(renewal -> fail(renewal, code));
        stamped.clear();
    }

    /** Lets a renewal wait: pins its lease, bounds its time. Once it has been here this does nothing. */
    private void await(WaitingRenewal renewal, WaitingRenewal.State state) {
        renewal.state = state;
        if (!renewal.waits) {
            renewal.waits = true;
            WaitingRenewal older = byLease.put(renewal.leaseId, renewal);
            if (older == null) {
                deadlines.pin(renewal.leaseId, true);
            } else {
                older.newer = renewal;
                renewal.older = older;
            }
            byAge.add(renewal);
        }
    }

    private void stopWaiting(WaitingRenewal renewal) {
        WaitingRenewal older = renewal.older;
        WaitingRenewal newer = renewal.newer;
        if (older != null) {
            older.newer = newer;
        }
        if (newer != null) {
            newer.older = older;
        } else if (older != null) {
            byLease.put(renewal.leaseId, older);
        } else {
            byLease.remove(renewal.leaseId);
            deadlines.pin(renewal.leaseId, false);
        }
    }

    private void lookUp(WaitingRenewal renewal) {
        switch (deadlines.renew(renewal.leaseId, renewal.receivedNanos)) {
            case ABSENT -> {
                if (promotion.isUnderWay()) {
                    await(renewal, WaitingRenewal.State.PROMOTING);
                } else if (renewal.appliedFar) {
                    answer(renewal, new LeaseRenewal.NotFound());
                } else {
                    await(renewal, WaitingRenewal.State.APPLYING);
                    around.appliedIndex()
                            .whenApplied(renewal.roundIndex, () -> post.accept(new KeeperMessage.AppliedFar(renewal)));
                }
            }
            case ENDING -> await(renewal, WaitingRenewal.State.ENDING);
            case ANCHORED -> waitFor(newClear(renewal.leaseId), renewal);
            case CLEAR -> {
                ClearProposal underWay = clearOf.get(renewal.leaseId);
                if (underWay != null) {
                    waitFor(underWay, renewal);
                } else {
                    answer(renewal, new LeaseRenewal.Renewed(deadlines.ttlMillis(renewal.leaseId)));
                }
            }
        }
    }

    private ClearProposal newClear(long leaseId) {
        if (gathering.leases.size() == CLEAR_BATCH_LIMIT) {
            proposeClear();
        }
        long grantIndex = deadlines.grantIndex(leaseId);
        gathering.leases.add(new Incarnation(leaseId, grantIndex));
        deadlines.clearProposed(leaseId, grantIndex);
        clearOf.put(leaseId, gathering);
        return gathering;
    }

    private void waitFor(ClearProposal clear, WaitingRenewal renewal) {
        await(renewal, WaitingRenewal.State.CLEARING);
        renewal.clear = clear;
        clear.renewals.add(renewal);
    }

    private void proposeClear() {
        if (gathering.leases.isEmpty()) {
            return;
        }
        ClearProposal clear = gathering;
        gathering = new ClearProposal();
        around.proposals()
                .proposeClear(
                        term,
                        List.copyOf(clear.leases),
                        new ProposalEnd(applied -> post.accept(new KeeperMessage.ClearSettled(clear, applied))));
    }

    private void fail(WaitingRenewal renewal, ErrorCode code) {
        answer(renewal, new LeaseRenewal.Failed(code));
    }

    private void answer(WaitingRenewal renewal, LeaseRenewal answer) {
        if (renewal.state == WaitingRenewal.State.ANSWERED) {
            return;
        }
        renewal.state = WaitingRenewal.State.ANSWERED;
        renewal.clear = null;
        if (renewal.waits) {
            stopWaiting(renewal);
        }
        answered.accept(renewal, answer);
    }

    /**
     * One Confirm round. The guard may answer while it is being asked (a single voter asks nobody): then the renewals are
     * looked up at once, and mostly answered without their leases having been pinned.
     */
    private final class Round implements LeadershipGuard.ConfirmListener {
        private final List<WaitingRenewal> batch;
        private final Thread asker = Thread.currentThread();
        /** The keeper's thread alone, as what follows; other threads post. */
        private boolean asking = true;

        private KeeperMessage.@Nullable ReignMessage answerWhileAsking;

        Round(List<WaitingRenewal> batch) {
            this.batch = batch;
        }

        @Override
        public void confirmed(long confirmedTerm, long committedIndex) {
            answered(new KeeperMessage.Confirmed(batch, confirmedTerm, committedIndex));
        }

        @Override
        public void refused(ErrorCode code) {
            answered(new KeeperMessage.ConfirmRefused(batch, code));
        }

        private void answered(KeeperMessage.ReignMessage answer) {
            if (Thread.currentThread() == asker && asking) {
                answerWhileAsking = answer;
            } else {
                post.accept(answer);
            }
        }

        /** The guard has been asked: takes its answer if it is there, else lets the renewals wait. */
        void asked() {
            asking = false;
            if (answerWhileAsking instanceof KeeperMessage.Confirmed c) {
                Renewals.this.confirmed(batch, c.term(), c.committedIndex());
            } else if (answerWhileAsking instanceof KeeperMessage.ConfirmRefused c) {
                confirmRefused(batch, c.code());
            } else {
                batch.forEach(renewal -> await(renewal, WaitingRenewal.State.CONFIRMING));
            }
        }
    }
}
