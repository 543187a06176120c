package io.leasehold.client.watch;

import io.leasehold.client.kv.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.util.concurrent.Flow;

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

    /**
     * The same watch for a {@link Flow.Subscriber}, one for each that subscribes. A subscriber is told no more than it has asked
     * for; one that is slow costs bounded memory, as its watch falls behind and catches up from the server's history. It is
     * completed when the client is closed, and fails with {@code COMPACTED} when history that it still needs is gone, whatever
     * the options say of that. Signals come on the client's callback executor or on the thread that asks.
     */
    default Flow.Publisher<WatchBatch> publisher(KeyRange range, WatchOptions options) {
        return new WatchPublisher(this, range, options.endingAtCompaction());
    }
}
