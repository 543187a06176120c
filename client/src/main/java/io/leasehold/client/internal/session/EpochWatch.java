package io.leasehold.client.internal.session;

import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.client.watch.Watches;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watches the key of a resumable session, and says when it is another's or gone. */
final class EpochWatch implements WatchListener {
    private final Kv kv;
    private final EpochKey epoch;
    private final Consumer<SessionEnd> onEnd;
    private volatile @Nullable Watcher watcher;

    /** Reports on the callback executor: {@code TAKEN_OVER}, or {@code LEASE_LOST} when the key is gone. */
    EpochWatch(Kv kv, EpochKey epoch, Consumer<SessionEnd> onEnd) {
        this.kv = kv;
        this.epoch = epoch;
        this.onEnd = onEnd;
    }

    void begin(Watches watches) {
        watcher = watches.watch(
                KeyRange.single(epoch.key()),
                WatchOptions.DEFAULT.from(epoch.revision() + 1).goingOnAfterCompaction(),
                this);
    }

    void close() {
        Watcher running = watcher;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public void onEvents(WatchBatch batch) {
        for (WatchEvent event : batch.events()) {
            if (event.isDelete()) {
                onEnd.accept(SessionEnd.LEASE_LOST);
            } else {
                look(event.entry());
            }
        }
    }

    @Override
    public void onCompacted(long compactRevision) {
        // What happened in the gap shows in how the key stands.
        Futures.onEnd(kv.get(epoch.key()), (found, failed) -> {
            if (found != null) {
                found.first().ifPresentOrElse(this::look, () -> onEnd.accept(SessionEnd.LEASE_LOST));
            }
        });
    }

    private void look(KeyValue entry) {
        if (entry.version() != epoch.epoch()) {
            onEnd.accept(SessionEnd.TAKEN_OVER);
        }
    }
}
