package io.leasehold.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a member's log keeps over a crash: its term, its vote, and the entries that were forced. */
final class LogDisk {
    /** No vote in this term. */
    static final int NOBODY = -1;

    private final List<Entry> entries = new ArrayList<>();
    private long forcedIndex;
    long term;
    int votedFor = NOBODY;

    /** An entry; {@code payload} is absent in the engine's own. Each is equal to itself alone. */
    static final class Entry {
        private final long term;
        private final byte @Nullable [] payload;

        Entry(long term, byte @Nullable [] payload) {
            this.term = term;
            this.payload = payload;
        }

        long term() {
            return term;
        }

        byte @Nullable [] payload() {
            return payload;
        }
    }

    long lastIndex() {
        return entries.size();
    }

    long lastTerm() {
        return entries.isEmpty() ? 0 : entries.getLast().term;
    }

    /** The term of the entry, 0 of index 0. */
    long termAt(long index) {
        return index == 0 ? 0 : entry(index).term;
    }

    Entry entry(long index) {
        return entries.get((int) index - 1);
    }

    /** Whether this very entry is there. */
    boolean holds(long index, Entry entry) {
        return index <= lastIndex() && entry(index).equals(entry);
    }

    List<Entry> from(long index, int limit) {
        int from = (int) index - 1;
        return List.copyOf(entries.subList(from, Math.min(entries.size(), from + limit)));
    }

    void append(Entry entry) {
        entries.add(entry);
    }

    void truncateBehind(long index) {
        entries.subList((int) index, entries.size()).clear();
        forcedIndex = Math.min(forcedIndex, index);
    }

    /** Everything up to {@code index}, as far as it is still there, survives a crash. */
    void force(long index) {
        forcedIndex = Math.max(forcedIndex, Math.min(index, lastIndex()));
    }

    long forcedIndex() {
        return forcedIndex;
    }

    void crash() {
        truncateBehind(forcedIndex);
    }
}
