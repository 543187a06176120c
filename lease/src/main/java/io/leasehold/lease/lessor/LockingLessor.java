package io.leasehold.lease.lessor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leasehold.lease.LeaseLimits;
import io.leasehold.lease.LeaseView;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Lessor} for callers on many threads: one lock guards all it knows ({@link GuardedState}), and is never held
 * while something is stored or keys are deleted, because a deletion calls {@link #detach}.
 *
 * <p>A second lock, {@link #storeOrder}, guards only the store. It is held across the store's I/O, which is its purpose:
 * what is on disk changes in the order of what is in memory. Order: the user's delete transaction, the order of
 * checkpoints, storeOrder, the state's lock, the channel's own. So a caller may hold its transaction when it calls anything
 * here.
 */
final class LockingLessor implements Lessor, Lease.Owner {
    private final LeaseLimits limits;
    private final LongSupplier ticker;
    private final long originNanos;
    private final ExpiredLeases expiredLeases = new ExpiredLeases();
    private final LessorCheckpoints checkpoints = new LessorCheckpoints();
    private final GuardedState state = new GuardedState();
    private volatile @Nullable RangeDeleter rangeDeleter;

    private final ReentrantLock storeOrder = new ReentrantLock();

    @GuardedBy("storeOrder")
    private LessorStore store;

    LockingLessor(LessorStore store, long minTtlSeconds, LongSupplier ticker) {
        this.limits = new LeaseLimits(minTtlSeconds);
        this.ticker = ticker;
        this.originNanos = ticker.getAsLong();
        this.store = store;
        load(store.load());
    }

    @Override
    public void setRangeDeleter(RangeDeleter deleter) {
        rangeDeleter = deleter;
    }

    @Override
    public Answer<Lease> grant(long id, long ttlSeconds) {
        if (id == 0) {
            return new Answer.Refused<>(LessorError.LEASE_NOT_FOUND);
        }
        if (ttlSeconds > LeaseLimits.TTL_SECONDS_MAX) {
            return new Answer.Refused<>(LessorError.TTL_TOO_LARGE);
        }
        long effectiveSeconds = limits.effectiveTtlSeconds(ttlSeconds);
        storeOrder.lock();
        try {
            if (find(id).isPresent()) {
                return new Answer.Refused<>(LessorError.LEASE_EXISTS);
            }
            store.put(new StoredLease(id, effectiveSeconds, 0));
            long incarnation = state.with(known -> known.grant(id, effectiveSeconds, nowNanos()));
            return new Answer.Done<>(new Lease(id, effectiveSeconds, incarnation, this));
        } finally {
            storeOrder.unlock();
        }
    }

    @Override
    public Optional<LessorError> revoke(long id) {
        RangeDeleter deleter = rangeDeleter;
        if (deleter == null) {
            return findLasting(id).isPresent() ? Optional.empty() : Optional.of(LessorError.LEASE_NOT_FOUND);
        }
        Optional<Revocation> begun = state.with(known -> {
            Optional<LeaseView> found = known.isRevoking(id) ? Optional.empty() : known.lease(id);
            return found.map(lease -> {
                known.beginRevoke(id);
                return new Revocation(lease, known.keys(id, lease.grantIndex()));
            });
        });
        if (begun.isEmpty()) {
            return Optional.of(LessorError.LEASE_NOT_FOUND);
        }
        LeaseView lease = begun.get().lease();
        boolean done = false;
        try {
            delete(begun.get(), deleter);
            done = true;
        } finally {
            boolean ended = done;
            state.change(known -> known.endRevoke(id, lease.grantIndex(), ended));
        }
        return Optional.empty();
    }

    @Override
    public Optional<LessorError> checkpoint(long id, long remainingSeconds) {
        storeOrder.lock();
        try {
            // One that is not being revoked cannot end while storeOrder is held: revoking begins with the store.
            Optional<LeaseView> found = findLasting(id);
            if (found.isEmpty()) {
                return Optional.of(LessorError.LEASE_NOT_FOUND);
            }
            long ttlSeconds = found.get().ttlSeconds();
            long leftSeconds = Math.clamp(remainingSeconds, 0, ttlSeconds);
            store.put(new StoredLease(id, ttlSeconds, leftSeconds));
            state.change(known -> known.checkpoint(id, leftSeconds, nowNanos()));
            return Optional.empty();
        } finally {
            storeOrder.unlock();
        }
    }

    @Override
    public void setCheckpointer(LeaseCheckpointer checkpointer) {
        checkpoints.set(checkpointer);
    }

    @Override
    public Optional<LessorError> attach(long id, Collection<LeaseItem> items) {
        return state.with(known -> {
            if (known.lease(id).isEmpty() || known.isRevoking(id)) {
                return Optional.of(LessorError.LEASE_NOT_FOUND);
            }
            items.forEach(item -> known.attach(id, item.key()));
            return Optional.empty();
        });
    }

    @Override
    public OptionalLong getLease(LeaseItem item) {
        return state.with(known -> {
            Long id = known.leaseOf(item.key());
            return id == null ? OptionalLong.empty() : OptionalLong.of(id);
        });
    }

    @Override
    public Optional<LessorError> detach(long id, Collection<LeaseItem> items) {
        return state.with(known -> {
            if (known.lease(id).isEmpty()) {
                return Optional.of(LessorError.LEASE_NOT_FOUND);
            }
            items.forEach(item -> known.detach(id, item.key()));
            return Optional.empty();
        });
    }

    @Override
    public void promote(Duration extend) {
        if (extend.isNegative()) {
            throw new IllegalArgumentException("leases cannot be shortened: extend by " + extend);
        }
        state.change(known -> known.promote(extend.toNanos(), nowNanos()));
    }

    @Override
    public void demote() {
        state.change(known -> {
            known.demote();
            expiredLeases.clear();
        });
    }

    @Override
    public Answer<Long> renew(long id) throws InterruptedException {
        while (true) {
            Attempt attempt = state.await(known -> {
                LessorState.Met met = known.renew(id, nowNanos());
                long ttlSeconds = known.lease(id).map(LeaseView::ttlSeconds).orElse(0L);
                return met == LessorState.Met.ENDING ? Optional.empty() : Optional.of(new Attempt(met, ttlSeconds));
            });
            switch (attempt.met()) {
                case RENEWED -> {
                    return new Answer.Done<>(attempt.ttlSeconds());
                }
                case NOT_FOUND -> {
                    return new Answer.Refused<>(LessorError.LEASE_NOT_FOUND);
                }
                case NOT_PRIMARY -> {
                    return new Answer.Refused<>(LessorError.NOT_PRIMARY);
                }
                case CHECKPOINTED -> {
                    // Whether it is still there is seen on the next round.
                    if (!checkpoints.takeBack(id, () -> needsTakingBack(id), () -> checkpoint(id, 0))) {
                        return new Answer.Refused<>(LessorError.NOT_PRIMARY);
                    }
                }
                case ENDING -> throw new IllegalStateException("lease " + id + " is ending and was not waited for");
            }
        }
    }

    @Override
    public Optional<Lease> lookup(long id) {
        return find(id).map(this::handle);
    }

    @Override
    public List<Lease> leases() {
        return state.with(LessorState::leases).stream().map(this::handle).toList();
    }

    @Override
    public ExpiredLeases expiredLeases() {
        return expiredLeases;
    }

    @Override
    public int tick() {
        return checkpoints.make(
                (due, max) -> state.with(known -> handOver(known, due, max)),
                (made, noted) -> state.change(known -> known.checkpointed(made, noted, nowNanos())));
    }

    @Override
    public void recover(LessorStore from, RangeDeleter deleter) {
        storeOrder.lock();
        try {
            List<StoredLease> leases = from.load();
            store = from;
            rangeDeleter = deleter;
            load(leases);
        } finally {
            storeOrder.unlock();
        }
    }

    @Override
    public void stop() {
        state.change(known -> {
            known.stop();
            expiredLeases.close();
        });
    }

    @Override
    public List<ByteSequence> keys(long id, long incarnation) {
        return state.with(known -> known.keys(id, incarnation));
    }

    @Override
    public Duration remaining(long id, long incarnation) {
        return state.with(known -> known.remaining(id, incarnation, nowNanos()));
    }

    /** One transaction: the keys, then the stored lease. */
    private void delete(Revocation revocation, RangeDeleter deleter) {
        TxnDelete txn = deleter.begin();
        try {
            revocation.keys().forEach(key -> txn.deleteRange(key, null));
            removeStored(revocation.lease());
        } finally {
            txn.end();
        }
    }

    private void removeStored(LeaseView lease) {
        storeOrder.lock();
        try {
            // All may have been recovered meanwhile, and the id be another lease's.
            if (find(lease.id())
                    .filter(now -> now.grantIndex() == lease.grantIndex())
                    .isPresent()) {
                store.remove(lease.id());
            }
        } finally {
            storeOrder.unlock();
        }
    }

    /** Under the state's lock, so that nothing is handed over after a demotion. */
    private int handOver(LessorState known, List<LeaseCheckpoint> due, int checkpointsMax) {
        if (!known.isPrimary() || expiredLeases.isFull()) {
            return 0;
        }
        List<Lease> batch = known.expired(nowNanos(), this, due, checkpointsMax);
        if (!batch.isEmpty()) {
            expiredLeases.add(batch);
        }
        return batch.size();
    }

    private boolean needsTakingBack(long id) {
        return state.with(
                known -> known.lease(id).filter(known::needsTakingBack).isPresent() && !known.isRevoking(id));
    }

    private Optional<LeaseView> find(long id) {
        return state.with(known -> known.lease(id));
    }

    private Optional<LeaseView> findLasting(long id) {
        return state.with(known -> known.isRevoking(id) ? Optional.empty() : known.lease(id));
    }

    private void load(List<StoredLease> leases) {
        state.change(known -> {
            known.clear();
            expiredLeases.clear();
            for (StoredLease stored : leases) {
                known.load(stored, limits.effectiveTtlSeconds(stored.ttlSeconds()), nowNanos());
            }
        });
    }

    private Lease handle(LeaseView lease) {
        return new Lease(lease.id(), lease.ttlSeconds(), lease.grantIndex(), this);
    }

    private long nowNanos() {
        return ticker.getAsLong() - originNanos;
    }

    /** A lease whose keys are being deleted. */
    private record Revocation(LeaseView lease, List<ByteSequence> keys) {}

    /** What a renewal met. */
    private record Attempt(LessorState.Met met, long ttlSeconds) {}
}
