package io.leasehold.client.internal.rpc;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.metrics.ClientMetrics;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes calls and streams: picks the endpoint, sends the token, repeats what may be repeated. Any thread. */
public final class Caller {
    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    /** Asks a member that has lost its leader to end the stream instead of leaving it hanging. */
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final EndpointPool pool;
    private final Timeline timeline;
    private final Executor callbacks;
    private final TokenSource tokens;
    private final RandomGenerator random;
    private final ClientMetrics metrics;
    private final Set<UnaryCall<?, ?, ?>> open = ConcurrentHashMap.newKeySet();
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
    private final OpenStreams streams = new OpenStreams();
    private volatile boolean closed;

    /** A caller over these parts, which it does not close. Futures complete on {@code callbacks}. */
    public Caller(
            EndpointPool pool,
            Timeline timeline,
            Executor callbacks,
            TokenSource tokens,
            RandomGenerator random,
            ClientMetrics metrics) {
        this.pool = pool;
        this.timeline = timeline;
        this.callbacks = callbacks;
        this.tokens = tokens;
        this.random = random;
        this.metrics = metrics;
    }

    /** The same without tokens: for fetching one. */
    public Caller withoutToken() {
        return new Caller(pool, timeline, callbacks, TokenSource.NONE, random, metrics);
    }

    /**
     * Makes a call.
     *
     * @param method says the names of the messages
     * @param accept turns the answer into what the caller wants; a LeaseholdException of kind {@code STALE_READ} makes it
     *     ask elsewhere, any other exception fails the future
     */
    public <Q, A, R> CompletableFuture<R> call(
            MethodDescriptor<Q, A> method, Q request, Repeat repeat, long timeoutNanos, Function<A, R> accept) {
        return callAt(null, method, request, repeat, timeoutNanos, accept);
    }

    /** The same at one endpoint and no other. */
    public <Q, A, R> CompletableFuture<R> callAt(
            @Nullable Endpoint pinned,
            MethodDescriptor<Q, A> method,
            Q request,
            Repeat repeat,
            long timeoutNanos,
            Function<A, R> accept) {
        UnaryCall<Q, A, R> call = new UnaryCall<>(this, pinned, method, request, repeat, timeoutNanos, accept);
        if (closed) {
            return CompletableFuture.failedFuture(closedException());
        }
        open.add(call);
        CompletableFuture<R> answer = call.begin();
        if (closed) {
            call.abort();
        }
        return answer;
    }

    void ended(UnaryCall<?, ?, ?> call) {
        open.remove(call);
    }

    /**
     * Opens a stream on the endpoint in use, or on another one than {@code avoided} if there is one. To be called on the
     * client's thread.
     */
    public <Q, A> OpenStream<Q, A> open(MethodDescriptor<Q, A> method, @Nullable Endpoint avoided, StreamSink<A> sink) {
        return openAt(pool.pick(avoided), method, sink);
    }

    /** Opens a stream at one endpoint. To be called on the client's thread. */
    public <Q, A> OpenStream<Q, A> openAt(Endpoint endpoint, MethodDescriptor<Q, A> method, StreamSink<A> sink) {
        OpenStream<Q, A> stream = new OpenStream<>(this, method, sink, endpoint);
        streams.add(stream);
        CompletableFuture<String> token = tokens.token();
        if (token.isDone() && !token.isCompletedExceptionally()) {
            stream.start(token.join());
        } else {
            Futures.onEnd(
                    token,
                    (fetched, failed) -> timeline.execute(() -> {
                        if (fetched != null) {
                            stream.start(fetched);
                        } else {
                            stream.failToStart(Futures.cause(Objects.requireNonNull(failed)));
                        }
                    }));
        }
        return stream;
    }

    OpenStreams streams() {
        return streams;
    }

    /** The open streams and what they have carried, for people. */
    public String describeStreams() {
        return streams.describe(timeline.nanos());
    }

    /** What a closed client answers. */
    public static LeaseholdException closedException() {
        return LeaseholdException.local(LeaseholdException.Kind.CLOSED, "the client is closed");
    }

    /**
     * Refuses calls from now on, and fails those that are open and what was to be ended with them, on this thread.
     */
    public void close() {
        closed = true;
        open.forEach(UnaryCall::abort);
        pending.forEach(future -> future.completeExceptionally(closedException()));
    }

    /**
     * The same future, which fails when the client is closed before it has ended: the client's thread, on which it would have
     * been ended, takes no more tasks then.
     */
    public <T> CompletableFuture<T> untilClosed(CompletableFuture<T> future) {
        pending.add(future);
        Futures.onEnd(future, (value, failed) -> forget(future));
        if (closed) {
            future.completeExceptionally(closedException());
        }
        return future;
    }

    @SuppressWarnings("CollectionUndefinedEquality") // By identity, which is meant: futures have no other equality.
    private void forget(CompletableFuture<?> future) {
        pending.remove(future);
    }

    /** Whether it refuses calls. */
    public boolean isClosed() {
        return closed;
    }

    /** This endpoint does not do what it should: others are tried first for a while. */
    public void distrust(Endpoint endpoint, String why) {
        pool.failed(endpoint, why);
    }

    /** The endpoint for a new stream: that in use, or another than {@code avoided}. */
    public Endpoint pick(@Nullable Endpoint avoided) {
        return pool.pick(avoided);
    }

    void streamEnded(Endpoint endpoint, String token, Status status) {
        if (closed) {
            return;
        }
        if (Failures.isTokenRefused(status)) {
            tokens.invalidate(token);
        } else if (Failures.isEndpointFailure(status)) {
            pool.failed(endpoint, String.valueOf(status.getDescription()));
        }
    }

    /** Gives a call up. A transport that fails at that must not keep its caller from going on. */
    static void cancel(ClientCall<?, ?> call, String why) {
        try {
            call.cancel(why, null);
        } catch (RuntimeException transportFailed) {
            LOG.debug("a call could not be cancelled", transportFailed);
        }
    }

    static Metadata headers(String token, boolean hasLeader) {
        Metadata headers = new Metadata();
        if (!token.isEmpty()) {
            headers.put(TOKEN, token);
        }
        if (hasLeader) {
            headers.put(HAS_LEADER, "true");
        }
        return headers;
    }

    /** The endpoints. */
    public EndpointPool pool() {
        return pool;
    }

    /** The client's thread and clock. */
    public Timeline timeline() {
        return timeline;
    }

    /** Where users' code runs. */
    public Executor callbacks() {
        return callbacks;
    }

    /** Runs it where users' code may hang on it; here, if the client's threads are gone. */
    public void apart(Runnable task) {
        try {
            callbacks.execute(task);
        } catch (RejectedExecutionException closedExecutor) {
            task.run();
        }
    }

    /** Chance, for spreading and for ids; any thread. */
    public RandomGenerator random() {
        return random;
    }

    /** Where counts go. */
    public ClientMetrics metrics() {
        return metrics;
    }

    TokenSource tokens() {
        return tokens;
    }
}
