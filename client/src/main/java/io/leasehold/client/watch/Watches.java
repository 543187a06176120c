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
     * Watches keys until closed, or until it ends for one of the reasons in {@link WatchEnd}.
     *
     * @throws io.leasehold.client.call.LeaseholdException of kind {@code CLOSED} after the client was closed
     */
    Watcher watch(KeyRange range, WatchOptions options, WatchListener listener);
}
