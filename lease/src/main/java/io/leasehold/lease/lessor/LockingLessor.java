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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Lessor} for callers on many threads: one lock guards all it knows, and is never held while something is stored
 * or keys are deleted, because a deletion calls {@link #detach}.
 *
 * <p>A second lock, {@link #storeOrder}, guards only the store. It is held across the store's I/O, which is its purpose:
 * what is on disk changes in the order of what is in memory. Order: the user's delete transaction, storeOrder, lock, the
 * channel's own lock. So a caller may hold its transaction when it calls anything here.
 */
final class LockingLessor implements Lessor, Lease.Owner {
    private final LeaseLimits limits;
    private final LongSupplier ticker;
    private final long originNanos;
    private final ExpiredLeases expiredLeases = new ExpiredLeases();

    private final ReentrantLock storeOrder = new ReentrantLock();

    @GuardedBy("storeOrder")
    private LessorStore store;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled whenever a renewal that waits may have to look again. */
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final LessorState state = new LessorState();

    @GuardedBy("lock")
    private @Nullable RangeDeleter rangeDeleter;

    @GuardedBy("lock")
    private boolean stopped;

    LockingLessor(LessorStore store, long minTtlSeconds, LongSupplier ticker) {
        this.limits = new LeaseLimits(minTtlSeconds);
        this.ticker = ticker;
        this.originNanos = ticker.getAsLong();
        this.store = store;
        load(store.load());
    }

    @Override
    public void setRangeDeleter(RangeDeleter deleter) {
        lock.lock();
        try {
            rangeDeleter = deleter;
        } finally {
            lock.unlock();
        }
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
            return new Answer.Done<>(add(id, effectiveSeconds));
        } finally {
            storeOrder.unlock();
        }
    }

    @Override
    public Optional<LessorError> revoke(long id) {
        LeaseView lease;
        RangeDeleter deleter;
        List<ByteSequence> keys;
        lock.lock();
        try {
            Optional<LeaseView> found = state.lease(id);
            if (found.isEmpty() || state.isRevoking(id)) {
                return Optional.of(LessorError.LEASE_NOT_FOUND);
            }
            lease = found.get();
            deleter = rangeDeleter;
            if (deleter == null) {
                return Optional.empty();
            }
            state.beginRevoke(id);
            keys = state.keys(id, lease.grantIndex());
        } finally {
            lock.unlock();
        }
        boolean done = false;
        try {
            delete(lease, keys, deleter);
            done = true;
        } finally {
            endRevoke(lease, done);
        }
        return Optional.empty();
    }

    @Override
    public Optional<LessorError> checkpoint(long id, long remainingSeconds) {
        storeOrder.lock();
        try {
            // One that is not being revoked cannot end while storeOrder is held: a revocation removes it from the store
            // first.
            Optional<LeaseView> found = findLasting(id);
            if (found.isEmpty()) {
                return Optional.of(LessorError.LEASE_NOT_FOUND);
            }
            long ttlSeconds = found.get().ttlSeconds();
            long leftSeconds = Math.clamp(remainingSeconds, 0, ttlSeconds);
            store.put(new StoredLease(id, ttlSeconds, leftSeconds));
            noteCheckpoint(found.get(), leftSeconds);
            return Optional.empty();
        } finally {
            storeOrder.unlock();
        }
    }

    @Override
    public Optional<LessorError> attach(long id, Collection<LeaseItem> items) {
        lock.lock();
        try {
            if (state.lease(id).isEmpty() || state.isRevoking(id)) {
                return Optional.of(LessorError.LEASE_NOT_FOUND);
            }
            for (LeaseItem item : items) {
                state.attach(id, item.key());
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OptionalLong getLease(LeaseItem item) {
        lock.lock();
        try {
            Long id = state.leaseOf(item.key());
            return id == null ? OptionalLong.empty() : OptionalLong.of(id);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<LessorError> detach(long id, Collection<LeaseItem> items) {
        lock.lock();
        try {
            if (state.lease(id).isEmpty()) {
                return Optional.of(LessorError.LEASE_NOT_FOUND);
            }
            for (LeaseItem item : items) {
                state.detach(id, item.key());
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void promote(Duration extend) {
        if (extend.isNegative()) {
            throw new IllegalArgumentException("leases cannot be shortened: extend by " + extend);
        }
        lock.lock();
        try {
            if (!stopped) {
                state.promote(extend.toNanos(), nowNanos());
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void demote() {
        lock.lock();
        try {
            state.demote();
            expiredLeases.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Answer<Long> renew(long id) throws InterruptedException {
        while (true) {
            LessorState.Met met;
            long ttlSeconds;
            lock.lockInterruptibly();
            try {
                met = state.renew(id, nowNanos());
                while (met == LessorState.Met.ENDING) {
                    changed.await();
                    met = state.renew(id, nowNanos());
                }
                ttlSeconds = state.lease(id).map(LeaseView::ttlSeconds).orElse(0L);
            } finally {
                lock.unlock();
            }
            switch (met) {
                case NOT_PRIMARY -> {
                    return new Answer.Refused<>(LessorError.NOT_PRIMARY);
                }
                case NOT_FOUND -> {
                    return new Answer.Refused<>(LessorError.LEASE_NOT_FOUND);
                }
                case RENEWED -> {
                    return new Answer.Done<>(ttlSeconds);
                }
                // Whether it is still there is seen on the next round.
                case CHECKPOINTED -> checkpoint(id, 0);
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
        List<LeaseView> views;
        lock.lock();
        try {
            views = state.leases();
        } finally {
            lock.unlock();
        }
        return views.stream().map(this::handle).toList();
    }

    @Override
    public ExpiredLeases expiredLeases() {
        return expiredLeases;
    }

    @Override
    public int tick() {
        lock.lock();
        try {
            if (!state.isPrimary() || expiredLeases.isFull()) {
                return 0;
            }
            List<Lease> batch = state.expired(nowNanos(), this);
            if (!batch.isEmpty()) {
                // Under the lock, so that nothing is handed over after a demotion.
                expiredLeases.add(batch);
            }
            return batch.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void recover(LessorStore from, RangeDeleter deleter) {
        storeOrder.lock();
        try {
            List<StoredLease> leases = from.load();
            store = from;
            setRangeDeleter(deleter);
            load(leases);
        } finally {
            storeOrder.unlock();
        }
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            state.demote();
            changed.signalAll();
            expiredLeases.close();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<ByteSequence> keys(long id, long incarnation) {
        lock.lock();
        try {
            return state.keys(id, incarnation);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Duration remaining(long id, long incarnation) {
        lock.lock();
        try {
            return state.remaining(id, incarnation, nowNanos());
        } finally {
            lock.unlock();
        }
    }

    /** One transaction: the keys, then the stored lease. */
    private void delete(LeaseView lease, List<ByteSequence> keys, RangeDeleter deleter) {
        TxnDelete txn = deleter.begin();
        try {
            keys.forEach(key -> txn.deleteRange(key, null));
            removeStored(lease);
        } finally {
            txn.end();
        }
    }

    private void removeStored(LeaseView lease) {
        storeOrder.lock();
        try {
            if (find(lease.id()).filter(now -> isSame(now, lease)).isPresent()) {
                store.remove(lease.id());
            }
        } finally {
            storeOrder.unlock();
        }
    }

    private void endRevoke(LeaseView lease, boolean done) {
        lock.lock();
        try {
            state.endRevoke(lease.id(), lease.grantIndex(), done);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Optional<LeaseView> find(long id) {
        lock.lock();
        try {
            return state.lease(id);
        } finally {
            lock.unlock();
        }
    }

    private Optional<LeaseView> findLasting(long id) {
        lock.lock();
        try {
            return state.isRevoking(id) ? Optional.empty() : state.lease(id);
        } finally {
            lock.unlock();
        }
    }

    private Lease add(long id, long ttlSeconds) {
        lock.lock();
        try {
            return new Lease(id, ttlSeconds, state.grant(id, ttlSeconds, nowNanos()), this);
        } finally {
            lock.unlock();
        }
    }

    private void noteCheckpoint(LeaseView lease, long leftSeconds) {
        lock.lock();
        try {
            state.checkpoint(lease.id(), leftSeconds, nowNanos());
        } finally {
            lock.unlock();
        }
    }

    private void load(List<StoredLease> leases) {
        lock.lock();
        try {
            state.clear();
            expiredLeases.clear();
            for (StoredLease stored : leases) {
                state.load(stored, limits.effectiveTtlSeconds(stored.ttlSeconds()), nowNanos());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Lease handle(LeaseView lease) {
        return new Lease(lease.id(), lease.ttlSeconds(), lease.grantIndex(), this);
    }

    private long nowNanos() {
        return ticker.getAsLong() - originNanos;
    }

    private static boolean isSame(LeaseView one, LeaseView other) {
        return one.grantIndex() == other.grantIndex();
    }
}
