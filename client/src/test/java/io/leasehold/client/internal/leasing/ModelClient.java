package io.leasehold.client.internal.leasing;

import io.leasehold.client.VirtualTimeline;
import io.leasehold.client.call.Header;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.DeleteResult;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionListener;
import io.leasehold.client.session.SessionTicket;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;

/**
 * One client of a {@link ModelStore}: calls that take a while by chance, a watch that is late, a lease that is renewed, a
 * network that can be cut, and a process that can stand still. All on the test's thread.
 */
@NullUnmarked // What is not there is null here, as in a map.
final class ModelClient implements Kv, Watches, Session, Timeline, Executor {
    static final long TTL_NANOS = 3_000_000_000L;
    private static final long MARGIN_NANOS = 50_000_000L;
    private static final long CALL_NANOS_MAX = 1_000_000_000L;
    private static final long DELAY_NANOS_MAX = 20_000_000L;

    private final VirtualTimeline time;
    private final ModelStore store;
    private final Random random;
    private final LeasingKeys names;
    private final Deque<Runnable> whileStopped = new ArrayDeque<>();
    private final List<SessionListener> sessionListeners = new ArrayList<>();
    private final Deque<Runnable> unheard = new ArrayDeque<>();
    private WatchListener watch;
    private long lastHeardNanos;
    private boolean stopped;
    private boolean cut;
    private boolean ended;
    private long leaseId;
    private long validUntilNanos;
    int calls;

    /** When set the session says it is valid whatever happens: a fence that does not work. */
    boolean lyingSession;

    /** When more than 0, so many of the next calls are done by the server, and their answers lost. */
    int loseAnswers;

    final LeasingCore core;
    final CachingKv kv;

    ModelClient(VirtualTimeline time, ModelStore store, long seed, LeasingOptions options) {
        this.time = time;
        this.store = store;
        this.random = new Random(seed);
        this.names = new LeasingKeys(ByteSequence.utf8("own/"));
        newLease();
        this.core = new LeasingCore(this, this, random, this, names, options, this);
        this.kv = new CachingKv(core, this, CALL_NANOS_MAX, core.waitNanosMax());
        core.begin(this).join();
        store.follow(this::changed);
    }

    // ---- what the test does to it

    void cut(boolean now) {
        cut = now;
        if (!now) {
            tellUnheard();
        }
    }

    void stop() {
        stopped = true;
    }

    void goOn() {
        stopped = false;
        for (Runnable task = whileStopped.poll(); task != null; task = whileStopped.poll()) {
            time.execute(task);
        }
    }

    boolean isStopped() {
        return stopped;
    }

    // ---- the process

    @Override
    public void execute(Runnable task) {
        time.execute(() -> run(task));
    }

    private void run(Runnable task) {
        if (stopped) {
            whileStopped.add(() -> run(task));
        } else {
            task.run();
        }
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public void noticeSuspension() {}

    @Override
    public Timer after(long delayNanos, Runnable task) {
        return time.after(delayNanos, () -> run(task));
    }

    // ---- the network

    private long delayNanos() {
        return 100_000 + random.nextLong(DELAY_NANOS_MAX);
    }

    private <T> CompletableFuture<T> call(Op.TxnRequest txn, long timeoutNanos, Function<TxnResult, T> answer) {
        calls++;
        CompletableFuture<T> future = new CompletableFuture<>();
        boolean lost = loseAnswers > 0;
        loseAnswers = Math.max(0, loseAnswers - 1);
        time.after(delayNanos(), () -> {
            if (cut) {
                return;
            }
            TxnResult done;
            try {
                done = store.commit(txn);
            } catch (IllegalArgumentException refused) {
                after(
                        delayNanos(),
                        () -> future.completeExceptionally(LeaseholdException.local(
                                LeaseholdException.Kind.REFUSED, String.valueOf(refused.getMessage()))));
                return;
            }
            time.after(delayNanos(), () -> {
                if (!cut && !lost) {
                    run(() -> future.complete(answer.apply(done)));
                }
            });
        });
        after(
                timeoutNanos,
                () -> future.completeExceptionally(new LeaseholdException(
                        LeaseholdException.Kind.DEADLINE_EXCEEDED, null, true, "no answer", null)));
        return future;
    }

    private void changed(long revision, List<WatchEvent> events) {
        List<WatchEvent> heard = events.stream()
                .filter(event -> event.entry().key().startsWith(names.prefix()))
                .toList();
        if (heard.isEmpty()) {
            return;
        }
        long at = Math.max(time.nanos() + delayNanos(), lastHeardNanos + 1);
        lastHeardNanos = at;
        time.after(at - time.nanos(), () -> {
            unheard.add(() -> run(() -> watch.onEvents(new WatchBatch(revision, heard))));
            if (!cut) {
                tellUnheard();
            }
        });
    }

    private void tellUnheard() {
        for (Runnable batch = unheard.poll(); batch != null; batch = unheard.poll()) {
            time.execute(batch);
        }
    }

    /** The watch was away for so long that it missed something. */
    void missEvents() {
        unheard.clear();
        execute(() -> watch.onCompacted(store.revision));
    }

    // ---- Kv

    @Override
    public CompletableFuture<GetResult> get(KeyRange range, GetOptions options) {
        return read(range, options, CALL_NANOS_MAX);
    }

    private CompletableFuture<GetResult> read(KeyRange range, GetOptions options, long timeoutNanos) {
        Op.TxnRequest txn = new Op.TxnRequest(List.of(), List.of(Op.get(range, options)), List.of());
        return call(txn, timeoutNanos, done -> {
            GetResult found = done.get(0);
            return new GetResult(done.header(), found.entries(), found.more(), found.count());
        });
    }

    @Override
    public CompletableFuture<PutResult> put(ByteSequence key, ByteSequence value, PutOptions options) {
        throw new UnsupportedOperationException("writes are transactions");
    }

    @Override
    public CompletableFuture<DeleteResult> delete(KeyRange range, boolean previous) {
        throw new UnsupportedOperationException("writes are transactions");
    }

    @Override
    public CompletableFuture<TxnResult> commit(Op.TxnRequest txn) {
        return call(txn, CALL_NANOS_MAX, done -> done);
    }

    @Override
    public CompletableFuture<Header> compact(long revision, boolean physical) {
        throw new UnsupportedOperationException("nothing is compacted");
    }

    @Override
    public Kv withTimeout(Duration timeout) {
        return this;
    }

    // ---- Watches

    @Override
    public Watcher watch(KeyRange range, WatchOptions options, WatchListener listener) {
        watch = listener;
        return new Watcher() {
            @Override
            public CompletableFuture<Long> established() {
                return CompletableFuture.completedFuture(store.revision);
            }

            @Override
            public long nextRevision() {
                return 0;
            }

            @Override
            public void requestProgress() {}

            @Override
            public CompletableFuture<WatchEnd> ended() {
                return new CompletableFuture<>();
            }

            @Override
            public void close() {}
        };
    }

    // ---- Session

    private void newLease() {
        leaseId = store.grant(TTL_NANOS);
        validUntilNanos = time.nanos() + TTL_NANOS - MARGIN_NANOS;
        renewLater(leaseId);
    }

    private void renewLater(long id) {
        after(TTL_NANOS / 3, () -> renew(id));
    }

    private void renew(long id) {
        if (ended || id != leaseId) {
            return;
        }
        if (validUntilNanos - time.nanos() <= 0) {
            leaseLost(id);
            return;
        }
        long sentNanos = time.nanos();
        time.after(delayNanos(), () -> {
            if (cut) {
                return;
            }
            boolean alive = store.renew(id, TTL_NANOS, false);
            time.after(delayNanos(), () -> {
                if (!cut) {
                    run(() -> renewed(id, alive, sentNanos));
                }
            });
        });
        renewLater(id);
    }

    private void renewed(long id, boolean alive, long sentNanos) {
        if (id != leaseId) {
            return;
        }
        if (alive) {
            validUntilNanos = Math.max(validUntilNanos, sentNanos + TTL_NANOS - MARGIN_NANOS);
        } else {
            leaseLost(id);
        }
    }

    private void leaseLost(long id) {
        validUntilNanos = time.nanos();
        sessionListeners.forEach(listener -> listener.onLeaseLost(id));
        execute(this::regrant);
    }

    private void regrant() {
        if (cut) {
            after(TTL_NANOS / 10, this::regrant);
        } else {
            newLease();
        }
    }

    @Override
    public long leaseId() {
        return leaseId;
    }

    @Override
    public Duration ttl() {
        return Duration.ofNanos(TTL_NANOS);
    }

    @Override
    public Duration validFor() {
        if (lyingSession) {
            return Duration.ofSeconds(1);
        }
        return ended ? Duration.ZERO : Duration.ofNanos(Math.max(validUntilNanos - time.nanos(), 0));
    }

    @Override
    public long epoch() {
        return 0;
    }

    @Override
    public SessionTicket ticket() {
        throw new IllegalStateException("not resumable");
    }

    @Override
    public List<Compare> guard() {
        return List.of();
    }

    @Override
    public CompletableFuture<Void> attach(ByteSequence key, ByteSequence value) {
        throw new UnsupportedOperationException("nothing is attached");
    }

    @Override
    public CompletableFuture<Void> detach(ByteSequence key) {
        throw new UnsupportedOperationException("nothing is attached");
    }

    @Override
    public void heartbeat() {}

    @Override
    public void listen(SessionListener listener) {
        sessionListeners.add(listener);
    }

    @Override
    public CompletableFuture<SessionEnd> ended() {
        return ended ? CompletableFuture.completedFuture(SessionEnd.CLOSED) : new CompletableFuture<>();
    }

    @Override
    public void orphan() {
        ended = true;
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        ended = true;
        store.revoke(leaseId);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        closeAsync().join();
    }
}
