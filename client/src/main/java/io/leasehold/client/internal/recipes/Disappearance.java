package io.leasehold.client.internal.recipes;

import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.protocol.ByteSequence;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Notices that a key is gone, by somebody's hand or with its lease. It may be told more than once. Any thread. */
public final class Disappearance implements WatchListener {
    private final ClientParts parts;
    private final ByteSequence key;
    private final Predicate<KeyValue> isTheSame;
    private final Runnable gone;
    private @Nullable Watcher watcher;

    private Disappearance(ClientParts parts, ByteSequence key, Predicate<KeyValue> isTheSame, Runnable gone) {
        this.parts = parts;
        this.key = key;
        this.isTheSame = isTheSame;
        this.gone = gone;
    }

    /**
     * Begins to watch.
     *
     * @param revision of which it is known that the key is there
     * @param isTheSame whether an entry found later is still the one that is meant, and not a successor of that name
     * @param gone is run on the callback executor
     */
    public static Disappearance of(
            ClientParts parts, ByteSequence key, long revision, Predicate<KeyValue> isTheSame, Runnable gone) {
        Disappearance noticed = new Disappearance(parts, key, isTheSame, gone);
        noticed.watcher = parts.watches()
                .watch(
                        KeyRange.single(key),
                        WatchOptions.DEFAULT.from(revision + 1).withoutPuts().goingOnAfterCompaction(),
                        noticed);
        return noticed;
    }

    /** Ends the watch. */
    public void close() {
        Watcher running = watcher;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public void onEvents(WatchBatch batch) {
        gone.run();
    }

    @Override
    public void onCompacted(long compactRevision) {
        // What happened in the gap shows in how the key stands.
        Futures.onEnd(parts.kv().get(key), (found, failed) -> {
            if (found != null && found.first().filter(isTheSame).isEmpty()) {
                gone.run();
            }
        });
    }
}
