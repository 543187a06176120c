package io.leasehold.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a member's log keeps over a crash: its term, its vote, and the entries that were forced, from behind the purged
 * ones on.
 */
final class LogDisk {
    /** No vote in this term. */
    static final int NOBODY = -1;

    private final List<Entry> entries = new ArrayList<>();
    /** Who takes part, from which entry on: what the entries say that are there, and the newest before them. */
    private final TreeMap<Long, Configuration> configurations = new TreeMap<>();
    /** What a leader said of that when it told this member to fetch a state. */
    private Configuration toldConfiguration = Configuration.NONE;

    private long toldIndex;
    private long purgedIndex;
    private long purgedTerm;
    private long forcedIndex;
    private boolean forgotten;
    /** The newest checkpoint told of: the next one lets the log forget what is up to here. */
    private long checkpointIndex;

    long term;
    int votedFor = NOBODY;

    /**
     * An entry; {@code payload} is absent in the engine's own, which may say who takes part from here on. Each is equal to
     * itself alone.
     */
    static final class Entry {
        private final long term;
        private final byte @Nullable [] payload;
        private final @Nullable Configuration configuration;

        private Entry(long term, byte @Nullable [] payload, @Nullable Configuration configuration) {
            this.term = term;
            this.payload = payload;
            this.configuration = configuration;
        }

        static Entry of(long term, byte[] payload) {
            return new Entry(term, payload, null);
        }

        /** The first one of a leader. */
        static Entry marker(long term) {
            return new Entry(term, null, null);
        }

        static Entry change(long term, Configuration configuration) {
            return new Entry(term, null, configuration);
        }

        long term() {
            return term;
        }

        byte @Nullable [] payload() {
            return payload;
        }

        @Nullable
        Configuration configuration() {
            return configuration;
        }
    }

    /** An empty log of a member of these, or, with {@link Configuration#NONE}, of one that is to join. */
    LogDisk(Configuration founders) {
        configurations.put(0L, founders);
    }

    /** The newest configuration, committed or not. */
    Configuration configuration() {
        return configurations.lastEntry().getValue();
    }

    /** Which entry it is of. */
    long configurationIndex() {
        return configurations.lastKey();
    }

    /** Notes who takes part as a leader has it, for when a fetched state takes the place of the entries. */
    void told(long index, Configuration configuration) {
        toldIndex = index;
        toldConfiguration = configuration;
    }

    /** Entries up to here are forgotten. */
    long purgedIndex() {
        return purgedIndex;
    }

    long lastIndex() {
        return purgedIndex + entries.size();
    }

    long lastTerm() {
        return termAt(lastIndex());
    }

    /** The term of an entry that is there, or of the last one purged; 0 of index 0. */
    long termAt(long index) {
        return index == purgedIndex ? purgedTerm : entry(index).term;
    }

    Entry entry(long index) {
        return entries.get((int) (index - purgedIndex) - 1);
    }

    /** Whether this very entry is there. */
    boolean holds(long index, Entry entry) {
        return index > purgedIndex && index <= lastIndex() && entry(index).equals(entry);
    }

    /** Whether entries behind that one can be written here. What is purged was committed, and so is the same everywhere. */
    boolean joins(long prevIndex, long prevTerm) {
        return prevIndex <= lastIndex() && (prevIndex < purgedIndex || termAt(prevIndex) == prevTerm);
    }

    List<Entry> from(long index, int limit) {
        int from = (int) (index - purgedIndex) - 1;
        return List.copyOf(entries.subList(from, Math.min(entries.size(), from + limit)));
    }

    void append(Entry entry) {
        entries.add(entry);
        if (entry.configuration() != null) {
            configurations.put(lastIndex(), entry.configuration());
        }
    }

    /** Writes what is not there yet, in the place of what contradicts it; whether anything was written. */
    boolean write(long prevIndex, List<Entry> more) {
        boolean grown = false;
        long index = prevIndex;
        for (Entry entry : more) {
            index++;
            if (index > purgedIndex) {
                if (index <= lastIndex() && termAt(index) != entry.term()) {
                    truncateBehind(index - 1);
                }
                if (index > lastIndex()) {
                    append(entry);
                    grown = true;
                }
            }
        }
        return grown;
    }

    /** Everything up to {@code index}, as far as it is still there, survives a crash. */
    void force(long index) {
        forcedIndex = Math.max(forcedIndex, Math.min(index, lastIndex()));
    }

    long forcedIndex() {
        return forcedIndex;
    }

    /** The state is durable up to {@code index}: what the checkpoint before holds is forgotten, but nothing behind {@code needed}. */
    void checkpointed(long index, long needed) {
        long upTo = Math.min(checkpointIndex, needed);
        checkpointIndex = Math.max(checkpointIndex, index);
        if (upTo > purgedIndex) {
            purgedTerm = termAt(upTo);
            entries.subList(0, (int) (upTo - purgedIndex)).clear();
            purgedIndex = upTo;
            configurations.headMap(configurations.floorKey(upTo)).clear();
        }
    }

    /** All entries are gone, because the state holds their effect; term and vote stay. */
    void forgetEntries() {
        entries.clear();
        forcedIndex = purgedIndex;
        forgotten = true;
    }

    /** Where all entries were forgotten the log begins behind the state. */
    void joinOnTo(long index, long term) {
        if (forgotten) {
            forgotten = false;
            purgedIndex = index;
            purgedTerm = term;
            forcedIndex = index;
            checkpointIndex = index;
            configurations.clear();
            configurations.put(Math.min(toldIndex, index), toldConfiguration);
        }
    }

    /** The process is gone, and what was not forced with it. */
    void crash() {
        truncateBehind(forcedIndex);
    }

    private void truncateBehind(long index) {
        entries.subList((int) (index - purgedIndex), entries.size()).clear();
        configurations.tailMap(index, false).clear();
        forcedIndex = Math.min(forcedIndex, index);
    }
}
