package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Optional;

/**
 * What can be read of the store: a published {@link StoreSnapshot}, or the writer's own state in the middle of a batch
 * ({@link RevisionStore#current()}).
 *
 * <p>A revision argument of 0 or less means the newest state. Otherwise the caller has checked that it lies between
 * {@link #compactedRevision()} and {@link #revision()}, both included; below, the answer is undefined.
 */
public interface StoreView {
    /** The newest revision; 1 when nothing has ever been written. */
    long revision();

    /** The revision of the newest compaction, still readable itself; 0 when there was none. */
    long compactedRevision();

    /** The key's record if it is alive now. */
    Optional<KeyValueRecord> get(ByteSequence key);

    /** The key's record if it was alive at this revision. */
    Optional<KeyValueRecord> get(ByteSequence key, long atRevision);

    /**
     * The live keys of a range in key order.
     *
     * @param limit the most records to return, 0 or less for all of them; the count is always the full one
     */
    RangeResult range(KeyRange range, long atRevision, long limit);

    /** How many keys of the range are alive. Logarithmic for the newest state, linear for an older one. */
    long count(KeyRange range, long atRevision);
}
