package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.Header;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.client.session.Session;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What this client owns, on which lease, and how it gives it back. Everything but what says otherwise happens on the
 * client's thread.
 *
 * <p>Why a read of an entry is not stale: a write of the key that was acknowledged to anybody either went through this
 * client, which takes the value out of the entry before it is sent; or it found the leasing key gone, which is after the
 * entry was taken out (when it was given back) or after the lease had ended on the server (which is after
 * {@link #holds} has become false here). So an entry that was seen before {@code holds} was asked, and found true, was
 * current when it was seen.
 */
final class LeasingCore {
    /** Over two TTLs: an owner that dies when it is first asked, and the server's own lateness. */
    private static final long WAIT_EXTRA_NANOS = 5_000_000_000L;

    private static final long RETRY_SPREAD_NANOS = 20_000_000L;

    private final Timeline timeline;
    private final Executor callbacks;
    private final RandomGenerator random;
    private final LeasingKeys names;
    private final LeasingOptions options;
    private final KeyCache cache;
    private final Departures departures = new Departures();
    private final Returns returns;
    private final LeasingStatistics statistics = new LeasingStatistics();
    private final AtomicReference<Header> seen = new AtomicReference<>(new Header(0, 0, 0, 0));

    /** Writes that have not ended. */
    private final Set<GuardedWrite> open = ConcurrentHashMap.newKeySet();

    private final Session session;
    private final OwnershipNews news;
    private volatile @Nullable Watcher watcher;
    private volatile boolean closed;

    /** The watch of leasing keys has ended for good: nothing may be owned without it. */
    private boolean deaf;

    LeasingCore(
            Timeline timeline,
            Executor callbacks,
            RandomGenerator random,
            Kv server,
            LeasingKeys names,
            LeasingOptions options,
            Session session) {
        this.timeline = timeline;
        this.callbacks = callbacks;
        this.random = random;
        this.names = names;
        this.options = options;
        this.session = session;
        this.cache = new KeyCache(options.entriesMax(), options.acquirePause().toNanos());
        this.returns = new Returns(this, server);
        this.news = new OwnershipNews(this, returns, session);
    }

    /** Begins to follow the leasing keys and the lease; completes when nothing that happens from then on is missed. */
    CompletableFuture<Long> begin(Watches watches) {
        session.listen(news);
        Watcher begun = watches.watch(names.all(), WatchOptions.DEFAULT.goingOnAfterCompaction(), news);
        watcher = begun;
        return begun.established();
    }

    // ---- any thread

    /** Whether this lease is surely still there, so that nobody else can own what hangs on it. */
    boolean holds(long leaseId) {
        // In this order: a new lease is first given its id, and then its time.
        return session.isValid() && session.leaseId() == leaseId;
    }

    KeyCache cache() {
        return cache;
    }

    LeasingKeys names() {
        return names;
    }

    LeasingStatistics statistics() {
        return statistics;
    }

    Timeline timeline() {
        return timeline;
    }

    boolean isClosed() {
        return closed;
    }

    /** How long a write waits for somebody else's key. */
    long waitNanosMax() {
        return 2 * options.ttl().toNanos() + WAIT_EXTRA_NANOS;
    }

    /** Notes an answer of the server, for the headers of answers that come from here. */
    void saw(Header header) {
        if (header.revision() > seen.get().revision()) {
            seen.accumulateAndGet(header, (before, now) -> now.revision() > before.revision() ? now : before);
        }
    }

    /** The newest header that was seen. */
    Header header() {
        return seen.get();
    }

    /** A write has begun, which fails when this is closed. */
    void opened(GuardedWrite write) {
        open.add(write);
        if (closed) {
            write.fail(closedException());
        }
    }

    /** It has ended. */
    void ended(GuardedWrite write) {
        open.remove(write);
    }

    static LeaseholdException closedException() {
        return LeaseholdException.local(LeaseholdException.Kind.CLOSED, "the leasing cache is closed");
    }

    /** Completes a user's future where users' code runs. */
    <T> void complete(CompletableFuture<T> future, T value) {
        callBack(() -> future.complete(value));
    }

    void fail(CompletableFuture<?> future, Throwable failed) {
        callBack(() -> future.completeExceptionally(failed));
    }

    private void callBack(Runnable completion) {
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException clientClosed) {
            completion.run();
        }
    }

    private void failOpenWrites() {
        open.forEach(write -> write.fail(closedException()));
    }

    /** Closes what nobody has got hold of, and does not wait for it. */
    void abandon() {
        Futures.onEnd(close(), (done, never) -> {});
    }

    CompletableFuture<Void> close() {
        closed = true;
        failOpenWrites();
        Watcher begun = watcher;
        if (begun != null) {
            begun.close();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (session.isEnded()) {
            // As when the client is closed, whose thread takes no more tasks. Nothing is owned any more.
            finish(done);
            return done;
        }
        timeline.execute(() -> {
            cache.all().forEach(cache::remove);
            departures.anyMayBeGone();
            Futures.onEnd(session.closeAsync(), (nothing, failed) -> finish(done));
        });
        return done;
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private static void finish(CompletableFuture<Void> done) {
        done.complete(null);
    }

    /** The client itself has been closed. */
    void closedWithClient() {
        closed = true;
        failOpenWrites();
    }

    // ---- on the client's thread

    /** Nothing more will be heard of leasing keys. */
    void becomeDeaf() {
        deaf = true;
    }

    /** Handles the end of a call on the client's thread. */
    <T> void onEnd(CompletableFuture<T> call, BiConsumer<@Nullable T, @Nullable Throwable> handler) {
        Futures.onEnd(
                call,
                (value, failed) ->
                        timeline.execute(() -> handler.accept(value, failed == null ? null : Futures.cause(failed))));
    }

    /** The lease to own things on; 0 when there is none now. */
    long presentLease() {
        return session.isValid() ? session.leaseId() : 0;
    }

    /** Whether keys on this lease can no longer be given back: they go with the lease, or nobody is here to do it. */
    boolean isPast(long leaseId) {
        return closed || session.isEnded() || session.leaseId() != leaseId;
    }

    /** An entry for a key that is to be acquired; null if it must not be, now or ever. */
    @Nullable
    OwnedKey toAcquire(ByteSequence key) {
        if (closed
                || deaf
                || !session.isValid()
                || returns.areUnderWay(key)
                || cache.isResting(key, timeline.nanos())
                || !options.acquires().test(key)) {
            return null;
        }
        cache.crowdedOut().ifPresent(crowded -> {
            statistics.evicted.increment();
            giveBack(crowded);
        });
        return cache.isFull() ? null : cache.add(key);
    }

    /** Whether an entry that has been acquired on this lease is still wanted, and can be relied on. */
    boolean mayKeep(OwnedKey entry, long leaseId) {
        return !closed && !deaf && cache.find(entry.key()) == entry && holds(leaseId);
    }

    /** The key cannot be had now; it is not asked for again for a while. */
    void leaveAlone(OwnedKey entry) {
        cache.remove(entry);
        cache.rest(entry.key(), timeline.nanos());
    }

    /** Takes an entry out and gives its key back to all. */
    void giveBack(OwnedKey entry) {
        OwnedKey.Ownership owned = entry.ownership();
        if (cache.remove(entry) && owned != null) {
            returns.begin(entry.key(), owned.leaseId(), names.ownedSince(entry.key(), owned.createRevision()));
        }
    }

    /** The same, or makes sure that it will not be kept once it is acquired. */
    void giveBackOrDisturb(OwnedKey entry) {
        if (entry.ownership() == null) {
            entry.heard(Long.MAX_VALUE);
        } else {
            giveBack(entry);
        }
    }

    /** Gives back a key that was acquired, but cannot be relied on. */
    void giveBack(OwnedKey entry, long leaseId, long createRevision) {
        cache.remove(entry);
        returns.begin(entry.key(), leaseId, names.ownedSince(entry.key(), createRevision));
    }

    Departures departures() {
        return departures;
    }

    /** Runs a further attempt after a moment by chance, so that those who wait for the same key do not come at once. */
    void soon(Runnable attempt) {
        timeline.after(random.nextLong(RETRY_SPREAD_NANOS), attempt);
    }
}
