package io.leasehold.server.watch;

import io.leasehold.mvcc.StoreEvent;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * Brings changes to the watchers of all streams, each in revision order, once, and with all of a revision together.
 *
 * <p>{@link #applied} belongs to the Applier, {@link #open} and the methods of a stream to any thread; all state else is
 * owned by the one thread that calls {@link #turn}. It never waits for a client: a watcher whose stream is not ready
 * becomes lagging, which is just a revision number, and is fed from history when the stream is ready again.
 *
 * <p>What makes gaps impossible is arithmetic of revisions: every revision has at least one event, so a batch that does
 * not begin right behind the served revision betrays that something between was not queued.
 */
public final class WatchDispatcher {
    /** Requests in one turn: some milliseconds' work, so that events are not kept waiting. */
    private static final int REQUESTS_LIMIT = 1024;
    /** Batches in one turn, so that requests and lagging watchers are not kept waiting. */
    private static final int BATCHES_LIMIT = 64;
    /** Slices of history in one turn. */
    private static final int SLICES_LIMIT = 4;

    private static final String REASON_EMPTY_RANGE = "mvcc: watcher range is empty";
    private static final String REASON_DUPLICATE_ID = "mvcc: duplicate watch ID provided on the WatchStream";

    private final EventFeed feed;
    private final ConcurrentLinkedQueue<WatchRequest> requests = new ConcurrentLinkedQueue<>();
    private final WatchCounters counters = new WatchCounters();
    private final Runnable wake;
    private final SyncedWatchers synced;
    private final CatchUp catchUp;
    private final ProgressSchedule schedule;
    private final FanOutPace pace = new FanOutPace();
    private final List<WatchStream> askedForProgress = new ArrayList<>();

    /**
     * @param settings intervals and limits
     * @param initial the state before the first {@link #applied}
     * @param random spreads periodic progress; used by the dispatcher's thread only
     * @param wake ends the rest of the thread that calls {@link #turn}; called from any thread, must not block
     */
    public WatchDispatcher(WatchSettings settings, StoreSnapshot initial, RandomGenerator random, Runnable wake) {
        this(settings, initial, random, wake, EventFeed.Limits.DEFAULT);
    }

    WatchDispatcher(
            WatchSettings settings,
            StoreSnapshot initial,
            RandomGenerator random,
            Runnable wake,
            EventFeed.Limits limits) {
        this.feed = new EventFeed(initial, limits);
        this.wake = wake;
        Fragments fragments = new Fragments(settings.fragmentLimitBytes(), counters);
        this.synced = new SyncedWatchers(initial.revision(), fragments, this::startLagging);
        this.catchUp = new CatchUp(fragments, this::caughtUp, this::cancelCompacted);
        this.schedule = new ProgressSchedule(settings.progressIntervalNanos(), random);
    }

    /** A new stream without watchers. Any thread. */
    public WatchStream open(WatchSink sink) {
        // Counted before any watcher looks at the newest state: see applied().
        counters.streams.incrementAndGet();
        return new WatchStream(this, sink);
    }

    /**
     * The batch's changes, in order, and the state after them. Applier's thread, before the batch is acknowledged to
     * clients, so that a watcher created after an acknowledged write does not see it. Never blocks; without streams it
     * costs two memory accesses.
     */
    public void applied(List<StoreEvent> events, StoreSnapshot after) {
        boolean changed = after.revision() != feed.newest().revision();
        feed.publish(after);
        // A stream that is counted only after this look creates its watchers from the state just published, or a newer.
        if (changed && counters.streams.get() > 0) {
            feed.offer(events, after.revision());
            if (!pace.isResting()) {
                wake.run();
            }
        }
    }

    /** What there is to count. */
    public WatchCounters counters() {
        return counters;
    }

    /** Events that wait to be looked at. */
    public int pendingEvents() {
        return feed.pendingEvents();
    }

    /**
     * Does a bounded amount of what there is to do. Owner's thread.
     *
     * @param nowNanos the owner's monotonic clock
     * @return how much was done; 0 means that the thread may rest
     */
    public int turn(long nowNanos) {
        // Requests are taken before the batches and handled after them: whatever was applied before a client asked is
        // then part of the answer.
        List<WatchRequest> taken = takeRequests();
        int done = pace.mayDeliver(nowNanos) || !taken.isEmpty() ? deliverBatches(nowNanos) : 0;
        taken.forEach(request -> handle(request, nowNanos));
        int slices = 0;
        while (slices < SLICES_LIMIT && !catchUp.isIdle()) {
            catchUp.step(feed.newest());
            slices++;
        }
        int answered = answerProgress();
        int ticked = tellProgress(nowNanos);
        return done + taken.size() + slices + answered + ticked;
    }

    /** How long the thread may rest after a {@link #turn} that did nothing, unless it is woken. Owner's thread. */
    public long restNanos(long nowNanos) {
        if (!requests.isEmpty() || !catchUp.isIdle()) {
            return 0;
        }
        if (pace.isResting()) {
            return Math.min(pace.restNanos(nowNanos), schedule.restNanos(nowNanos));
        }
        return feed.isEmpty() ? schedule.restNanos(nowNanos) : 0;
    }

    void request(WatchRequest request) {
        requests.add(request);
        wake.run();
    }

    private List<WatchRequest> takeRequests() {
        List<WatchRequest> taken = new ArrayList<>();
        WatchRequest request = requests.poll();
        while (request != null) {
            taken.add(request);
            request = taken.size() < REQUESTS_LIMIT ? requests.poll() : null;
        }
        return taken;
    }

    private int deliverBatches(long nowNanos) {
        int batches = 0;
        while (batches < BATCHES_LIMIT) {
            EventFeed.Batch batch = feed.poll();
            if (batch == null) {
                synced.skipThrough(feed.droppedThroughRevision());
                break;
            }
            synced.deliver(batch);
            batches++;
            if (!pace.gathers()) {
                pace.sent(synced.sendAll());
            }
        }
        pace.sent(synced.sendAll());
        if (feed.isEmpty()) {
            pace.allSent(synced.servedRevision(), nowNanos);
        }
        return batches;
    }

    private void handle(WatchRequest request, long nowNanos) {
        WatchStream stream = request.stream();
        if (stream.closed) {
            return;
        }
        switch (request) {
            case WatchRequest.Create create -> {
                create(stream, create.spec(), nowNanos);
                stream.sink.handled();
            }
            case WatchRequest.Refuse refuse -> {
                refuse(stream, refuse.reason());
                stream.sink.handled();
            }
            case WatchRequest.Cancel cancel -> {
                cancel(stream, cancel.watchId());
                stream.sink.handled();
            }
            case WatchRequest.Progress progress -> {
                askedForProgress.add(stream);
                stream.sink.handled();
            }
            case WatchRequest.Ready ready -> catchUp.ready(stream);
            case WatchRequest.Close close -> close(stream);
        }
    }

    private void create(WatchStream stream, WatchSpec spec, long nowNanos) {
        StoreSnapshot now = feed.newest();
        if (spec.startRevision() < 0) {
            refuse(stream, ErrorCode.COMPACTED.message());
            return;
        }
        if (spec.range().isEmpty()) {
            refuse(stream, REASON_EMPTY_RANGE);
            return;
        }
        // -1 marks the progress of a whole stream; a watcher of that id could not be told from it.
        boolean taken = spec.watchId() != 0 && stream.watchers.containsKey(spec.watchId());
        if (taken || spec.watchId() == WatchMessage.NO_WATCHER) {
            refuse(stream, REASON_DUPLICATE_ID);
            return;
        }
        long id = spec.watchId() != 0 ? spec.watchId() : stream.chooseId();
        long start = spec.startRevision() != 0 ? spec.startRevision() : now.revision() + 1;
        Watcher watcher = new Watcher(stream, id, spec, start);
        stream.watchers.put(id, watcher);
        counters.watchers.incrementAndGet();
        stream.send(new WatchMessage.Created(now.revision(), id));
        if (start > now.revision()) {
            synced.add(watcher, now.revision());
        } else {
            startLagging(watcher);
        }
        if (spec.progressNotify()) {
            schedule.add(watcher, nowNanos);
        }
    }

    private void refuse(WatchStream stream, String reason) {
        stream.send(new WatchMessage.Refused(feed.newest().revision(), reason));
    }

    private void cancel(WatchStream stream, long watchId) {
        Watcher watcher = stream.watchers.get(watchId);
        if (watcher != null) {
            remove(watcher);
            stream.send(new WatchMessage.Canceled(feed.newest().revision(), watchId));
        }
    }

    private void close(WatchStream stream) {
        List.copyOf(stream.watchers.values()).forEach(this::remove);
        stream.closed = true;
        counters.streams.decrementAndGet();
    }

    private void remove(Watcher watcher) {
        if (watcher.synced) {
            synced.remove(watcher);
        } else {
            catchUp.remove(watcher);
            stopLagging(watcher);
        }
        forget(watcher);
    }

    private void forget(Watcher watcher) {
        watcher.closed = true;
        watcher.stream.watchers.remove(watcher.id);
        counters.watchers.decrementAndGet();
    }

    private void startLagging(Watcher watcher) {
        watcher.stream.lagging++;
        counters.laggingWatchers.incrementAndGet();
        catchUp.add(watcher);
    }

    private void stopLagging(Watcher watcher) {
        watcher.stream.lagging--;
        counters.laggingWatchers.decrementAndGet();
    }

    private void caughtUp(Watcher watcher, StoreSnapshot snapshot) {
        stopLagging(watcher);
        synced.add(watcher, snapshot.revision());
    }

    private void cancelCompacted(Watcher watcher, StoreSnapshot snapshot) {
        stopLagging(watcher);
        forget(watcher);
        watcher.stream.send(new WatchMessage.Compacted(watcher.id, snapshot.compactedRevision()));
    }

    /** Answers those who asked how far they are, or drops the question; keeps those that only a queued batch holds up. */
    private int answerProgress() {
        if (askedForProgress.isEmpty()) {
            return 0;
        }
        List<WatchStream> asked = List.copyOf(askedForProgress);
        askedForProgress.clear();
        long served = synced.servedRevision();
        for (WatchStream stream : asked) {
            if (stream.closed || stream.watchers.isEmpty() || stream.lagging > 0) {
                continue;
            }
            if (served < stream.toldRevision) {
                askedForProgress.add(stream);
            } else if (stream.watchers.values().stream().allMatch(watcher -> watcher.spec.startRevision() <= served)) {
                stream.send(new WatchMessage.Progress(served, WatchMessage.NO_WATCHER));
            }
        }
        return asked.size() - askedForProgress.size();
    }

    private int tellProgress(long nowNanos) {
        List<Watcher> due = schedule.pollDue(nowNanos);
        for (Watcher watcher : due) {
            long revision = Math.max(synced.servedRevision(), watcher.nextRevision - 1);
            boolean told = watcher.active || !watcher.synced || watcher.spec.startRevision() > revision;
            if (!told && watcher.stream.sink.isReady()) {
                watcher.stream.send(new WatchMessage.Progress(revision, watcher.id));
            }
            watcher.active = false;
            schedule.add(watcher, nowNanos);
        }
        return due.size();
    }
}
