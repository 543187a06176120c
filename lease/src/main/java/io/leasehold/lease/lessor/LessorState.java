package io.leasehold.lease.lessor;

import io.leasehold.lease.Anchor;
import io.leasehold.lease.DueLeases;
import io.leasehold.lease.LeaseDeadlines;
import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseView;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LockingLessor} knows: leases and their items, and the deadlines while it is primary. Touched only under the
 * lock of its {@link GuardedState}. Never waits, stores or calls back. Times are nanoseconds since the lessor was made.
 */
final class LessorState {
    /** Leases in a batch, so that whoever revokes them reports back often enough; etcd's number. */
    static final int BATCH_LEASES_MAX = 500;

    /** After this a lease that was handed over and is still there is handed over again; etcd's default. */
    static final long RETRY_NANOS = 3_000_000_000L;

    private static final long MILLIS_PER_SECOND = 1_000;

    private LeaseTable table = new LeaseTable();
    /** Invariant: names the lease in {@link #table} that lists the key. */
    private final Map<ByteSequence, Long> leaseOf = new HashMap<>();
    /** Null while not primary. Lacks leases that were recovered after the promotion: those live for ever. */
    private @Nullable LeaseDeadlines deadlines;
    /** Leases whose keys are being deleted. */
    private final Set<Long> revoking = new HashSet<>();
    /** Ordered by the time of their retry; each lease at most once. */
    private final Queue<HandedOver> handedOver = new ArrayDeque<>();

    /** Leases with a checkpoint that was computed and may not be noted yet: a renewal must come behind it. */
    private final Set<Long> checkpointing = new HashSet<>();

    private long incarnations;
    private boolean stopped;

    private record HandedOver(long id, long incarnation, long ttlSeconds, long retryNanos) {}

    /** What a renewal met. */
    enum Met {
        NOT_PRIMARY,
        NOT_FOUND,
        /** It has expired or is being revoked: to be waited for. */
        ENDING,
        /** A checkpoint, noted or on its way, must be taken back first; not renewed. */
        CHECKPOINTED,
        RENEWED
    }

    boolean isPrimary() {
        return deadlines != null;
    }

    Optional<LeaseView> lease(long id) {
        return table.lease(id);
    }

    /** All leases; of a primary those that end first come first. */
    List<LeaseView> leases() {
        List<LeaseView> leases = new ArrayList<>(table.size());
        table.forEach(leases::add);
        leases.sort(Comparator.comparingLong(lease -> deadlineNanos(lease.id(), lease.grantIndex())));
        return leases;
    }

    boolean isRevoking(long id) {
        return revoking.contains(id);
    }

    /** Adds a lease and returns its incarnation. */
    long grant(long id, long ttlSeconds, long nowNanos) {
        incarnations++;
        table.grant(id, ttlSeconds, incarnations, nowNanos);
        if (deadlines != null) {
            deadlines.grant(id, incarnations, ttlSeconds, nowNanos);
        }
        return incarnations;
    }

    /** Notes what is left of a lease that is there; 0 for the whole TTL. */
    void checkpoint(long id, long remainingSeconds, long nowNanos) {
        LeaseView lease = table.lease(id).orElseThrow();
        if (remainingSeconds == 0) {
            table.clear(id, lease.grantIndex());
        } else {
            table.checkpoint(id, lease.grantIndex(), remainingSeconds * MILLIS_PER_SECOND, nowNanos);
        }
    }

    void attach(long id, ByteSequence key) {
        Long before = leaseOf.put(key, id);
        if (before != null && before != id) {
            table.detach(before, key);
        }
        table.attach(id, key);
    }

    void detach(long id, ByteSequence key) {
        if (leaseOf.remove(key, id)) {
            table.detach(id, key);
        }
    }

    @Nullable
    Long leaseOf(ByteSequence key) {
        return leaseOf.get(key);
    }

    List<ByteSequence> keys(long id, long incarnation) {
        return table.contains(id, incarnation) ? table.keys(id) : List.of();
    }

    Duration remaining(long id, long incarnation, long nowNanos) {
        if (!table.contains(id, incarnation)) {
            return Duration.ZERO;
        }
        boolean counted = deadlines != null && deadlines.contains(id, incarnation);
        return counted ? Duration.ofNanos(deadlineNanos(id, incarnation) - nowNanos) : Lease.FOR_EVER;
    }

    Met renew(long id, long nowNanos) {
        if (deadlines == null) {
            return Met.NOT_PRIMARY;
        }
        Optional<LeaseView> found = table.lease(id);
        if (found.isEmpty()) {
            return Met.NOT_FOUND;
        }
        LeaseView lease = found.get();
        if (revoking.contains(id) || deadlineNanos(id, lease.grantIndex()) <= nowNanos) {
            return Met.ENDING;
        }
        if (needsTakingBack(lease)) {
            return Met.CHECKPOINTED;
        }
        if (deadlines.contains(id)) {
            deadlines.renew(id, nowNanos);
        } else {
            deadlines.grant(id, lease.grantIndex(), lease.ttlSeconds(), nowNanos);
        }
        return Met.RENEWED;
    }

    /** From here on the lease takes no keys and no renewals. */
    void beginRevoke(long id) {
        revoking.add(id);
        if (deadlines != null) {
            deadlines.markRevoke(id, true);
        }
    }

    /** The revocation came to an end: the lease is gone, or it goes on. Nothing if all was recovered meanwhile. */
    void endRevoke(long id, long incarnation, boolean done) {
        if (!table.contains(id, incarnation)) {
            return;
        }
        revoking.remove(id);
        if (done) {
            table.revoke(id).forEach(key -> leaseOf.remove(key, id));
        }
        if (deadlines != null) {
            deadlines.markRevoke(id, false);
            if (done) {
                deadlines.end(id, incarnation);
            }
        }
    }

    /** Whether a checkpoint of the lease is noted or on its way. */
    boolean needsTakingBack(LeaseView lease) {
        return isCheckpointed(lease) || checkpointing.contains(lease.id());
    }

    /** Gives every lease its deadline anew, about a microsecond a lease; nothing once it has stopped. */
    void promote(long extendNanos, long nowNanos) {
        if (stopped) {
            return;
        }
        LeaseDeadlines fresh = PromotionSpread.deadlines(table, PromotionSpread.plus(nowNanos, extendNanos));
        revoking.forEach(id -> fresh.markRevoke(id, true));
        handedOver.clear();
        checkpointing.clear();
        deadlines = fresh;
    }

    void demote() {
        deadlines = null;
        handedOver.clear();
        checkpointing.clear();
    }

    /** Demoted for good. */
    void stop() {
        demote();
        stopped = true;
    }

    /** Forgets everything but whether it is primary. */
    void clear() {
        table = new LeaseTable();
        leaseOf.clear();
        revoking.clear();
        handedOver.clear();
        checkpointing.clear();
        if (deadlines != null) {
            deadlines = new LeaseDeadlines();
        }
    }

    /** Adds a lease that was stored; it lives for ever until the next promotion. */
    void load(StoredLease stored, long ttlSeconds, long nowNanos) {
        incarnations++;
        table.grant(stored.id(), ttlSeconds, incarnations, nowNanos);
        checkpoint(stored.id(), Math.min(stored.remainingSeconds(), ttlSeconds), nowNanos);
    }

    /**
     * The next batch of leases whose time is up: first those to be tried again.
     *
     * @param checkpoints gets what is left of leases that are due for a checkpoint, which are marked so
     * @param checkpointsMax how many at most; 0 when nobody notes them, and then they are passed over
     */
    List<Lease> expired(long nowNanos, Lease.Owner owner, List<LeaseCheckpoint> checkpoints, int checkpointsMax) {
        List<Lease> batch = new ArrayList<>();
        LeaseDeadlines counted = deadlines;
        if (counted == null) {
            return batch;
        }
        for (HandedOver next = handedOver.peek();
                next != null && next.retryNanos <= nowNanos && batch.size() < BATCH_LEASES_MAX;
                next = handedOver.peek()) {
            handedOver.remove();
            if (table.contains(next.id, next.incarnation)) {
                handOver(next.id, next.incarnation, next.ttlSeconds, nowNanos, batch, owner);
            }
        }
        DueLeases sink = new DueLeases() {
            @Override
            public void expired(long id, long incarnation) {
                handOver(id, incarnation, counted.ttlSeconds(id), nowNanos, batch, owner);
            }

            @Override
            public void checkpointDue(long id, long incarnation, long leftMillis) {
                if (checkpointsMax > 0) {
                    checkpointing.add(id);
                    checkpoints.add(new LeaseCheckpoint(id, Math.ceilDiv(leftMillis, MILLIS_PER_SECOND)));
                }
            }
        };
        int limit;
        do {
            int checkpointsLeft = checkpointsMax == 0 ? BATCH_LEASES_MAX : checkpointsMax - checkpoints.size();
            limit = Math.min(BATCH_LEASES_MAX - batch.size(), checkpointsLeft);
        } while (limit > 0 && counted.poll(nowNanos, limit, sink) == limit);
        return batch;
    }

    private void handOver(
            long id, long incarnation, long ttlSeconds, long nowNanos, List<Lease> batch, Lease.Owner owner) {
        handedOver.add(new HandedOver(id, incarnation, ttlSeconds, nowNanos + RETRY_NANOS));
        if (!revoking.contains(id)) {
            batch.add(new Lease(id, ttlSeconds, incarnation, owner));
        }
    }

    /** The checkpoints computed are noted; or not, and then they are due again. */
    void checkpointed(List<LeaseCheckpoint> checkpoints, boolean noted, long nowNanos) {
        for (LeaseCheckpoint checkpoint : checkpoints) {
            checkpointing.remove(checkpoint.id());
            Optional<LeaseView> lease = table.lease(checkpoint.id());
            if (!noted && deadlines != null && lease.isPresent()) {
                deadlines.checkpointRefused(checkpoint.id(), lease.get().grantIndex(), nowNanos);
            }
        }
    }

    /** When the lease ends; {@link Long#MAX_VALUE} for never. */
    private long deadlineNanos(long id, long incarnation) {
        return deadlines != null && deadlines.contains(id, incarnation) ? deadlines.deadlineNanos(id) : Long.MAX_VALUE;
    }

    static boolean isCheckpointed(LeaseView lease) {
        return lease.anchor().kind() == Anchor.Kind.CHECKPOINT
                && !lease.anchor().cleared();
    }
}
