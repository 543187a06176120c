package io.leasehold.client.internal.lease;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Failures;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.KeepAliveCounts;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LeaseState;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps all leases of a client alive: one queue by time, one timer armed for its head, and a {@link RenewalLine} to send on.
 *
 * <p>All state is the client thread's, but for what {@link KeptLease} publishes. A turn ({@link #turn}) looks at the leases
 * whose time has come, in this order for each: is it over, must its holder be warned, is an answer overdue, is it to be
 * renewed.
 */
public final class KeepAliveEngine {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAliveEngine.class);

    /** Renewals due this soon are sent now, together: a turn costs more than a renewal. */
    private static final long TOGETHER_NANOS = 25_000_000L;

    /** A turn that is later than this is a sign that the process stood still; shorter than any lease can be. */
    private static final long LATE_NANOS_MIN = 300_000_000L;

    /** Leases that {@link #describe} lists. */
    private static final int DESCRIBED_MAX = 200;

    private final Caller caller;
    private final Timeline timeline;
    private final Map<Long, KeptLease> leases = new ConcurrentHashMap<>();
    private final LeaseQueue queue = new LeaseQueue();
    private final KeepAliveStatistics statistics = new KeepAliveStatistics();
    private final RenewalLine line;
    private Timeline.@Nullable Timer timer;
    private long timerAtNanos;
    private boolean closed;

    /** An engine without leases; its stream is opened when the first is to be renewed. */
    public KeepAliveEngine(Caller caller) {
        this.caller = caller;
        this.timeline = caller.timeline();
        this.line = new RenewalLine(this, caller, statistics);
    }

    // ---- any thread

    KeepAlive keep(LeaseGrant grant, LeaseListener listener) {
        return register(new KeptLease(grant.id(), grant.ttl().toNanos(), grant.sentAtNanos()), listener);
    }

    KeepAlive keep(long leaseId, LeaseListener listener) {
        return register(new KeptLease(leaseId), listener);
    }

    private KeepAlive register(KeptLease fresh, LeaseListener listener) {
        if (caller.isClosed()) {
            throw new IllegalStateException("the client is closed");
        }
        LeaseHandle handle = new LeaseHandle(this, fresh, listener, new ListenerQueue(caller.callbacks()));
        timeline.execute(() -> add(handle));
        return handle;
    }

    void release(LeaseHandle handle) {
        timeline.execute(() -> {
            KeptLease lease = handle.lease();
            if (lease.handles.remove(handle)) {
                handle.end(LossReason.CLOSED);
                if (lease.handles.isEmpty()) {
                    forget(lease);
                }
            }
        });
    }

    /** Renews once, whether or not the lease is kept. */
    CompletableFuture<LeaseRenewal> once(long leaseId, long timeoutNanos) {
        CompletableFuture<LeaseRenewal> answer = new CompletableFuture<>();
        timeline.execute(() -> line.once(leaseId, answer));
        timeline.after(timeoutNanos, () -> line.giveUpOnce(leaseId, answer));
        return answer;
    }

    /** This client has revoked the lease: its keeping ends, and then {@code then} is run. */
    void revoked(long leaseId, Runnable then) {
        timeline.execute(() -> {
            KeptLease lease = leases.get(leaseId);
            if (lease != null) {
                lose(lease, LossReason.REVOKED);
            }
            then.run();
        });
    }

    void start() {
        timeline.execute(line::open);
    }

    void stop() {
        timeline.execute(() -> loseAll(LossReason.CLOSED));
    }

    long nowNanos() {
        timeline.noticeSuspension();
        return timeline.nanos();
    }

    void onLoop(Runnable task) {
        timeline.execute(task);
    }

    Executor callbacks() {
        return caller.callbacks();
    }

    KeepAliveCounts counts() {
        return statistics.counts(leases.size());
    }

    /** What is kept and how it stands, for people. */
    public String describe() {
        long now = nowNanos();
        StringBuilder text = new StringBuilder("leases: ").append(counts()).append('\n');
        leases.values().stream().limit(DESCRIBED_MAX).forEach(lease -> text.append("  ")
                .append(Long.toHexString(lease.id))
                .append(' ')
                .append(lease.state)
                .append(" valid for ")
                .append(Duration.ofNanos(lease.validForNanos(now)).toMillis())
                .append(" ms\n"));
        if (leases.size() > DESCRIBED_MAX) {
            text.append("  … ").append(leases.size() - DESCRIBED_MAX).append(" more\n");
        }
        return text.toString();
    }

    // ---- the client's thread

    private void add(LeaseHandle handle) {
        if (closed) {
            handle.end(LossReason.CLOSED);
            return;
        }
        KeptLease lease = handle.lease();
        KeptLease present = leases.putIfAbsent(lease.id, lease);
        if (present != null) {
            handle.join(present);
            present.handles.add(handle);
            return;
        }
        lease.handles.add(handle);
        if (lease.isKnown()) {
            lease.renewAtNanos = lease.countedFromNanos + RenewalTimes.firstInterval(lease.ttlNanos, caller.random());
            place(lease);
            arm();
        } else {
            line.due(lease);
            line.send();
        }
    }

    /** A turn that fails is a bug, which must not end the keeping of leases: there is another a little later. */
    private void turn() {
        boolean done = false;
        try {
            look();
            done = true;
        } finally {
            if (!done) {
                timerAtNanos = timeline.nanos() + LATE_NANOS_MIN;
                timer = timeline.after(LATE_NANOS_MIN, this::turn);
            }
        }
    }

    /** One look at all whose time has come. */
    private void look() {
        long now = nowNanos();
        noticePause(now);
        timer = null;
        boolean stalled = false;
        for (KeptLease lease = queue.first(); lease != null && isTime(lease, now); lease = queue.first()) {
            if (lease.isKnown() && now - lease.validUntilNanos >= 0) {
                lose(lease, LossReason.LOCAL_DEADLINE);
                continue;
            }
            if (lease.isKnown() && !lease.warned && now - warningNanos(lease) >= 0) {
                lease.warned = true;
                suspect(lease);
                Duration left = Duration.ofNanos(lease.validUntilNanos - now);
                lease.handles.forEach(handle -> handle.expiring(left));
            }
            if (lease.outstanding && now - line.answerDueNanos(lease) >= 0) {
                // The stream is given up after this round, and what else is outstanding becomes due with it.
                stalled = true;
                lease.outstanding = false;
                line.due(lease);
            } else if (lease.isKnown()
                    && !lease.outstanding
                    && !lease.due
                    && now + TOGETHER_NANOS - lease.renewAtNanos >= 0) {
                line.due(lease);
            }
            place(lease);
        }
        if (stalled) {
            line.stalled();
        }
        line.send();
        arm();
    }

    private static boolean isTime(KeptLease lease, long now) {
        boolean renewalNext =
                lease.isKnown() && !lease.outstanding && !lease.due && lease.wakeNanos == lease.renewAtNanos;
        return now + (renewalNext ? TOGETHER_NANOS : 0) - lease.wakeNanos >= 0;
    }

    /** Puts the lease into the queue for the earliest of what is to come. */
    void place(KeptLease lease) {
        if (!lease.isKnown()) {
            // Of its time nothing is known, so that only an answer can be overdue.
            if (lease.outstanding) {
                queue.place(lease, line.answerDueNanos(lease));
            } else {
                queue.remove(lease);
            }
            return;
        }
        long wake = lease.validUntilNanos;
        if (!lease.warned) {
            wake = earlier(wake, warningNanos(lease));
        }
        if (lease.outstanding) {
            wake = earlier(wake, line.answerDueNanos(lease));
        } else if (!lease.due) {
            wake = earlier(wake, lease.renewAtNanos);
        }
        queue.place(lease, wake);
    }

    private static long warningNanos(KeptLease lease) {
        return lease.countedFromNanos + RenewalTimes.warning(lease.ttlNanos);
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    /** Arms the timer for what comes first. */
    void arm() {
        KeptLease first = queue.first();
        if (closed || (first == null && !line.hasMore())) {
            return;
        }
        long at = first == null ? line.resumeAtNanos() : first.wakeNanos;
        if (line.hasMore()) {
            at = earlier(at, line.resumeAtNanos());
        }
        if (timer != null) {
            if (timerAtNanos - at <= 0) {
                return;
            }
            timer.cancel();
        }
        timerAtNanos = at;
        timer = timeline.after(at - timeline.nanos(), this::turn);
    }

    /** A turn that comes much too late: what was true of the leases need not be any more. */
    private void noticePause(long now) {
        long late = now - timerAtNanos;
        if (late < LATE_NANOS_MIN) {
            return;
        }
        int doubted = 0;
        for (KeptLease lease : leases.values()) {
            if (lease.isKnown() && late > lease.ttlNanos / 3) {
                lease.trusted = false;
                lease.renewAtNanos = now;
                suspect(lease);
                place(lease);
                doubted++;
            }
        }
        if (doubted > 0) {
            statistics.paused();
            LOG.warn("the process stood still milliseconds={} leases={}", late / 1_000_000, doubted);
        }
    }

    void renewed(KeptLease lease, long ttlNanos, long now) {
        lease.outstanding = false;
        lease.warned = false;
        lease.countFrom(lease.sentAtNanos, ttlNanos);
        lease.trusted = true;
        lease.renewAtNanos = lease.sentAtNanos + RenewalTimes.interval(ttlNanos, caller.random());
        change(lease, LeaseState.ACTIVE);
        place(lease);
        arm();
        LeaseRenewal renewal = new LeaseRenewal(
                lease.id, Duration.ofNanos(ttlNanos), Duration.ofNanos(now - lease.sentAtNanos), lease.validUntilNanos);
        for (LeaseHandle handle : lease.handles) {
            handle.renewed(renewal);
        }
    }

    /** The server could not renew this lease just now. */
    void retryLater(KeptLease lease, long now) {
        lease.outstanding = false;
        lease.renewAtNanos = now + LATE_NANOS_MIN;
        if (lease.isKnown()) {
            place(lease);
            arm();
        } else {
            timeline.after(LATE_NANOS_MIN, () -> {
                if (!lease.isOver()) {
                    line.due(lease);
                    line.send();
                }
            });
        }
    }

    void lose(KeptLease lease, LossReason reason) {
        forget(lease);
        if (reason != LossReason.CLOSED) {
            caller.metrics().leaseLost(reason.name());
        }
        if (reason.isExpiry() || reason == LossReason.REFUSED) {
            statistics.lost();
            LOG.info("lease lost lease={} reason={}", Long.toHexString(lease.id), reason);
        }
        lease.handles.forEach(handle -> handle.end(reason));
        lease.handles.clear();
    }

    private void forget(KeptLease lease) {
        queue.remove(lease);
        leases.remove(lease.id, lease);
        lease.due = false;
        if (lease.state == LeaseState.SUSPECT) {
            statistics.suspect(-1);
        }
        lease.state = LeaseState.LOST;
        if (leases.isEmpty()) {
            line.closeWhenIdle();
        }
    }

    private void suspect(KeptLease lease) {
        if (lease.state == LeaseState.ACTIVE) {
            change(lease, LeaseState.SUSPECT);
        }
    }

    private void change(KeptLease lease, LeaseState now) {
        LeaseState before = lease.state;
        if (before == now || before == LeaseState.LOST) {
            return;
        }
        lease.state = now;
        statistics.suspect((now == LeaseState.SUSPECT ? 1 : 0) - (before == LeaseState.SUSPECT ? 1 : 0));
        lease.handles.forEach(handle -> handle.stateChanged(before, now));
    }

    /** The stream is lost, for the first time in this outage. */
    void outage(Status status) {
        LeaseholdException error = Failures.exception(status, false, "keepalive stream");
        for (KeptLease lease : leases.values()) {
            suspect(lease);
            lease.handles.forEach(handle -> handle.error(error));
        }
    }

    @Nullable
    KeptLease find(long leaseId) {
        return leases.get(leaseId);
    }

    Iterable<KeptLease> kept() {
        return leases.values();
    }

    boolean isIdle() {
        return leases.isEmpty();
    }

    private void loseAll(LossReason reason) {
        for (KeptLease lease : List.copyOf(leases.values())) {
            lose(lease, reason);
        }
        line.closeNow();
    }

    /** Ends all keepalives; completes when their listeners have been told. */
    public CompletableFuture<Void> close() {
        closed = true;
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (KeptLease lease : leases.values()) {
            lease.handles.forEach(handle -> told.add(handle.told()));
        }
        loseAll(LossReason.CLOSED);
        line.failOnce(Caller.closedException());
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }
}
