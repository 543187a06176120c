package io.leasehold.client.internal.lease;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LeaseState;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One user's hold on a kept lease: its listeners, and the one end it is told. Any thread. */
final class LeaseHandle implements KeepAlive {
    /** What becomes of it when the lease's time is over and nothing was heard. */
    enum AfterDeadline {
        /** It has lost the lease. */
        STOP,
        /** It goes on asking until the server says what is true. */
        PROBE
    }

    private static final Logger LOG = LoggerFactory.getLogger(LeaseHandle.class);

    private final KeepAliveEngine engine;
    private final long leaseId;
    private final AfterDeadline afterDeadline;
    private final List<LeaseListener> listeners = new CopyOnWriteArrayList<>();
    private final ListenerQueue queue;
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
            ListenerQueue queue) {
        this.engine = engine;
        this.afterDeadline = afterDeadline;
        this.lease = lease;
        this.leaseId = lease.id;
        this.queue = queue;
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
            queue.add(() -> {
                LeaseRenewal told = renewal.getAndSet(null);
                if (told != null) {
                    tell(listener -> listener.onRenewed(told));
                }
            });
        }
    }

    void stateChanged(LeaseState before, LeaseState now) {
        addCall(listener -> listener.onStateChange(leaseId, before, now));
    }

    void expiring(Duration left) {
        addCall(listener -> listener.onExpiring(leaseId, left));
    }

    void error(LeaseholdException error) {
        addCall(listener -> listener.onError(leaseId, error));
    }

    private void addCall(Consumer<LeaseListener> call) {
        if (hasListeners()) {
            queue.add(() -> tell(call));
        }
    }

    /** The end, once, behind what waits to be told. */
    void end(LossReason reason) {
        over = true;
        queue.last(() -> {
            tell(listener -> listener.onLost(leaseId, reason));
            lost.complete(reason);
        });
    }

    CompletableFuture<Void> told() {
        return queue.isInside() ? CompletableFuture.completedFuture(null) : queue.drained();
    }

    private void tell(Consumer<LeaseListener> call) {
        for (LeaseListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException failed) {
                LOG.error("a listener failed lease={}", Long.toHexString(leaseId), failed);
            }
        }
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
