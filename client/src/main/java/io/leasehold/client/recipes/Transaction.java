package io.leasehold.client.recipes;

import io.leasehold.client.kv.PutOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt of a transaction over many keys: reads see the transaction's own writes, writes are made when it is committed.
 * For the function it is given to, and one call at a time.
 */
public interface Transaction {
    /** The key's value; empty if it is not there. Waits for the answer; each key is fetched once in an attempt. */
    Optional<ByteSequence> get(ByteSequence key);

    /** The same without waiting. */
    CompletableFuture<Optional<ByteSequence>> getAsync(ByteSequence key);

    /** The revision at which the key was last changed, before this transaction; 0 if it is not there. Waits. */
    long revision(ByteSequence key);

    /** Puts a key. */
    default void put(ByteSequence key, ByteSequence value) {
        put(key, value, PutOptions.DEFAULT);
    }

    /** Puts a key. IllegalArgumentException if that makes more than 128 writes, which servers refuse. */
    void put(ByteSequence key, ByteSequence value, PutOptions options);

    /** Deletes a key. IllegalArgumentException if that makes more than 128 writes. */
    void delete(ByteSequence key);
}
