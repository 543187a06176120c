package io.leasehold.mvcc;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of one key.
 *
 * @param record the record written: the key's new state, or a tombstone that holds key and revision only
 * @param previous the key's state just before this revision; null when the key was not alive then, or when that state
 *     has been compacted away
 */
public record StoreEvent(KeyValueRecord record, @Nullable KeyValueRecord previous) {
    /** Refuses a missing record. */
    public StoreEvent {
        Objects.requireNonNull(record, "record");
    }

    /** Whether the change is a deletion. */
    public boolean isDelete() {
        return record.isTombstone();
    }
}
