package io.leasehold.faults.history;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call that was answered, with the revision that the answer says.
 *
 * @param what for people to read
 * @param revision the store's revision in the answer's header
 * @param linearizable false for a read that may be of the past
 * @param writes the changes that it made with that revision; empty when it made none
 * @param reads what it was told the keys hold; empty for a key that is not there
 */
public record StampedCall(
        String what,
        long invokedNanos,
        long returnedNanos,
        long revision,
        boolean linearizable,
        List<Change> writes,
        Map<String, Optional<String>> reads) {

    /** Copies the collections. */
    public StampedCall {
        writes = List.copyOf(writes);
        reads = Map.copyOf(reads);
    }
}
