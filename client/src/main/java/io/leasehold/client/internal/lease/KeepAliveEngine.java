package io.leasehold.client.internal.lease;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Failures;
import io.leasehold.client.internal.time.Listeners;
import io.leasehold.client.internal.time.Listing;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps all leases of a client alive: which there are, and what becomes of each. When something is to be done is
 * {@link LeaseAgenda}'s, sending and answers are {@link RenewalLine}'s.
 *
 * <p>All state is the client thread's, but for what {@link KeptLease} publishes.
 */
public final class KeepAliveEngine {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAliveEngine.class);

    private final Caller caller;
    private final Timeline timeline;
    private final Map<Long, KeptLease> leases = new ConcurrentHashMap<>();
    private final KeepAliveStatistics statistics = new KeepAliveStatistics();
    private final RenewalLine line;
    private final LeaseAgenda agenda;
    private boolean closed;

    /** An engine without leases; its stream is opened when the first is to be renewed. */
    public KeepAliveEngine(Caller caller) {
        this.caller = caller;
        this.timeline = caller.timeline();
        this.line = new RenewalLine(this, caller, statistics);
        this.agenda = new LeaseAgenda(this, line, caller, statistics);
    }

    // ---- any thread

    KeepAlive keep(LeaseGrant grant, LeaseListener listener, LeaseHandle.AfterDeadline afterDeadline) {
        return register(new KeptLease(grant.id(), grant.ttl().toNanos(), grant.sentAtNanos()), listener, afterDeadline);
    }

    KeepAlive keep(long leaseId, LeaseListener listener, LeaseHandle.AfterDeadline afterDeadline) {
        return register(new KeptLease(leaseId), listener, afterDeadline);
    }

    private KeepAlive register(KeptLease fresh, LeaseListener listener, LeaseHandle.AfterDeadline afterDeadline) {
        if (caller.isClosed()) {
            throw new IllegalStateException("the client is closed");
        }
        LeaseHandle handle = new LeaseHandle(this, fresh, listener, afterDeadline, new Listeners<>(caller.callbacks()));
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

    /** This client asks for the lease to be revoked: if a renewal finds it gone meanwhile, that is why. */
    void revoking(long leaseId, boolean underWay) {
        timeline.execute(() -> {
            KeptLease lease = leases.get(leaseId);
            if (lease != null) {
                lease.revoking = underWay;
            }
        });
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

    /** Runs it where users' code may hang on it. */
    void apart(Runnable task) {
        caller.apart(task);
    }

    KeepAliveCounts counts() {
        return statistics.counts(leases.size());
    }

    /** What is kept and how it stands, for people; what is not well and what ends soon comes first. */
    public String describe() {
        long now = nowNanos();
        List<KeptLease.Standing> standings = leases.values().stream()
                .map(lease -> lease.standing(now))
                .sorted(KeptLease.Standing.BY_URGENCY)
                .toList();
        return Listing.of(
                "leases: " + counts(), standings.size(), standings.stream().map(KeptLease.Standing::toString));
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
            if (present.probed && !handle.probes()) {
                handle.end(LossReason.LOCAL_DEADLINE);
            } else {
                present.handles.add(handle);
            }
            return;
        }
        lease.handles.add(handle);
        if (lease.isKnown()) {
            lease.renewAtNanos = lease.countedFromNanos + RenewalTimes.firstInterval(lease.ttlNanos, caller.random());
            agenda.place(lease);
            agenda.arm();
            // Before it is needed: which form of renewals a server takes shows a round trip after a stream is opened.
            line.open();
        } else {
            line.due(lease);
            line.send();
        }
    }

    void renewed(KeptLease lease, long ttlNanos, long now) {
        lease.outstanding = false;
        lease.warned = false;
        lease.probed = false;
        lease.countFrom(lease.sentAtNanos, ttlNanos);
        lease.trusted = true;
        lease.renewAtNanos = lease.sentAtNanos + RenewalTimes.interval(ttlNanos, caller.random());
        change(lease, LeaseState.ACTIVE);
        agenda.place(lease);
        agenda.arm();
        for (LeaseHandle handle : lease.handles) {
            if (handle.hasListeners()) {
                handle.renewed(new LeaseRenewal(
                        lease.id,
                        Duration.ofNanos(ttlNanos),
                        Duration.ofNanos(now - lease.sentAtNanos),
                        lease.validUntilNanos));
            }
        }
    }

    /** The server could not renew this lease just now. */
    void retryLater(KeptLease lease, long now) {
        lease.outstanding = false;
        lease.renewAtNanos = now + LeaseAgenda.LATE_NANOS_MIN;
        if (lease.isKnown()) {
            agenda.place(lease);
            agenda.arm();
        } else {
            timeline.after(LeaseAgenda.LATE_NANOS_MIN, () -> {
                if (!lease.isOver()) {
                    line.due(lease);
                    line.send();
                }
            });
        }
    }

    /** The lease's time is over and nothing was heard: it is lost to all handles but those that probe. */
    void expire(KeptLease lease) {
        List<LeaseHandle> ending =
                lease.handles.stream().filter(handle -> !handle.probes()).toList();
        if (ending.size() == lease.handles.size()) {
            lose(lease, LossReason.LOCAL_DEADLINE);
            return;
        }
        LOG.info("lease is past its deadline and asked for all the same lease={}", Long.toHexString(lease.id));
        lease.handles.removeAll(ending);
        ending.forEach(handle -> handle.end(LossReason.LOCAL_DEADLINE));
        lease.probed = true;
        suspect(lease);
        agenda.place(lease);
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
        agenda.remove(lease);
        leases.remove(lease.id, lease);
        line.abandoned(lease);
        lease.due = false;
        if (lease.state == LeaseState.SUSPECT) {
            statistics.suspect(-1);
        }
        lease.state = LeaseState.LOST;
        if (leases.isEmpty()) {
            line.closeWhenIdle();
        }
    }

    void suspect(KeptLease lease) {
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

    /** There is something to be done about the lease at another time than before. */
    void place(KeptLease lease) {
        agenda.place(lease);
    }

    /** Something is to be done earlier than before. */
    void arm() {
        agenda.arm();
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
        agenda.close();
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (KeptLease lease : leases.values()) {
            lease.handles.forEach(handle -> told.add(handle.told()));
        }
        loseAll(LossReason.CLOSED);
        line.failOnce(Caller.closedException());
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }
}
