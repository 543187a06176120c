package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.function.Consumer;

/** Which watchers a key concerns. Owned by one thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class WatcherIndex<W> {
    /** Adds a watcher of a range. */
    public void add(KeyRange range, W watcher) {
        throw new UnsupportedOperationException();
    }

    /** Removes a watcher added with an equal range; whether it was there. */
    public boolean remove(KeyRange range, W watcher) {
        throw new UnsupportedOperationException();
    }

    /** Calls for every watcher whose range holds the key. */
    public void forEachMatching(ByteSequence key, Consumer<W> consumer) {
        throw new UnsupportedOperationException();
    }

    /** How many watchers there are. */
    public int size() {
        throw new UnsupportedOperationException();
    }
}
