package io.leasehold.lease.lessor;

import io.leasehold.protocol.ByteSequence;
import org.jspecify.annotations.Nullable;

/** A transaction on the user's store that only deletes. Used by one thread; the lessor holds no lock while it runs. */
public interface TxnDelete {
    /**
     * Deletes the keys of a range.
     *
     * @param key the first key
     * @param end the first key behind the range; null for {@code key} alone, which is all the lessor asks for
     * @return how many there were, and the store's revision then
     */
    Deleted deleteRange(ByteSequence key, @Nullable ByteSequence end);

    /** Commits what was deleted. Called once, last, also when a deletion failed. */
    void end();

    /**
     * What a deletion came to.
     *
     * @param count keys deleted, 0 or more
     * @param revision the store's revision
     */
    record Deleted(long count, long revision) {}
}
