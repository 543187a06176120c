package io.leasehold.client.internal.session;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Listeners;
import io.leasehold.client.internal.time.Listing;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionListener;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.session.SessionTicket;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session. Its course (which lease, whether it has ended) is decided on the client's thread; what users read is
 * published by volatile fields.
 */
final class KeptSession implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(KeptSession.class);

    /** Revoking is a courtesy: the lease ends by itself. */
    private static final Duration REVOKE_TIME_MAX = Duration.ofSeconds(5);

    private final SessionRegistry registry;
    private final Caller caller;
    private final Timeline timeline;
    private final Leases leases;
    private final Kv kv;
    private final Watches watches;
    private final SessionOptions options;
    private final SessionOwner owner;
    private final Regrant regrant;
    private final Listeners<SessionListener> listeners;
    private final AttachedKeys attached;
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> closeFuture = new CompletableFuture<>();
    private volatile long leaseId;
    private volatile Duration ttl = Duration.ZERO;
    private volatile EpochKey epochKey = EpochKey.NONE;
    private volatile @Nullable KeepAlive keepAlive;
    private volatile boolean over;
    private @Nullable EpochWatch epochWatch;

    KeptSession(
            SessionRegistry registry, Caller caller, Leases leases, Kv kv, Watches watches, SessionOptions options) {
        this.registry = registry;
        this.caller = caller;
        this.timeline = caller.timeline();
        this.leases = leases;
        this.kv = kv;
        this.attached = new AttachedKeys(kv);
        this.watches = watches;
        this.options = options;
        this.listeners = new Listeners<>(caller.callbacks());
        this.owner = new SessionOwner(timeline, options, this::isOver, this::ownerGone);
        this.regrant = new Regrant(timeline, leases, kv, options, this::isOver, this::regranted);
    }

    void begin(LeaseGrant grant, EpochKey epoch) {
        registry.add(this);
        live(grant, epoch);
        owner.follow();
    }

    private void live(LeaseGrant grant, EpochKey epoch) {
        leaseId = grant.id();
        ttl = grant.ttl();
        epochKey = epoch;
        keepAlive = leases.keepAlive(grant, new LeaseWatch());
        if (epoch.isThere()) {
            EpochWatch watch = new EpochWatch(kv, epoch, end -> timeline.execute(() -> epochEnded(epoch, end)));
            watch.begin(watches);
            timeline.execute(() -> {
                EpochWatch before = epochWatch;
                epochWatch = watch;
                if (before != null) {
                    before.close();
                }
                if (over) {
                    watch.close();
                }
            });
        }
    }

    void remember(ByteSequence key, ByteSequence value) {
        attached.remember(key, value);
    }

    // ---- on the client's thread

    private void leaseLost(long lostId, LossReason reason) {
        if (over || lostId != leaseId) {
            return;
        }
        LOG.info("session lost its lease lease={} reason={}", Long.toHexString(lostId), reason);
        if (options.isRegranting() && reason != LossReason.CLOSED && !caller.isClosed()) {
            keepAlive = null;
            listeners.tell(listener -> listener.onLeaseLost(lostId));
            // Behind what the listeners are told: they are to fence themselves before there is a new lease.
            listeners.thenRun(() -> timeline.execute(() -> regrant.begin(lostId, attached.values())));
        } else {
            listeners.tell(listener -> listener.onLeaseLost(lostId));
            end(SessionEnd.LEASE_LOST);
        }
    }

    private void epochEnded(EpochKey of, SessionEnd how) {
        if (over || !of.equals(epochKey)) {
            return;
        }
        if (how == SessionEnd.TAKEN_OVER) {
            release();
            end(SessionEnd.TAKEN_OVER);
        } else {
            release();
            leaseLost(leaseId, LossReason.SERVER_SAID_GONE);
        }
    }

    private void regranted(LeaseGrant grant, EpochKey epoch) {
        if (over) {
            revoke(grant.id());
            return;
        }
        live(grant, epoch);
        listeners.tell(listener -> listener.onRegranted(grant.id()));
    }

    private void ownerGone() {
        LOG.info("session's owner is gone lease={}", Long.toHexString(leaseId));
        finish(SessionEnd.OWNER_GONE, true);
    }

    private boolean isOver() {
        return over;
    }

    /** Ends it by this side's decision. */
    private void finish(SessionEnd how, boolean revoke) {
        if (over) {
            return;
        }
        release();
        end(how);
        if (revoke) {
            revoke(leaseId);
        } else {
            complete();
        }
    }

    /** The client is closed. */
    void abandon() {
        finish(SessionEnd.ORPHANED, false);
    }

    /** How it stands, for people. Any thread. */
    String describe() {
        return "lease " + Long.toHexString(leaseId) + ", valid for " + Listing.seconds(validFor())
                + (options.isRegranting() ? ", takes new leases" : "")
                + (epochKey.isThere() ? ", epoch " + epoch() : "") + ", keys attached " + attached.size();
    }

    CompletableFuture<Void> told() {
        return listeners.told();
    }

    private void release() {
        KeepAlive kept = keepAlive;
        keepAlive = null;
        if (kept != null) {
            kept.close();
        }
    }

    private void end(SessionEnd how) {
        over = true;
        registry.remove(this);
        if (epochWatch != null) {
            epochWatch.close();
        }
        listeners.tellLast(listener -> listener.onEnded(how), () -> ended.complete(how));
        if (how == SessionEnd.LEASE_LOST || how == SessionEnd.TAKEN_OVER) {
            complete();
        }
    }

    private void revoke(long id) {
        Duration time = ttl.compareTo(REVOKE_TIME_MAX) < 0 && !ttl.isZero() ? ttl : REVOKE_TIME_MAX;
        Futures.onEnd(leases.withTimeout(time).revoke(id), (revoked, failed) -> {
            if (failed != null) {
                LOG.warn("session's lease is not revoked, it ends by itself lease={}", Long.toHexString(id), failed);
            }
            complete();
        });
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private void complete() {
        caller.apart(() -> closeFuture.complete(null));
    }

    // ---- any thread

    @Override
    public long leaseId() {
        return leaseId;
    }

    @Override
    public Duration ttl() {
        return ttl;
    }

    @Override
    public Duration validFor() {
        KeepAlive kept = keepAlive;
        return over || kept == null ? Duration.ZERO : kept.validFor();
    }

    @Override
    public long epoch() {
        return epochKey.epoch();
    }

    @Override
    public SessionTicket ticket() {
        EpochKey epoch = epochKey;
        if (!epoch.isThere()) {
            throw new IllegalStateException("the session is not resumable");
        }
        return new SessionTicket(leaseId, epoch.epoch());
    }

    @Override
    public List<Compare> guard() {
        EpochKey epoch = epochKey;
        return epoch.isThere() ? List.of(Compare.version(epoch.key()).equalTo(epoch.epoch())) : List.of();
    }

    @Override
    public CompletableFuture<Void> attach(ByteSequence key, ByteSequence value) {
        if (over) {
            return CompletableFuture.failedFuture(
                    LeaseholdException.local(LeaseholdException.Kind.CLOSED, "the session has ended"));
        }
        return attached.put(key, value, leaseId);
    }

    @Override
    public CompletableFuture<Void> detach(ByteSequence key) {
        return attached.delete(key);
    }

    @Override
    public void heartbeat() {
        owner.heartbeat();
    }

    @Override
    public void listen(SessionListener listener) {
        if (over) {
            tellLate(listener);
            return;
        }
        timeline.execute(() -> {
            if (!over) {
                listeners.add(listener);
            } else {
                tellLate(listener);
            }
        });
    }

    private void tellLate(SessionListener listener) {
        Futures.onEnd(ended, (how, never) -> caller.apart(() -> listener.onEnded(how)));
    }

    @Override
    public CompletableFuture<SessionEnd> ended() {
        return ended;
    }

    @Override
    public void orphan() {
        timeline.execute(() -> finish(SessionEnd.ORPHANED, false));
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        timeline.execute(() -> finish(SessionEnd.CLOSED, true));
        return closeFuture;
    }

    @Override
    public void close() {
        Blocking.await(closeAsync());
    }

    /** Hears of the session's present lease. */
    private final class LeaseWatch implements LeaseListener {
        @Override
        public void onExpiring(long id, Duration left) {
            listeners.tell(listener -> listener.onExpiring(left));
        }

        @Override
        public void onLost(long id, LossReason reason) {
            timeline.execute(() -> leaseLost(id, reason));
        }
    }
}
