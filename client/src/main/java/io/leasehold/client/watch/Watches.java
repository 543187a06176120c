package io.leasehold.client.watch;

import io.leasehold.client.kv.KeyRange;
import io.leasehold.protocol.ByteSequence;

/** Begins watches. All of a client share one stream. Safe for any thread; no method blocks. */
public interface Watches {
    /** Watches one key from now on. */
    default Watcher watch(ByteSequence key, WatchListener listener) {
        return watch(KeyRange.single(key), WatchOptions.DEFAULT, listener);
    }

    /**
     * Watches keys until closed, or until it ends for one of the reasons in {@link WatchEnd}. After the client was closed
     * it is told nothing and never stands.
     */
    Watcher watch(KeyRange range, WatchOptions options, WatchListener listener);
}
