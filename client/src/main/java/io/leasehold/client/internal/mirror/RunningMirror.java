package io.leasehold.client.internal.mirror;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.ListenerQueue;
import io.leasehold.client.internal.time.Pauses;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.mirror.Mirror;
import io.leasehold.client.mirror.MirrorOptions;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies, and then follows. It writes within the calls of its watch, which may block: changes that come meanwhile wait for it,
 * on the server if there are many.
 */
public final class RunningMirror implements Mirror, WatchListener {
    private static final Logger LOG = LoggerFactory.getLogger(RunningMirror.class);
    private static final int PAGE_KEYS = 1_000;

    private final Kv source;
    private final Watches watches;
    private final Pauses pauses;
    private final KeyRange range;
    private final boolean pruning;
    private final Destination destination;
    private final CompletableFuture<Long> copied = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closed;
    private volatile long revision;
    private volatile @Nullable Watcher watcher;

    private RunningMirror(Kv source, Watches watches, Pauses pauses, Kv destination, MirrorOptions options) {
        this.source = source;
        this.watches = watches;
        this.pauses = pauses;
        this.range = KeyRange.prefix(options.prefix());
        this.pruning = options.pruning();
        this.destination = new Destination(destination, options);
    }

    /** Begins one. */
    public static Mirror begin(
            Kv source, Watches watches, Pauses pauses, Executor callbacks, Kv destination, MirrorOptions options) {
        RunningMirror mirror = new RunningMirror(source, watches, pauses, destination, options);
        new ListenerQueue(callbacks).add(mirror::begin);
        return mirror;
    }

    private void begin() {
        boolean there = patiently(() -> {
            OptionalLong noted = destination.progress();
            if (noted.isPresent()) {
                LOG.info("mirror goes on revision={}", noted.getAsLong());
                revision = noted.getAsLong();
            } else {
                compareAll();
            }
        });
        if (!there) {
            return;
        }
        copied.complete(revision);
        Watcher running =
                watches.watch(range, WatchOptions.DEFAULT.from(revision + 1).goingOnAfterCompaction(), this);
        watcher = running;
        if (closed) {
            running.close();
        }
    }

    /** Does it until it succeeds; false if the mirror has ended before that. */
    private boolean patiently(Runnable step) {
        int failures = 0;
        while (!closed) {
            try {
                step.run();
                return true;
            } catch (LeaseholdException failed) {
                destination.drop();
                failures++;
                if (!mayPass(failed)) {
                    fail(failed);
                    return false;
                }
                LOG.debug("mirror waits why={}", failed.getMessage());
                pauses.afterFailures(failures).join();
            } catch (NumberFormatException notOurs) {
                fail(LeaseholdException.local(
                        LeaseholdException.Kind.OTHER, "the progress key holds no revision: " + notOurs.getMessage()));
                return false;
            }
        }
        finish();
        return false;
    }

    private static boolean mayPass(LeaseholdException failed) {
        return switch (failed.kind()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, STALE_READ, OTHER -> true;
            // History went away during a walk over it: another walk.
            case REFUSED -> failed.is(ErrorCode.COMPACTED) || failed.is(ErrorCode.TOO_MANY_REQUESTS);
            default -> false;
        };
    }

    /** Goes through both sides in the order of their keys, which is the same, and evens out what differs. */
    private void compareAll() {
        long at = Blocking.await(source.get(range, GetOptions.DEFAULT.countOnly()))
                .header()
                .revision();
        Iterator<KeyValue> theirs = source.pages(range, GetOptions.DEFAULT.atRevision(at), PAGE_KEYS)
                .iterator();
        Iterator<KeyValue> ours = destination.entries();
        KeyValue there = next(ours);
        while (theirs.hasNext() && !closed) {
            KeyValue entry = theirs.next();
            ByteSequence key = destination.key(entry.key());
            while (there != null && there.key().compareTo(key) < 0) {
                extra(there);
                there = next(ours);
            }
            if (there == null || !there.key().equals(key)) {
                destination.put(key, entry.value());
            } else {
                if (!there.value().equals(entry.value())) {
                    destination.put(key, entry.value());
                }
                there = next(ours);
            }
        }
        while (there != null && !closed) {
            extra(there);
            there = next(ours);
        }
        if (!closed) {
            destination.reached(at);
            revision = at;
        }
    }

    private static @Nullable KeyValue next(Iterator<KeyValue> entries) {
        return entries.hasNext() ? entries.next() : null;
    }

    private void extra(KeyValue there) {
        if (pruning && !destination.isProgress(there.key())) {
            destination.delete(there.key());
        }
    }

    @Override
    public void onEvents(WatchBatch batch) {
        patiently(() -> apply(batch));
    }

    /** Each revision is a transaction, and what was made before a failure is not made again. */
    private void apply(WatchBatch batch) {
        long open = 0;
        for (WatchEvent event : batch.events()) {
            long at = event.entry().modRevision();
            if (at <= revision) {
                continue;
            }
            if (open != 0 && at != open) {
                reach(open);
            }
            open = at;
            ByteSequence key = destination.key(event.entry().key());
            if (event.isDelete()) {
                destination.delete(key);
            } else {
                destination.put(key, event.entry().value());
            }
        }
        if (open != 0) {
            reach(open);
        }
    }

    private void reach(long at) {
        destination.reached(at);
        revision = at;
    }

    @Override
    public void onCompacted(long compactRevision) {
        LOG.info("history of the mirrored keys is gone, both sides are compared compactRevision={}", compactRevision);
        patiently(this::compareAll);
    }

    @Override
    public void onEnded(WatchEnd end) {
        if (end.reason() == WatchEnd.Reason.REFUSED) {
            fail(LeaseholdException.local(LeaseholdException.Kind.PERMISSION_DENIED, end.message()));
        } else {
            finish();
        }
    }

    private void fail(LeaseholdException why) {
        if (why.kind() == LeaseholdException.Kind.CLOSED) {
            finish();
            return;
        }
        LOG.warn("mirror ends why={}", why.getMessage());
        copied.completeExceptionally(why);
        ended.completeExceptionally(why);
        close();
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private void finish() {
        copied.completeExceptionally(LeaseholdException.local(LeaseholdException.Kind.CLOSED, "the mirror was closed"));
        ended.complete(null);
        close();
    }

    @Override
    public CompletableFuture<Long> copied() {
        return copied;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long changes() {
        return destination.changes();
    }

    @Override
    public CompletableFuture<Void> ended() {
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
