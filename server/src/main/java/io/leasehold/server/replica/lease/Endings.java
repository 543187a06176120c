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
 *
 * <p>How many keys a lease holds is not known here. One expiry deletes some 500 keys and leaves the leases behind those
 * alone; they come back here and are proposed again, in smaller commands until whole ones are done.
 */
final class Endings {
    /** Checkpoints without an answer. More would only queue in front of the log. */
    static final int CHECKPOINTS_IN_FLIGHT_LIMIT = 16;

    /** The longest pause behind refusals: a member that refuses for good (CORRUPT) is asked twice a second. */
    static final long PAUSE_NANOS_MAX = 500_000_000L;

    private final long term;
    private final LeaseDeadlines deadlines;
    private final LeaseProposals proposals;
    private final Consumer<KeeperMessage.ReignMessage> post;

    /** Marked, refused, and to be proposed again. */
    private final ArrayDeque<Incarnation> expiriesToRepeat = new ArrayDeque<>();
    /** Refused, and to be computed anew. */
    private final List<Remaining> checkpointsRefused = new ArrayList<>();

    private final ExpiryPace pace = new ExpiryPace();
    private int expiriesInFlight;
    private int checkpointsInFlight;
    /** Leases in the next expiry: fewer while they hold many keys. */
    private int expiryLimit = ExpiryPace.LEASES_HURRIED;
    /** How long the next refusal holds everything up. */
    private long pauseNanos = LeaseKeeper.TICK_NANOS;

    private long refusedUntilNanos;

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
        if (nowNanos < notBeforeNanos()) {
            return false;
        }
        takeUpRefused(nowNanos);
        boolean more = true;
        while (more && mayPropose(nowNanos)) {
            Batch batch = new Batch();
            int limit = leasesLimit(nowNanos);
            more = deadlines.poll(nowNanos, limit, batch) == limit;
            // Within a lease only one of the two can be in a batch, so their order does not matter.
            if (!batch.expired.isEmpty()) {
                proposeExpire(batch.expired, nowNanos);
            }
            if (!batch.checkpoints.isEmpty()) {
                proposeCheckpoint(batch.checkpoints);
            }
        }
        return more && mayPropose(nowNanos);
    }

    /** When there may be something to propose; {@link Long#MAX_VALUE} for never, if nothing changes. */
    long nextPollNanos() {
        long dueNanos = expiriesToRepeat.isEmpty() ? deadlines.nextDueNanos() : Long.MIN_VALUE;
        return Math.max(dueNanos, notBeforeNanos());
    }

    private long notBeforeNanos() {
        return Math.max(refusedUntilNanos, pace.restsUntilNanos());
    }

    private boolean mayPropose(long nowNanos) {
        return mayExpire(nowNanos) && checkpointsInFlight < CHECKPOINTS_IN_FLIGHT_LIMIT;
    }

    private boolean mayExpire(long nowNanos) {
        return expiriesInFlight < ExpiryPace.inFlightLimit(latenessNanos(nowNanos), deadlines.size());
    }

    private int leasesLimit(long nowNanos) {
        return Math.min(expiryLimit, ExpiryPace.leasesLimit(latenessNanos(nowNanos), deadlines.size()));
    }

    /** How late the oldest lease is that is due and not proposed; 0 when none is. */
    private long latenessNanos(long nowNanos) {
        long oldestNanos = Math.min(nowNanos, deadlines.nextDueNanos());
        Incarnation first = expiriesToRepeat.peek();
        if (first != null && deadlines.contains(first.id(), first.grantIndex())) {
            oldestNanos = Math.min(oldestNanos, deadlines.deadlineNanos(first.id()));
        }
        return nowNanos - oldestNanos;
    }

    void expirySettled(List<Incarnation> leases, boolean applied, long nowNanos) {
        expiriesInFlight--;
        int left = 0;
        for (Incarnation lease : leases) {
            if (deadlines.contains(lease.id(), lease.grantIndex())) {
                expiriesToRepeat.add(lease);
                left++;
            }
        }
        if (applied) {
            int ended = leases.size() - left;
            expiryLimit = left > 0 ? Math.max(1, ended) : Math.min(ExpiryPace.LEASES_HURRIED, 2 * expiryLimit);
            pace.settled(latenessNanos(nowNanos), deadlines.size(), nowNanos);
        }
        pauseUnless(applied, nowNanos);
    }

    void checkpointSettled(List<Remaining> leases, boolean applied, long nowNanos) {
        checkpointsInFlight--;
        if (!applied) {
            checkpointsRefused.addAll(leases);
        }
        pauseUnless(applied, nowNanos);
    }

    /** A log that refuses is not asked in a tight loop, and each time a little later. */
    private void pauseUnless(boolean applied, long nowNanos) {
        if (applied) {
            pauseNanos = LeaseKeeper.TICK_NANOS;
        } else {
            refusedUntilNanos = nowNanos + pauseNanos;
            pauseNanos = Math.min(PAUSE_NANOS_MAX, 2 * pauseNanos);
        }
    }

    private void takeUpRefused(long nowNanos) {
        while (!expiriesToRepeat.isEmpty() && mayExpire(nowNanos)) {
            List<Incarnation> again = new ArrayList<>();
            int limit = leasesLimit(nowNanos);
            while (again.size() < limit && !expiriesToRepeat.isEmpty()) {
                Incarnation lease = expiriesToRepeat.remove();
                if (deadlines.contains(lease.id(), lease.grantIndex())) {
                    again.add(lease);
                }
            }
            if (!again.isEmpty()) {
                proposeExpire(again, nowNanos);
            }
        }
        for (Remaining lease : checkpointsRefused) {
            deadlines.checkpointRefused(lease.id(), lease.grantIndex(), nowNanos);
        }
        checkpointsRefused.clear();
    }

    private void proposeExpire(List<Incarnation> expired, long nowNanos) {
        expiriesInFlight++;
        pace.proposed(nowNanos);
        List<Incarnation> leases = List.copyOf(expired);
        proposals.proposeExpire(
                term,
                leases,
                new ProposalEnd(applied -> post.accept(new KeeperMessage.ExpirySettled(leases, applied))));
    }

    private void proposeCheckpoint(List<Remaining> checkpoints) {
        checkpointsInFlight++;
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
