package io.leasehold.client.internal.watch;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.internal.time.Pauses;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.RangeListener;
import io.leasehold.client.watch.RangeSnapshot;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.client.watch.Watches;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a range, watches it from there, and reads it again when the history in between is gone. It reads within the calls of
 * its listener, which may block, so that events behind the gap wait meanwhile.
 */
public final class RangeFollower implements Follower, WatchListener {
    private static final Logger LOG = LoggerFactory.getLogger(RangeFollower.class);

    private final Kv kv;
    private final Watches watches;
    private final Pauses pauses;
    private final KeyRange range;
    private final RangeListener listener;
    private final CompletableFuture<WatchEnd> ended = new CompletableFuture<>();
    private volatile boolean closed;
    private volatile @Nullable Watcher watcher;

    /** Everything up to this has been told. For the calls of the listener. */
    private long revision;

    private RangeFollower(Kv kv, Watches watches, Pauses pauses, KeyRange range, RangeListener listener) {
        this.kv = kv;
        this.watches = watches;
        this.pauses = pauses;
        this.range = range;
        this.listener = listener;
    }

    /** Begins to follow. */
    public static Follower begin(
            Kv kv, Watches watches, Pauses pauses, Executor callbacks, KeyRange range, RangeListener listener) {
        RangeFollower follower = new RangeFollower(kv, watches, pauses, range, listener);
        new ListenerQueue(callbacks).add(follower::begin);
        return follower;
    }

    private void begin() {
        if (!tellSnapshot()) {
            return;
        }
        Watcher running =
                watches.watch(range, WatchOptions.DEFAULT.from(revision + 1).goingOnAfterCompaction(), this);
        watcher = running;
        if (closed) {
            running.close();
        }
    }

    /** Answers whether there is one. */
    private boolean tellSnapshot() {
        int failures = 0;
        while (!closed) {
            try {
                GetResult found = Blocking.await(kv.get(range, GetOptions.DEFAULT));
                revision = found.header().revision();
                if (!closed) {
                    tell(() -> listener.onSnapshot(new RangeSnapshot(revision, found.entries())));
                }
                return true;
            } catch (LeaseholdException failed) {
                failures++;
                if (!mayPass(failed)) {
                    end(new WatchEnd(
                            failed.kind() == LeaseholdException.Kind.CLOSED
                                    ? WatchEnd.Reason.CLOSED
                                    : WatchEnd.Reason.REFUSED,
                            0,
                            String.valueOf(failed.getMessage())));
                    return false;
                }
                LOG.debug("a followed range cannot be read, is tried again why={}", failed.getMessage());
                pauses.afterFailures(failures).join();
            }
        }
        end(new WatchEnd(WatchEnd.Reason.CLOSED, 0, "closed by its user"));
        return false;
    }

    private static boolean mayPass(LeaseholdException failed) {
        return switch (failed.kind()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, STALE_READ, OTHER -> true;
            default -> false;
        };
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException listenerFailed) {
            LOG.error("a listener failed", listenerFailed);
        }
    }

    private void end(WatchEnd end) {
        closed = true;
        Watcher running = watcher;
        if (running != null) {
            running.close();
        }
        if (!ended.isDone()) {
            tell(() -> listener.onEnded(end));
            ended.complete(end);
        }
    }

    @Override
    public void onEvents(WatchBatch batch) {
        List<WatchEvent> fresh = batch.events();
        if (fresh.get(0).entry().modRevision() <= revision) {
            // Behind a gap the watch goes on at an earlier revision than that which was read.
            fresh = fresh.stream()
                    .filter(event -> event.entry().modRevision() > revision)
                    .toList();
        }
        if (!fresh.isEmpty() && !closed) {
            revision = batch.revision();
            WatchBatch rest = new WatchBatch(batch.revision(), fresh);
            tell(() -> listener.onEvents(rest));
        }
    }

    @Override
    public void onCompacted(long compactRevision) {
        LOG.info("history of a followed range is gone, it is read again compactRevision={}", compactRevision);
        tellSnapshot();
    }

    @Override
    public void onEnded(WatchEnd end) {
        end(end);
    }

    @Override
    public CompletableFuture<WatchEnd> ended() {
        return ended;
    }

    @Override
    public void close() {
        closed = true;
        Watcher running = watcher;
        if (running != null) {
            running.close();
        }
    }
}
