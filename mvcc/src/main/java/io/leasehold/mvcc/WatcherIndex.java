package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds the watchers whose range holds a key: a hash table for those of single keys, an interval tree for the others.
 *
 * <p>Watchers are told apart by identity. Many may watch the same range; one may watch many ranges. The order in which
 * matching watchers come depends on the calls made before and on nothing else. Owned by one thread.
 *
 * @param <W> the caller's watcher
 */
public final class WatcherIndex<W> {
    private final Map<ByteSequence, IdentityBag<W>> singles = new HashMap<>();
    private final IntervalTree<W> intervals = new IntervalTree<>();
    private int size;

    /**
     * Adds a watcher. A range that is empty is legal and never matches.
     *
     * @throws IllegalStateException if this very watcher is there with an equal range
     */
    public void add(KeyRange range, W watcher) {
        IdentityBag<W> watchers = range.isSingle()
                ? singles.computeIfAbsent(range.key(), key -> new IdentityBag<>())
                : intervals.insert(range);
        if (!watchers.add(watcher)) {
            throw new IllegalStateException("watcher added twice for " + range);
        }
        size++;
    }

    /** Removes a watcher that was added with an equal range; whether it was there. */
    public boolean remove(KeyRange range, W watcher) {
        IdentityBag<W> watchers = range.isSingle() ? singles.get(range.key()) : intervals.find(range);
        if (watchers == null || !watchers.remove(watcher)) {
            return false;
        }
        size--;
        if (watchers.isEmpty()) {
            if (range.isSingle()) {
                singles.remove(range.key());
            } else {
                intervals.remove(range);
            }
        }
        return true;
    }

    /** Calls for each watcher with a range that holds the key, once per such range. The consumer must not change the index. */
    public void forEachMatching(ByteSequence key, Consumer<W> consumer) {
        IdentityBag<W> watchers = singles.get(key);
        if (watchers != null) {
            watchers.forEach(consumer);
        }
        intervals.forEachHolding(key, consumer);
    }

    /** How many watchers have been added and not removed. */
    public int size() {
        return size;
    }
}
