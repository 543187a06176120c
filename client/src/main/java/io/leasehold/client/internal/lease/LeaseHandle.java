package io.leasehold.client.internal.lease;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Listeners;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LeaseState;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One user's hold on a kept lease: its listeners, and the one end it is told. Any thread. */
final class LeaseHandle implements KeepAlive {
    /** What becomes of it when the lease's time is over and nothing was heard. */
    enum AfterDeadline {
        /** It has lost the lease. */
        STOP,
        /** It goes on asking until the server says what is true. */
        PROBE
    }

    private final KeepAliveEngine engine;
    private final long leaseId;
    private final AfterDeadline afterDeadline;
    private final Listeners<LeaseListener> listeners;
    private final CompletableFuture<LossReason> lost = new CompletableFuture<>();

    /** The newest renewal that no listener has seen; a slow listener is told that one only. */
    private final AtomicReference<@Nullable LeaseRenewal> renewal = new AtomicReference<>();

    private volatile KeptLease lease;
    private volatile boolean over;

    LeaseHandle(
            KeepAliveEngine engine,
            KeptLease lease,
            LeaseListener first,
            AfterDeadline afterDeadline,
            Listeners<LeaseListener> listeners) {
        this.engine = engine;
        this.afterDeadline = afterDeadline;
        this.lease = lease;
        this.leaseId = lease.id;
        this.listeners = listeners;
        if (first != LeaseListener.NONE) {
            listeners.add(first);
        }
    }

    KeptLease lease() {
        return lease;
    }

    /** The lease was kept already: this handle joins it. */
    void join(KeptLease other) {
        lease = other;
    }

    boolean probes() {
        return afterDeadline == AfterDeadline.PROBE;
    }

    boolean hasListeners() {
        return !listeners.isEmpty();
    }

    void renewed(LeaseRenewal newest) {
        if (hasListeners() && renewal.getAndSet(newest) == null) {
            listeners.thenRun(() -> {
                LeaseRenewal told = renewal.getAndSet(null);
                if (told != null) {
                    listeners.tellNow(listener -> listener.onRenewed(told));
                }
            });
        }
    }

    void stateChanged(LeaseState before, LeaseState now) {
        listeners.tell(listener -> listener.onStateChange(leaseId, before, now));
    }

    void expiring(Duration left) {
        listeners.tell(listener -> listener.onExpiring(leaseId, left));
    }

    void error(LeaseholdException error) {
        listeners.tell(listener -> listener.onError(leaseId, error));
    }

    /** The end, once, behind what waits to be told. */
    void end(LossReason reason) {
        over = true;
        listeners.tellLast(listener -> listener.onLost(leaseId, reason), () -> lost.complete(reason));
    }

    CompletableFuture<Void> told() {
        return listeners.told();
    }

    @Override
    public long leaseId() {
        return leaseId;
    }

    @Override
    public Duration ttl() {
        return Duration.ofNanos(lease.ttlNanos);
    }

    @Override
    public LeaseState state() {
        return over ? LeaseState.LOST : lease.state;
    }

    @Override
    public Duration validFor() {
        return over ? Duration.ZERO : Duration.ofNanos(lease.validForNanos(engine.nowNanos()));
    }

    @Override
    public void listen(LeaseListener listener) {
        if (over) {
            tellLate(listener);
            return;
        }
        engine.onLoop(() -> {
            if (!over) {
                listeners.add(listener);
            } else {
                tellLate(listener);
            }
        });
    }

    private void tellLate(LeaseListener listener) {
        Futures.onEnd(lost, (reason, never) -> engine.apart(() -> listener.onLost(leaseId, reason)));
    }

    @Override
    public CompletableFuture<LossReason> lost() {
        return lost;
    }

    @Override
    public void close() {
        if (!over) {
            engine.release(this);
        }
    }
}
