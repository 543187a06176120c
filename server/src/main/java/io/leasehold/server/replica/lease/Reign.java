package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaderlessTime;
import io.leasehold.lease.LeaseDeadlines;
import io.leasehold.lease.LeasePromotion;
import io.leasehold.protocol.ErrorCode;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One time of leading, from the promotion to the demotion: its deadlines and everything that waits for them. Dropped
 * whole when the reign is over; answers that come later find it gone. The keeper's thread alone.
 */
final class Reign {
    /** Leases of a promotion in one turn: some milliseconds. */
    static final int PROMOTED_PER_TURN = 20_000;

    private final LeasePromotion promotion;
    private final long term;
    private final LeaseDeadlines deadlines;
    private final Renewals renewals;
    private final Endings endings;
    private final RevokeMarks revokes;
    private final LeaseCounters counters;

    Reign(
            KeeperMessage.Promoted promotion,
            PromotionTime time,
            RevokeMarks revokes,
            LeaseSurroundings around,
            LeaseCounters counters,
            Consumer<KeeperMessage> post,
            BiConsumer<WaitingRenewal, LeaseRenewal> answered) {
        term = promotion.term();
        this.promotion = new LeasePromotion(promotion.leases(), time.nowNanos, time.graceNanos, time.leaderless);
        deadlines = this.promotion.deadlines();
        Consumer<KeeperMessage.ReignMessage> postHere =
                message -> post.accept(new KeeperMessage.ForReign(this, message));
        renewals = new Renewals(term, this.promotion, around, postHere, answered);
        endings = new Endings(term, deadlines, around.proposals(), postHere);
        this.revokes = revokes;
        this.counters = counters;
        takeIn();
    }

    /**
     * The local times a promotion needs.
     *
     * @param nowNanos lease-clock time of the promotion
     * @param graceNanos the longest grace
     * @param leaderless when this member saw no leader
     */
    record PromotionTime(long nowNanos, long graceNanos, LeaderlessTime leaderless) {}

    long term() {
        return term;
    }

    LeaseDeadlines deadlines() {
        return deadlines;
    }

    /** Whether some leases are still to come: what is not known yet may exist. */
    boolean isPromoting() {
        return promotion.isUnderWay();
    }

    /** When {@link #poll} may have something to propose; {@link Long#MAX_VALUE} for never, if nothing changes. */
    long nextPollNanos() {
        return promotion.isUnderWay() ? Long.MIN_VALUE : endings.nextPollNanos();
    }

    void granted(KeeperMessage.Granted lease, long stampNanos) {
        // The table was seen at the marker; a message about a lease that is already in it cannot come behind it.
        deadlines.grantMillis(lease.id(), lease.grantIndex(), lease.ttlMillis(), stampNanos);
        deadlines.markRevoke(lease.id(), revokes.isMarked(lease.id()));
        renewals.granted(lease.id());
    }

    void ended(List<Incarnation> leases, long stampNanos) {
        for (Incarnation lease : leases) {
            ended(lease, stampNanos);
        }
    }

    private void ended(Incarnation lease, long stampNanos) {
        if (deadlines.contains(lease.id(), lease.grantIndex())) {
            if (deadlines.isExpiryProposed(lease.id())) {
                counters.expired(Math.max(0, stampNanos - deadlines.deadlineNanos(lease.id())));
            }
            deadlines.end(lease.id(), lease.grantIndex());
            renewals.lookUpAgain(lease.id(), true);
        } else {
            promotion.ended(lease.id(), lease.grantIndex());
        }
    }

    /** The revoke marks of the lease have changed. */
    void revokesChanged(long leaseId) {
        boolean marked = revokes.isMarked(leaseId);
        deadlines.markRevoke(leaseId, marked);
        if (!marked) {
            renewals.lookUpAgain(leaseId, false);
        }
    }

    void renew(KeeperMessage.Renew renewal, long stampNanos) {
        renewals.add(renewal.id(), renewal.listener(), stampNanos);
    }

    LeaseRemaining remaining(long leaseId, long stampNanos) {
        if (!deadlines.contains(leaseId)) {
            return new LeaseRemaining.Unknown();
        }
        // Time has gone since the stamp, which the grant may share: a fresh lease of 60 s has 59 whole ones left.
        long remainingSeconds = deadlines.remainingSeconds(leaseId, stampNanos + 1);
        return new LeaseRemaining.Known(remainingSeconds, deadlines.ttlSeconds(leaseId));
    }

    LeaseListing listing(long stampNanos) {
        return new LeaseListing(term, stampNanos, deadlines.ids(), deadlines.deadlines(), deadlines.ttlsMillis());
    }

    void handle(KeeperMessage.ReignMessage message, long nowNanos) {
        switch (message) {
            case KeeperMessage.Confirmed c -> renewals.confirmed(c.batch(), c.term(), c.committedIndex());
            case KeeperMessage.ConfirmRefused c -> renewals.confirmRefused(c.batch(), c.code());
            case KeeperMessage.AppliedFar a -> renewals.appliedFar(a.renewal());
            case KeeperMessage.ClearSettled s -> {
                count(s.applied(), () -> counters.cleared(s.clear().leases.size()));
                renewals.clearSettled(s.clear(), s.applied());
            }
            case KeeperMessage.ExpirySettled s -> {
                count(s.applied(), () -> {});
                endings.expirySettled(s.leases(), s.applied(), nowNanos);
            }
            case KeeperMessage.CheckpointSettled s -> {
                count(s.applied(), () -> counters.checkpointed(s.leases().size()));
                endings.checkpointSettled(s.leases(), s.applied(), nowNanos);
            }
        }
    }

    /** Behind the turn's mail: begins the round for its renewals, and proposes the clears that are needed. */
    void endOfMail() {
        if (renewals.stampedCount() > 0) {
            counters.confirmBegun(renewals.stampedCount());
        }
        renewals.endOfMail();
    }

    /**
     * Proposes what is due at {@code firstNanos}, the reading taken before the mail.
     *
     * @return whether more is due and may be proposed at once
     */
    boolean poll(long firstNanos) {
        renewals.timeOut(firstNanos, LeaseKeeperSettings.RENEWAL_TIMEOUT.toNanos());
        if (promotion.isUnderWay()) {
            takeIn();
            return true;
        }
        return endings.poll(firstNanos);
    }

    /** Goes on with the promotion; behind its end, looks up what could not be found so far. */
    private void takeIn() {
        promotion.some(PROMOTED_PER_TURN);
        // A revoke may have entered the log behind the marker before the marker was applied.
        revokes.forEach(id -> deadlines.markRevoke(id, true));
        if (!promotion.isUnderWay()) {
            renewals.promoted();
        }
    }

    void end(ErrorCode code) {
        renewals.failAll(code);
    }

    private void count(boolean applied, Runnable whenApplied) {
        if (applied) {
            whenApplied.run();
        } else {
            counters.proposalRefused();
        }
    }
}
