package io.leasehold.mvcc;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One change of one key. Immutable, any thread. */
public final class StoreEvent {
    private final KeyValueRecord record;

    /** Where the previous state is read from when it is first asked for; null if it is at hand or there is none. */
    private final @Nullable Segment previousSegment;

    private final int previousOffset;

    /** A race reads it twice, with equal bytes. */
    private @Nullable KeyValueRecord previous;

    /** A change whose previous state is at hand, or that had none. */
    StoreEvent(KeyValueRecord record, @Nullable KeyValueRecord previous) {
        this.record = Objects.requireNonNull(record, "record");
        this.previous = previous;
        previousSegment = null;
        previousOffset = 0;
    }

    /**
     * A change whose previous state lies in a segment. Hardly anybody asks what a key of a lease that has ended was, and
     * reading each of a hundred thousand scattered records would be a fifth of what the end costs.
     */
    StoreEvent(KeyValueRecord record, Segment previousSegment, int previousOffset) {
        this.record = Objects.requireNonNull(record, "record");
        this.previousSegment = previousSegment;
        this.previousOffset = previousOffset;
    }

    /** The record written: the key's new state, or a tombstone that holds key and revision only. */
    public KeyValueRecord record() {
        return record;
    }

    /**
     * The key's state just before this revision; null when the key was not alive then, or when that state has been
     * compacted away.
     *
     * @throws StoreCorruptedException if the file that holds it is damaged
     */
    public @Nullable KeyValueRecord previous() {
        KeyValueRecord known = previous;
        if (known == null && previousSegment != null) {
            known = previousSegment.readChecked(previousOffset).withKey(record.key());
            previous = known;
        }
        return known;
    }

    /** Whether there is a {@link #previous} state. */
    public boolean hasPrevious() {
        return previous != null || previousSegment != null;
    }

    /** Whether the change is a deletion. */
    public boolean isDelete() {
        return record.isTombstone();
    }

    /** For messages. */
    @Override
    public String toString() {
        return record + (hasPrevious() ? ", before it " + previous() : "");
    }
}
