package io.leasehold.client.internal.watch;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.kv.KvWire;
import io.leasehold.client.internal.rpc.Failures;
import io.leasehold.client.internal.rpc.Wire;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One watch, over all its lives on streams. Owned by the client's thread; the {@link Watcher} methods take any. */
final class RunningWatch implements Watcher {
    /**
     * Batches that may wait for a slow listener. Behind them the watch is taken off the server, and comes back at its
     * revision when half of them are done.
     */
    private static final int WAITING_MAX = 256;

    /** A token that was renewed and is refused again is no good. */
    private static final int TOKEN_TRIES_MAX = 1;

    private final WatchEngine engine;
    private final long number;
    private final KeyRange outerRange;
    private final KvWire wire;
    private final WatchOptions options;
    private final WatchListener listener;
    private final ListenerQueue queue;
    private final CompletableFuture<Long> established = new CompletableFuture<>();
    private final CompletableFuture<WatchEnd> ended = new CompletableFuture<>();
    private final List<Event> fragments = new ArrayList<>();
    private volatile long nextRevision;
    private volatile boolean lagging;
    private volatile boolean over;
    private volatile boolean standing;
    private boolean interruptionTold;
    private int tokenTries;
    private long id;

    RunningWatch(
            WatchEngine engine,
            long number,
            Executor callbacks,
            KeyRange outerRange,
            KvWire wire,
            WatchOptions options,
            WatchListener listener) {
        this.engine = engine;
        this.number = number;
        this.outerRange = outerRange;
        this.wire = wire;
        this.options = options;
        this.listener = listener;
        this.queue = new ListenerQueue(callbacks);
        this.nextRevision = options.startRevision();
    }

    /** Its place among all watches of the client. Any thread. */
    long number() {
        return number;
    }

    /** How it stands, for people. Any thread. */
    String describe() {
        String state = lagging ? "catches up later, its listener is slow" : standing ? "follows" : "interrupted";
        return outerRange + ", " + state + ", next revision " + nextRevision + ", batches waiting " + queue.size();
    }

    long id() {
        return id;
    }

    void created(long newId) {
        id = newId;
        fragments.clear();
    }

    WatchCreateRequest request(long newId) {
        WatchCreateRequest.Builder request = WatchCreateRequest.newBuilder()
                .setKey(Wire.bytes(outerRange.key()))
                .setRangeEnd(Wire.bytes(outerRange.end()))
                .setStartRevision(nextRevision)
                .setProgressNotify(options.progress())
                .setPrevKv(options.previous())
                .setWatchId(newId)
                .setFragment(true);
        if (!options.puts()) {
            request.addFilters(WatchCreateRequest.FilterType.NOPUT);
        }
        if (!options.deletes()) {
            request.addFilters(WatchCreateRequest.FilterType.NODELETE);
        }
        return request.build();
    }

    /** Takes a response of its present life that is no cancellation. */
    void take(WatchResponse response) {
        long revision = response.getHeader().getRevision();
        if (response.getCreated()) {
            stands(revision);
            return;
        }
        if (response.getEventsCount() == 0 && !response.getFragment() && fragments.isEmpty()) {
            advanceTo(revision + 1);
            progress(revision);
            return;
        }
        fragments.addAll(response.getEventsList());
        if (!response.getFragment()) {
            List<Event> whole = List.copyOf(fragments);
            fragments.clear();
            handOver(whole);
        }
    }

    private void stands(long revision) {
        standing = true;
        interruptionTold = false;
        tokenTries = 0;
        if (nextRevision == 0) {
            nextRevision = revision + 1;
        }
        established.complete(revision);
        queue.add(listener::onEstablished);
    }

    private void handOver(List<Event> events) {
        List<WatchEvent> fresh = new ArrayList<>(events.size());
        long last = 0;
        for (Event event : events) {
            long revision = event.getKv().getModRevision();
            // Seen before, on an earlier stream.
            if (revision >= nextRevision) {
                fresh.add(new WatchEvent(
                        event.getType() == Event.EventType.DELETE ? WatchEvent.Type.DELETE : WatchEvent.Type.PUT,
                        wire.entry(event.getKv()),
                        event.hasPrevKv() ? wire.entry(event.getPrevKv()) : null));
                last = revision;
            }
        }
        if (fresh.isEmpty()) {
            return;
        }
        advanceTo(last + 1);
        WatchBatch batch = new WatchBatch(last, fresh);
        queue.add(() -> {
            if (!over) {
                listener.onEvents(batch);
            }
            if (lagging && queue.size() <= WAITING_MAX / 2) {
                engine.resume(this);
            }
        });
        if (queue.size() >= WAITING_MAX && !lagging) {
            lagging = true;
            engine.suspend(this);
        }
    }

    private void advanceTo(long revision) {
        if (revision > nextRevision) {
            nextRevision = revision;
        }
    }

    void progress(long revision) {
        if (standing && !lagging && queue.size() < WAITING_MAX) {
            queue.add(() -> {
                if (!over) {
                    listener.onProgress(revision);
                }
            });
        }
    }

    /** Tells of a compaction; answers whether the watch goes on. */
    boolean compacted(long compactRevision) {
        queue.add(() -> listener.onCompacted(compactRevision));
        advanceTo(compactRevision);
        return options.compaction() == WatchOptions.AfterCompaction.GO_ON;
    }

    void interrupted(String why) {
        standing = false;
        fragments.clear();
        if (!interruptionTold) {
            interruptionTold = true;
            queue.add(() -> listener.onInterrupted(why));
        }
    }

    boolean mayTryToken() {
        return tokenTries++ < TOKEN_TRIES_MAX;
    }

    boolean isLagging() {
        return lagging;
    }

    /** Answers whether it was lagging. */
    boolean stopLagging() {
        boolean was = lagging;
        lagging = false;
        return was;
    }

    void end(WatchEnd end) {
        if (ended.isDone()) {
            return;
        }
        if (end.reason() == WatchEnd.Reason.CLOSED) {
            over = true;
            queue.clear();
        }
        queue.last(() -> tellEnd(end));
    }

    private void tellEnd(WatchEnd end) {
        over = true;
        try {
            listener.onEnded(end);
        } finally {
            ended.complete(end);
            established.completeExceptionally(failure(end));
        }
    }

    /** What fails a watch that ends before it stood. */
    private static LeaseholdException failure(WatchEnd end) {
        String message = "the watch has ended: " + end.message();
        return switch (end.reason()) {
            case CLOSED -> LeaseholdException.local(LeaseholdException.Kind.CLOSED, message);
            case COMPACTED ->
                new LeaseholdException(LeaseholdException.Kind.REFUSED, ErrorCode.COMPACTED, false, message, null);
            case REFUSED -> {
                ErrorCode code = Failures.errorCodeIn(end.message());
                LeaseholdException.Kind kind = code == null
                        ? LeaseholdException.Kind.REFUSED
                        : Failures.exception(code.toStatus(), false, message).kind();
                yield new LeaseholdException(kind, code, false, message, null);
            }
        };
    }

    CompletableFuture<Void> told() {
        return queue.isInside() ? CompletableFuture.completedFuture(null) : queue.drained();
    }

    @Override
    public CompletableFuture<Long> established() {
        return established;
    }

    @Override
    public long nextRevision() {
        return nextRevision;
    }

    @Override
    public void requestProgress() {
        engine.requestProgress();
    }

    @Override
    public CompletableFuture<WatchEnd> ended() {
        return ended;
    }

    @Override
    public void close() {
        if (!over) {
            end(new WatchEnd(WatchEnd.Reason.CLOSED, 0, "closed by its user"));
            engine.closed(this);
        }
    }
}
