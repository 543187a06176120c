package io.leasehold.statemachine;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaseLimits;
import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseView;
import io.leasehold.lease.Remaining;
import io.leasehold.mvcc.RevisionStore;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Applies what is done to leases, by clients and by the leader, and notes it for the LeaseKeeper. Applier thread.
 *
 * <p>What a leader decided from its own clock (checkpoint, clear, expiry, marker) is fenced: it counts only in an entry
 * of the very term it was decided in, so that a deposed leader's decision never counts (lease-time.md, rule 1).
 */
final class LeaseChanges {
    /**
     * Keys that one expiry deletes: about a millisecond, which is what it adds to the answers of others. Part of the
     * replicated behaviour: members that differ in it would differ in their state.
     */
    static final int EXPIRED_KEYS_LIMIT = 500;

    private final RevisionStore store;
    private final LeaseTable leases;
    private final KeyChanges keys;
    private List<LeaseChange> unpublished = new ArrayList<>();

    LeaseChanges(RevisionStore store, LeaseTable leases, KeyChanges keys) {
        this.store = store;
        this.leases = leases;
        this.keys = keys;
    }

    /** The changes since the last call, in log order. */
    List<LeaseChange> take() {
        if (unpublished.isEmpty()) {
            return List.of();
        }
        List<LeaseChange> taken = unpublished;
        unpublished = new ArrayList<>();
        return taken;
    }

    Outcome grant(Command.LeaseGrant grant, long index, long nowNanos) {
        if (grant.ttlSeconds() > LeaseLimits.TTL_SECONDS_MAX) {
            return new Outcome.Refused(ErrorCode.LEASE_TTL_TOO_LARGE);
        }
        if (leases.contains(grant.id())) {
            return new Outcome.Refused(ErrorCode.LEASE_EXISTS);
        }
        leases.grant(grant.id(), grant.ttlSeconds(), index, nowNanos);
        unpublished.add(new LeaseChange.Granted(grant.id(), index, grant.ttlSeconds() * 1_000, nowNanos));
        return new Outcome.Granted(revision(), grant.id(), grant.ttlSeconds());
    }

    Outcome txn(Command.LeasedTxn leased, long index, boolean wantResult, long nowNanos) {
        boolean succeeds = keys.wouldSucceed(leased.txn());
        List<Command.TxnGrant> grants = new ArrayList<>();
        Set<Long> ids = new HashSet<>();
        for (Command.TxnGrant grant : leased.grants()) {
            if (grant.takesEffect(succeeds)) {
                if (grant.ttlMillis() > LeaseLimits.TTL_MILLIS_MAX) {
                    return new Outcome.Refused(ErrorCode.LEASE_TTL_TOO_LARGE);
                }
                if (leases.contains(grant.id()) || !ids.add(grant.id())) {
                    return new Outcome.Refused(ErrorCode.LEASE_EXISTS);
                }
                grants.add(grant);
            }
        }
        for (Command.TxnGrant grant : grants) {
            leases.grantMillis(grant.id(), grant.ttlMillis(), index, nowNanos);
        }
        Outcome outcome = keys.txn(leased.txn(), wantResult);
        if (!(outcome instanceof Outcome.TxnDone done)) {
            // The transaction has written nothing, so no key has been attached.
            grants.forEach(grant -> leases.revoke(grant.id()));
            return outcome;
        }
        for (Command.TxnGrant grant : grants) {
            unpublished.add(new LeaseChange.Granted(grant.id(), index, grant.ttlMillis(), nowNanos));
        }
        return new Outcome.LeasedTxnDone(done.revision(), List.copyOf(grants), done);
    }

    Outcome revoke(Command.LeaseRevoke revoke) {
        Optional<LeaseView> lease = leases.lease(revoke.id());
        if (lease.isEmpty()) {
            return new Outcome.Refused(ErrorCode.LEASE_NOT_FOUND);
        }
        end(new Incarnation(revoke.id(), lease.get().grantIndex()), LeaseChange.Cause.REVOKED);
        return new Outcome.Revoked(revision());
    }

    /**
     * Ends leases in the order given until the next one would take it over {@link #EXPIRED_KEYS_LIMIT}; the leader finds
     * the rest still there and proposes it again. The first goes whatever it holds: its keys share one revision.
     */
    Outcome expire(Command.LeaseExpire expire, long term) {
        if (expire.term() != term) {
            return new Outcome.Fenced(revision());
        }
        long keyCount = 0;
        for (Incarnation lease : expire.leases()) {
            if (leases.contains(lease.id(), lease.grantIndex())) {
                long before = keyCount;
                keyCount += leases.keyCount(lease.id());
                if (before > 0 && keyCount > EXPIRED_KEYS_LIMIT) {
                    break;
                }
                end(lease, LeaseChange.Cause.EXPIRED);
            }
        }
        return new Outcome.Noted(revision());
    }

    Outcome checkpoint(Command.LeaseCheckpoint checkpoint, long term, long nowNanos) {
        if (checkpoint.term() != term) {
            return new Outcome.Fenced(revision());
        }
        for (Remaining lease : checkpoint.leases()) {
            if (leases.checkpoint(lease.id(), lease.grantIndex(), lease.leftMillis(), nowNanos)) {
                unpublished.add(
                        new LeaseChange.Checkpointed(lease.id(), lease.grantIndex(), lease.leftMillis(), nowNanos));
            }
        }
        return new Outcome.Noted(revision());
    }

    Outcome clear(Command.LeaseClear clear, long term) {
        if (clear.term() != term) {
            return new Outcome.Fenced(revision());
        }
        for (Incarnation lease : clear.leases()) {
            if (leases.clear(lease.id(), lease.grantIndex())) {
                unpublished.add(new LeaseChange.Cleared(lease.id(), lease.grantIndex()));
            }
        }
        return new Outcome.Noted(revision());
    }

    Outcome mark(Command.LeaderMarker marker, long index, long term, long nowNanos) {
        if (marker.term() != term) {
            return new Outcome.Fenced(revision());
        }
        leases.marker(nowNanos);
        unpublished.add(new LeaseChange.Marked(term, marker.memberId(), index, nowNanos));
        return new Outcome.Noted(revision());
    }

    /** Takes the lease away and its keys, in bytewise order, in one revision of their own. */
    private void end(Incarnation lease, LeaseChange.Cause cause) {
        keys.deleteLeased(leases.revoke(lease.id()));
        keys.finishRevision();
        unpublished.add(new LeaseChange.Ended(lease, cause));
    }

    private long revision() {
        return store.current().revision();
    }
}
