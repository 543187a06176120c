package io.leasehold.client.kv;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.Header;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Keys and values. Safe for any thread, and no method blocks; {@link Blocking#await} waits for an answer.
 *
 * <p>Every call ends within the client's call time-out, or that of {@link #withTimeout}. Reads are repeated, on another
 * endpoint if need be, until then. Changes are repeated only when the request cannot have reached a server, or when the
 * server refused it before doing anything; otherwise they fail, and {@code outcomeUnknown()} says when the change may
 * have been made. Cancelling a future cancels its call.
 */
public interface Kv {
    /** Reads one key, linearizably. */
    default CompletableFuture<GetResult> get(ByteSequence key) {
        return get(KeyRange.single(key), GetOptions.DEFAULT);
    }

    /** Reads one key. */
    default CompletableFuture<GetResult> get(ByteSequence key, GetOptions options) {
        return get(KeyRange.single(key), options);
    }

    /** Reads a range in one answer. For large ones see {@link #pages}. */
    CompletableFuture<GetResult> get(KeyRange range, GetOptions options);

    /** Puts a key. */
    default CompletableFuture<PutResult> put(ByteSequence key, ByteSequence value) {
        return put(key, value, PutOptions.DEFAULT);
    }

    /** Puts a key. */
    CompletableFuture<PutResult> put(ByteSequence key, ByteSequence value, PutOptions options);

    /** Deletes one key; deleting what is not there is no error and answers 0. */
    default CompletableFuture<DeleteResult> delete(ByteSequence key) {
        return delete(KeyRange.single(key), false);
    }

    /** Deletes every key of the range in one revision; {@code previous}: answers what they were. */
    CompletableFuture<DeleteResult> delete(KeyRange range, boolean previous);

    /** Begins a transaction. */
    default Txn txn() {
        return new Txn(this);
    }

    /** Sends a transaction. It is repeated as a read is, if all its operations are reads. */
    CompletableFuture<TxnResult> commit(Op.TxnRequest txn);

    /**
     * Forgets all revisions before {@code revision}, other than the newest of each key.
     *
     * @param physical answer only when the space has been given back
     */
    CompletableFuture<Header> compact(long revision, boolean physical);

    /**
     * Walks over a range of any size, {@code pageSize} keys at a time, all as they were at one revision: that of the
     * first page, or the options' revision. Keys come in ascending order; a sort, a limit of the options or
     * {@code countOnly} is refused with IllegalArgumentException.
     *
     * <p>The iterators block while they fetch, and throw {@code LeaseholdException} ({@code COMPACTED} when the walk takes
     * longer than the history is kept).
     *
     * @param pageSize most keys per call, 1 or more
     */
    default Iterable<KeyValue> pages(KeyRange range, GetOptions options, int pageSize) {
        return new KeyPages(this, range, options, pageSize);
    }

    /** The same keys with another time-out for each call; positive. */
    Kv withTimeout(Duration timeout);
}
