package io.leasehold.client.internal.naming;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.recipes.ClientParts;
import io.leasehold.client.internal.recipes.Disappearance;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.internal.time.Listeners;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.JsonValue;
import io.leasehold.client.naming.Registration;
import io.leasehold.client.naming.RegistrationOptions;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An endpoint on the lease of a session, and after a loss on that of the next one. Its course belongs to its turns; what users
 * read is published by volatile fields.
 */
final class KeptRegistration implements Registration {
    private static final Logger LOG = LoggerFactory.getLogger(KeptRegistration.class);

    /** A registry that refuses is not asked more often. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KeyNaming naming;
    private final ClientParts parts;
    private final ByteSequence keyBytes;
    private final RegistrationOptions options;
    private final ListenerQueue turns;
    private final Listeners<Listener> listeners;
    private final CompletableFuture<Registration> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile State state = State.LOST;
    private volatile long leaseId;
    private volatile Endpoint endpoint;
    private @Nullable Session session;
    private @Nullable Disappearance ownKey;
    private long lastLease;
    private boolean closing;

    KeptRegistration(KeyNaming naming, String key, Endpoint endpoint, RegistrationOptions options) {
        this.naming = naming;
        this.parts = naming.parts();
        this.keyBytes = ByteSequence.utf8(key);
        this.endpoint = endpoint;
        this.options = options;
        this.turns = new ListenerQueue(parts.callbacks());
        this.listeners = new Listeners<>(parts.callbacks());
    }

    CompletableFuture<Registration> begin() {
        Futures.onEnd(begun, (registered, failed) -> {
            if (failed != null) {
                turns.add(this::finish);
            }
        });
        turns.add(this::open);
        return begun;
    }

    // ---- in turns

    private void open() {
        if (closing) {
            return;
        }
        Futures.onEnd(
                naming.sessions().open(SessionOptions.DEFAULT.ttl(options.ttl())),
                (opened, failed) -> turns.add(() -> {
                    if (opened == null) {
                        failed(Objects.requireNonNull(failed));
                    } else if (closing) {
                        Futures.onEnd(opened.closeAsync(), (done, never) -> {});
                    } else {
                        opened(opened);
                    }
                }));
    }

    private void opened(Session opened) {
        session = opened;
        lastLease = leaseId;
        leaseId = opened.leaseId();
        Futures.onEnd(opened.ended(), (how, never) -> turns.add(() -> sessionEnded(opened, how)));
        put(opened);
    }

    private void put(Session mine) {
        // Ours are the key that is not there, the one put before, and the one that hangs on the lease just lost.
        Op put = Op.put(keyBytes, endpoint.encoded(), PutOptions.DEFAULT.lease(mine.leaseId()));
        Op.TxnRequest ifMine = ifLease(mine.leaseId(), put, Op.txn(ifLease(lastLease, put, Op.get(keyBytes))));
        Op elsewhere = options.isOverwriting() ? put : Op.txn(ifMine);
        Futures.onEnd(
                parts.kv()
                        .txn()
                        .when(Compare.absent(keyBytes))
                        .then(put)
                        .otherwise(elsewhere)
                        .commit(),
                (result, failed) -> turns.add(() -> {
                    if (mine != session) {
                        return;
                    }
                    KeyValue holder = result == null ? null : holder(result);
                    if (result == null) {
                        failed(Objects.requireNonNull(failed));
                    } else if (holder != null) {
                        failed(LeaseholdException.local(
                                LeaseholdException.Kind.REFUSED,
                                "already registered: " + key() + " by lease " + Long.toHexString(holder.leaseId())));
                    } else {
                        registered(result.header().revision());
                    }
                }));
    }

    private Op.TxnRequest ifLease(long lease, Op put, Op otherwise) {
        // Lease 0 is that of keys put by hand, which are not ours.
        Compare mine =
                lease == 0 ? Compare.absent(keyBytes) : Compare.lease(keyBytes).equalTo(lease);
        return new Op.TxnRequest(List.of(mine), List.of(put), List.of(otherwise));
    }

    /** Who else has the key; null if it is put. */
    private @Nullable KeyValue holder(TxnResult result) {
        if (result.succeeded() || options.isOverwriting()) {
            return null;
        }
        TxnResult ifMine = result.txn(0);
        if (ifMine.succeeded()) {
            return null;
        }
        TxnResult ifLast = ifMine.txn(0);
        return ifLast.succeeded() ? null : ifLast.get(0).first().orElse(null);
    }

    private void registered(long revision) {
        Disappearance before = ownKey;
        ownKey = Disappearance.of(parts, keyBytes, revision, any -> true, () -> turns.add(this::keyDeleted));
        if (before != null) {
            before.close();
        }
        become(State.REGISTERED);
        parts.apart(() -> begun.complete(this));
    }

    private void failed(Throwable failure) {
        Throwable cause = Futures.cause(failure);
        if (!begun.isDone() && !ClientParts.isPassing(cause)) {
            parts.apart(() -> begun.completeExceptionally(cause));
            return;
        }
        LOG.warn("endpoint is not registered, is tried again key={} why={}", key(), cause.getMessage());
        Session mine = session;
        Futures.onEnd(
                parts.pauses().of(PAUSE),
                (passed, cancelled) -> turns.add(() -> {
                    if (!Boolean.TRUE.equals(passed) || closing) {
                        return;
                    }
                    if (mine != null && mine == session) {
                        put(mine);
                    } else if (session == null) {
                        open();
                    }
                }));
    }

    private void sessionEnded(Session which, @Nullable SessionEnd how) {
        if (which != session || closing) {
            return;
        }
        LOG.info("endpoint lost its lease key={} lease={} how={}", key(), Long.toHexString(leaseId), how);
        session = null;
        become(State.LOST);
        if (how == SessionEnd.LEASE_LOST) {
            // Behind what the listeners are told: they are to know before there is a new lease.
            listeners.thenRun(() -> turns.add(this::open));
        }
    }

    /** With its lease, or by somebody's hand: a renewal shows which. */
    private void keyDeleted() {
        Session mine = session;
        if (mine == null || closing) {
            return;
        }
        become(State.LOST);
        Futures.onEnd(
                naming.leases().keepAliveOnce(mine.leaseId()),
                (renewal, failed) -> turns.add(() -> {
                    if (mine != session || closing) {
                        return;
                    }
                    if (renewal == null) {
                        mine.orphan();
                        session = null;
                        open();
                    } else if (options.isReasserting()) {
                        put(mine);
                    }
                }));
    }

    private void become(State next) {
        if (state != next) {
            state = next;
            listeners.tell(listener -> listener.onState(next));
        }
    }

    private void finish() {
        if (closing) {
            return;
        }
        closing = true;
        if (ownKey != null) {
            ownKey.close();
        }
        become(State.CLOSED);
        Session mine = session;
        if (mine == null) {
            succeed();
            return;
        }
        // The key goes with the lease; the delete before it is for those who watch, should revoking take long.
        Futures.onEnd(
                parts.kv()
                        .txn()
                        .when(Compare.lease(keyBytes).equalTo(mine.leaseId()))
                        .then(Op.delete(keyBytes))
                        .commit(),
                (gone, failed) -> Futures.onEnd(mine.closeAsync(), (done, never) -> succeed()));
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private void succeed() {
        closed.complete(null);
    }

    // ---- any thread

    @Override
    public String key() {
        return keyBytes.toUtf8();
    }

    @Override
    public long leaseId() {
        return leaseId;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public void listen(Listener listener) {
        listeners.thenRun(() -> {
            listeners.add(listener);
            listener.onState(state);
        });
    }

    @Override
    public CompletableFuture<Void> updateMetadata(JsonValue metadata) {
        Endpoint next = new Endpoint(endpoint.address(), metadata);
        endpoint = next;
        long lease = leaseId;
        return parts.kv()
                .txn()
                .when(Compare.lease(keyBytes).equalTo(lease))
                .then(Op.put(keyBytes, next.encoded(), PutOptions.DEFAULT.lease(lease)))
                .commit()
                .thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        turns.add(this::finish);
        return closed;
    }

    @Override
    public void close() {
        Blocking.await(closeAsync());
    }
}
