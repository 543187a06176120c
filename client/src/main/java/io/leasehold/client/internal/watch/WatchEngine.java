package io.leasehold.client.internal.watch;

import io.grpc.Status;
import io.leasehold.client.internal.kv.KvWire;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.client.internal.rpc.Failures;
import io.leasehold.client.internal.rpc.Namespace;
import io.leasehold.client.internal.rpc.OpenStream;
import io.leasehold.client.internal.rpc.RevisionGuard;
import io.leasehold.client.internal.rpc.StreamSink;
import io.leasehold.client.internal.time.Listing;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.WatchCancelRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchProgressRequest;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All watches of a client on one stream. When the stream ends it is opened anew, elsewhere if possible, and each watch is
 * created again at the first revision it has not handed over: nothing is lost, and what comes twice is dropped.
 *
 * <p>Everything but {@link #in} and {@link #describe} happens on the client's thread.
 */
public final class WatchEngine {
    private static final Logger LOG = LoggerFactory.getLogger(WatchEngine.class);
    private static final long PAUSE_NANOS_MIN = 50_000_000L;
    /** A server that comes back has its watches back within a second. */
    private static final long PAUSE_NANOS_MAX = 1_000_000_000L;

    private static final WatchEnd END_OF_CLIENT = new WatchEnd(WatchEnd.Reason.CLOSED, 0, "the client is closed");

    private final Caller caller;
    private final Timeline timeline;
    private final RevisionGuard guard;
    private final Set<RunningWatch> watches =
            new ConcurrentSkipListSet<>(Comparator.comparingLong(RunningWatch::number));
    private final Map<Long, RunningWatch> byId = new HashMap<>();

    /** Creations that are not answered yet, in order, which is that of the answers: a refused one comes without its id. */
    private final Deque<Long> creating = new ArrayDeque<>();

    private @Nullable OpenStream<WatchRequest, WatchResponse> stream;
    private @Nullable Endpoint avoided;
    private boolean reopening;
    private boolean closed;
    private int outages;
    private final AtomicLong numbers = new AtomicLong();
    private long nextId = 1;
    private volatile int count;

    /** An engine without watches; it opens its stream with the first. */
    public WatchEngine(Caller caller, RevisionGuard guard) {
        this.caller = caller;
        this.timeline = caller.timeline();
        this.guard = guard;
    }

    /** Watches whose keys are in this namespace. */
    public Watches in(Namespace namespace) {
        return (range, options, listener) -> {
            RunningWatch watch = new RunningWatch(
                    this,
                    numbers.incrementAndGet(),
                    caller.callbacks(),
                    namespace.outer(range),
                    new KvWire(namespace),
                    options,
                    listener);
            timeline.execute(() -> add(watch));
            if (caller.isClosed()) {
                // The client's thread may take no more tasks.
                watch.end(END_OF_CLIENT);
            }
            return watch;
        };
    }

    private void add(RunningWatch watch) {
        if (closed) {
            watch.end(END_OF_CLIENT);
            return;
        }
        watches.add(watch);
        count = watches.size();
        if (stream == null) {
            if (!reopening) {
                open();
            }
        } else {
            create(watch);
        }
    }

    private void open() {
        reopening = false;
        if (closed || watches.isEmpty()) {
            return;
        }
        byId.clear();
        creating.clear();
        stream = caller.open(WatchGrpc.getWatchMethod(), avoided, new Inbound());
        for (RunningWatch watch : watches) {
            if (!watch.isLagging()) {
                create(watch);
            }
        }
    }

    private void create(RunningWatch watch) {
        // An id of our own: answers on their way to an earlier life of the watch are not taken for this one's.
        long id = nextId++;
        watch.created(id);
        byId.put(id, watch);
        creating.add(id);
        send(WatchRequest.newBuilder().setCreateRequest(watch.request(id)).build());
    }

    private void send(WatchRequest request) {
        if (stream != null) {
            stream.send(request);
        }
    }

    /** Takes a watch off the server; it may come back by {@link #resume}. */
    void suspend(RunningWatch watch) {
        byId.remove(watch.id());
        send(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(watch.id()))
                .build());
    }

    /** Creates a suspended watch again where it stopped. */
    void resume(RunningWatch watch) {
        timeline.execute(() -> {
            if (watches.contains(watch) && watch.stopLagging() && stream != null) {
                create(watch);
            }
        });
    }

    void requestProgress() {
        timeline.execute(() -> send(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build()));
    }

    void closed(RunningWatch watch) {
        timeline.execute(() -> {
            if (watches.remove(watch)) {
                count = watches.size();
                suspend(watch);
                closeIfIdle();
            }
        });
    }

    private void drop(RunningWatch watch, WatchEnd end) {
        watches.remove(watch);
        byId.remove(watch.id());
        count = watches.size();
        watch.end(end);
        closeIfIdle();
    }

    private void closeIfIdle() {
        if (watches.isEmpty() && stream != null) {
            stream.close("no watches left");
            stream = null;
        }
    }

    /** Ends all watches; completes when their listeners have been told. */
    public CompletableFuture<Void> close() {
        closed = true;
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (RunningWatch watch : watches) {
            watch.end(END_OF_CLIENT);
            told.add(watch.told());
        }
        watches.clear();
        closeIfIdle();
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    /** The watches in the order in which they were asked for, and how they stand, for people. */
    public String describe() {
        return Listing.of("watches: " + count, count, watches.stream().map(RunningWatch::describe));
    }

    private void interrupted(Status status) {
        stream = null;
        String why = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        if (outages == 0) {
            LOG.info("watch stream lost watches={} why={}", watches.size(), why);
        }
        for (RunningWatch watch : watches) {
            watch.interrupted(why);
        }
        if (status.getCode() == Status.Code.PERMISSION_DENIED
                || (status.getCode() == Status.Code.UNAUTHENTICATED && !Failures.isTokenRefused(status))) {
            WatchEnd end = new WatchEnd(WatchEnd.Reason.REFUSED, 0, why);
            List.copyOf(watches).forEach(watch -> drop(watch, end));
            return;
        }
        reopenLater();
    }

    private void reopenLater() {
        if (closed || watches.isEmpty() || reopening) {
            return;
        }
        reopening = true;
        long most = Math.min(PAUSE_NANOS_MIN << Math.min(outages, 10), PAUSE_NANOS_MAX);
        outages++;
        long pause = outages == 1 ? 0 : most / 2 + caller.random().nextLong(most / 2);
        timeline.after(pause, this::open);
    }

    private final class Inbound implements StreamSink<WatchResponse> {
        @Override
        public void message(WatchResponse response) {
            outages = 0;
            avoided = null;
            RunningWatch watch = byId.get(idOf(response));
            if (watch == null) {
                if (response.getWatchId() == -1 && response.getEventsCount() == 0 && !response.getCanceled()) {
                    watches.forEach(any -> any.progress(response.getHeader().getRevision()));
                }
                return;
            }
            if (response.getCanceled()) {
                cancelled(watch, response);
            } else {
                guard.saw(response.getHeader());
                watch.take(response);
            }
        }

        private long idOf(WatchResponse response) {
            long id = response.getWatchId();
            if (!response.getCreated() || creating.remove(id)) {
                return id;
            }
            Long first = response.getCanceled() ? creating.poll() : null;
            return first == null ? id : first;
        }

        @Override
        public void ended(Status status) {
            avoided = stream == null ? null : stream.endpoint();
            interrupted(status);
        }

        private void cancelled(RunningWatch watch, WatchResponse response) {
            byId.remove(watch.id());
            long compacted = response.getCompactRevision();
            String reason = response.getCancelReason();
            ErrorCode refusal = Failures.errorCodeIn(reason);
            if (compacted > 0) {
                if (watch.compacted(compacted)) {
                    create(watch);
                } else {
                    drop(
                            watch,
                            new WatchEnd(
                                    WatchEnd.Reason.COMPACTED,
                                    compacted,
                                    "history before revision " + compacted + " has been compacted"));
                }
            } else if (mayBeTheToken(refusal) && watch.mayTryToken() && streamsTokenIsReplaced()) {
                // The token was sent with the stream, so that a new one needs a new stream.
                restart();
            } else if (response.getCreated() || refusal == ErrorCode.PERMISSION_DENIED) {
                drop(watch, new WatchEnd(WatchEnd.Reason.REFUSED, 0, reason));
            } else {
                // A server that gives up a watch for reasons of its own, as when it stops.
                watch.interrupted(reason);
                timeline.after(PAUSE_NANOS_MAX, () -> {
                    if (watches.contains(watch) && !byId.containsKey(watch.id()) && stream != null) {
                        create(watch);
                    }
                });
            }
        }

        private boolean streamsTokenIsReplaced() {
            return stream != null && stream.tokenRefused();
        }

        /** etcd's 3.4 says "permission denied" also of a token it does not know. */
        private boolean mayBeTheToken(@Nullable ErrorCode refusal) {
            return refusal == ErrorCode.PERMISSION_DENIED || (refusal != null && Failures.isTokenRefused(refusal));
        }

        private void restart() {
            if (stream != null) {
                stream.close("new token");
                stream = null;
            }
            reopenLater();
        }
    }
}
