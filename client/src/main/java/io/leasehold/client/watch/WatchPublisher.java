package io.leasehold.client.watch;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Emission;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.protocol.ErrorCode;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A watch for each subscriber. One that does not keep up is taken off the server, and put back where it was when half of what
 * waits has been asked for: the server's history is the buffer.
 */
final class WatchPublisher implements Flow.Publisher<WatchBatch> {
    /** Batches that may wait for a subscriber. */
    private static final int WAITING_MAX = 64;

    private final Watches watches;
    private final KeyRange range;
    private final WatchOptions options;

    WatchPublisher(Watches watches, KeyRange range, WatchOptions options) {
        this.watches = watches;
        this.range = range;
        this.options = options;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super WatchBatch> subscriber) {
        new Lives(Objects.requireNonNull(subscriber)).emission.begin();
    }

    /** The watches of one subscription, one at a time. */
    private final class Lives implements Emission.Source {
        private final Emission<WatchBatch> emission;
        private long nextRevision = options.startRevision();
        private @Nullable Life present;
        private boolean cancelled;

        Lives(Flow.Subscriber<? super WatchBatch> subscriber) {
            this.emission = new Emission<>(subscriber, this, WAITING_MAX);
        }

        @Override
        public void resume() {
            Life life = new Life(this);
            long from;
            synchronized (this) {
                if (cancelled) {
                    return;
                }
                present = life;
                from = nextRevision;
            }
            life.runs(watches.watch(range, options.from(from), life));
        }

        @Override
        public void cancel() {
            Life life;
            synchronized (this) {
                cancelled = true;
                life = present;
                present = null;
            }
            if (life != null) {
                life.close();
            }
        }

        void take(Life life, WatchBatch batch) {
            synchronized (this) {
                if (present != life) {
                    return;
                }
                nextRevision = batch.revision() + 1;
                // Before it is offered: behind that the emission may already ask for the next life.
            }
            if (!emission.offer(batch)) {
                life.close();
            }
        }

        synchronized void passed(Life life, long revision) {
            if (present == life) {
                nextRevision = Math.max(nextRevision, revision + 1);
            }
        }

        void ended(Life life, WatchEnd end) {
            synchronized (this) {
                if (present != life || life.closed) {
                    return;
                }
            }
            emission.end(
                    switch (end.reason()) {
                        case CLOSED -> null;
                        case COMPACTED ->
                            new LeaseholdException(
                                    LeaseholdException.Kind.REFUSED, ErrorCode.COMPACTED, false, end.message(), null);
                        case REFUSED ->
                            LeaseholdException.local(LeaseholdException.Kind.PERMISSION_DENIED, end.message());
                    });
        }
    }

    /** One watch. Its calls come one after another. */
    private static final class Life implements WatchListener {
        private final Lives lives;
        private volatile boolean closed;
        private volatile @Nullable Watcher watcher;

        Life(Lives lives) {
            this.lives = lives;
        }

        void runs(Watcher running) {
            watcher = running;
            if (closed) {
                running.close();
            }
        }

        void close() {
            closed = true;
            Watcher running = watcher;
            if (running != null) {
                running.close();
            }
        }

        @Override
        public void onEvents(WatchBatch batch) {
            lives.take(this, batch);
        }

        @Override
        public void onProgress(long revision) {
            lives.passed(this, revision);
        }

        @Override
        public void onEnded(WatchEnd end) {
            lives.ended(this, end);
        }
    }
}
