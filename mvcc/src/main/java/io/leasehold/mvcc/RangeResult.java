package io.leasehold.mvcc;

import java.util.List;
import java.util.Objects;

/**
 * What a range read found.
 *
 * @param records the records in key order, cut to the limit; the list is not to be changed
 * @param count how many keys of the range were alive at the revision, before the limit
 */
public record RangeResult(List<KeyValueRecord> records, long count) {
    /** Refuses null. The list is taken as it is: it can hold a million entries and its maker hands it over. */
    public RangeResult {
        Objects.requireNonNull(records, "records");
    }
}
