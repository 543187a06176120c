package io.leasehold.client;

import io.leasehold.client.internal.admin.GrpcAuth;
import io.leasehold.client.internal.lease.KeepAliveEngine;
import io.leasehold.client.internal.rpc.CachedToken;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.ChannelSource;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.client.internal.rpc.EndpointPool;
import io.leasehold.client.internal.rpc.HealthProbe;
import io.leasehold.client.internal.rpc.RevisionGuard;
import io.leasehold.client.internal.rpc.TokenSource;
import io.leasehold.client.internal.session.SessionRegistry;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Pauses;
import io.leasehold.client.internal.time.RealTimeline;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.internal.watch.WatchEngine;
import io.leasehold.protocol.ReadsClock;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the views of one client share, and the order in which it is taken down. */
final class ClientCore {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCore.class);
    private static final long THREAD_IDLE_SECONDS = 30;

    /** Calls that are cut off by the close are told so within moments. */
    private static final long THREAD_IDLE_MILLIS_BEHIND_CLOSE = 50;

    private final Timeline timeline;
    private final EndpointPool pool;
    private final Caller caller;
    private final RevisionGuard guard;
    private final HealthProbe probe;
    private final WatchEngine watchEngine;
    private final KeepAliveEngine keepAliveEngine;
    private final SessionRegistry sessions = new SessionRegistry();
    private final Pauses pauses;
    private final long callTimeoutNanos;
    private final long closeTimeoutNanos;
    private final @Nullable ThreadPoolExecutor ownCallbacks;
    private final AtomicBoolean closed = new AtomicBoolean();

    ClientCore(
            LeaseholdClientBuilder settings,
            Timeline timeline,
            ChannelSource channels,
            Executor callbacks,
            @Nullable ThreadPoolExecutor ownCallbacks,
            RandomGenerator random) {
        this.timeline = timeline;
        this.pauses = new Pauses(timeline);
        this.ownCallbacks = ownCallbacks;
        this.callTimeoutNanos = settings.callTimeout.toNanos();
        this.closeTimeoutNanos = settings.closeTimeout.toNanos();
        int first = random.nextInt(settings.endpoints.size());
        this.pool = new EndpointPool(settings.endpoints, first, channels, timeline, settings.metrics);
        Caller anonymous = new Caller(pool, timeline, callbacks, TokenSource.NONE, random, settings.metrics);
        TokenSource tokens = tokens(settings, anonymous, callbacks);
        this.caller = new Caller(pool, timeline, callbacks, tokens, random, settings.metrics);
        this.guard = new RevisionGuard(settings.ordering);
        this.watchEngine = new WatchEngine(caller, guard);
        this.keepAliveEngine = new KeepAliveEngine(caller);
        this.probe = new HealthProbe(pool, timeline, settings.healthInterval.toNanos());
        probe.start();
    }

    @ReadsClock("wires the real clock and real chance")
    static ClientCore overTheNetwork(LeaseholdClientBuilder settings) {
        Executor given = settings.callbackExecutor;
        ThreadPoolExecutor own = given == null ? daemonPool() : null;
        Executor callbacks = own == null ? Objects.requireNonNull(given) : own;
        return new ClientCore(
                settings,
                new RealTimeline("leasehold-client"),
                new NettyChannels(settings, callbacks),
                callbacks,
                own,
                new Random(ThreadLocalRandom.current().nextLong()));
    }

    private static ThreadPoolExecutor daemonPool() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, THREAD_IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "leasehold-callback-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private static TokenSource tokens(LeaseholdClientBuilder settings, Caller anonymous, Executor callbacks) {
        String user = settings.user;
        String password = settings.password;
        Supplier<String> supplier = settings.token;
        if (user != null && password != null) {
            return new CachedToken(
                    () -> new GrpcAuth(anonymous, settings.callTimeout.toNanos()).authenticate(user, password));
        }
        if (supplier != null) {
            return new CachedToken(() -> CompletableFuture.supplyAsync(supplier, callbacks));
        }
        return TokenSource.NONE;
    }

    Caller caller() {
        return caller;
    }

    RevisionGuard guard() {
        return guard;
    }

    WatchEngine watchEngine() {
        return watchEngine;
    }

    KeepAliveEngine keepAliveEngine() {
        return keepAliveEngine;
    }

    SessionRegistry sessions() {
        return sessions;
    }

    Pauses pauses() {
        return pauses;
    }

    long callTimeoutNanos() {
        return callTimeoutNanos;
    }

    String describe() {
        StringBuilder text = new StringBuilder("endpoints:\n");
        for (Endpoint endpoint : pool.endpoints()) {
            text.append("  ").append(endpoint);
            text.append(endpoint == pool.current() ? "  <- in use\n" : "\n");
        }
        return text.append(caller.describeStreams())
                .append(sessions.describe())
                .append(watchEngine.describe())
                .append(keepAliveEngine.describe())
                .toString();
    }

    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        caller.close();
        pauses.close();
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        timeline.execute(() -> {
            probe.stop();
            Futures.onEnd(
                    CompletableFuture.allOf(sessions.close(), watchEngine.close(), keepAliveEngine.close()),
                    (done, failed) -> told.complete(true));
        });
        awaitTold(told);
        pool.close();
        timeline.close();
        if (ownCallbacks != null) {
            // Not shut down: what calls in flight still have for it would be refused. Its threads end when idle.
            ownCallbacks.setKeepAliveTime(THREAD_IDLE_MILLIS_BEHIND_CLOSE, TimeUnit.MILLISECONDS);
        }
    }

    /** Listeners are told the end before this returns, unless one of them blocks, or is who closes. */
    private void awaitTold(CompletableFuture<Boolean> told) {
        try {
            told.get(closeTimeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException slowListener) {
            LOG.warn("a listener still runs after the close time-out; the client is closed all the same");
        }
    }
}
