package io.leasehold.client.kv;

import io.leasehold.protocol.ByteSequence;
import java.util.List;

/** One operation of a transaction. */
public sealed interface Op {
    /** A read. */
    record Get(KeyRange range, GetOptions options) implements Op {}

    /** A put. */
    record Put(ByteSequence key, ByteSequence value, PutOptions options) implements Op {}

    /** A delete. */
    record Delete(KeyRange range, boolean previous) implements Op {}

    /** A transaction inside a transaction. */
    record Nested(TxnRequest txn) implements Op {}

    /**
     * The three parts of a transaction.
     *
     * @param compares all must hold for the success branch
     */
    record TxnRequest(List<Compare> compares, List<Op> success, List<Op> failure) {
        public TxnRequest {
            compares = List.copyOf(compares);
            success = List.copyOf(success);
            failure = List.copyOf(failure);
        }
    }

    /** Reads one key. */
    static Op get(ByteSequence key) {
        return new Get(KeyRange.single(key), GetOptions.DEFAULT);
    }

    /** Reads a range. */
    static Op get(KeyRange range, GetOptions options) {
        return new Get(range, options);
    }

    /** Puts a key. */
    static Op put(ByteSequence key, ByteSequence value) {
        return new Put(key, value, PutOptions.DEFAULT);
    }

    /** Puts a key. */
    static Op put(ByteSequence key, ByteSequence value, PutOptions options) {
        return new Put(key, value, options);
    }

    /** Deletes one key. */
    static Op delete(ByteSequence key) {
        return new Delete(KeyRange.single(key), false);
    }

    /** Deletes a range; {@code previous}: answers what was deleted. */
    static Op delete(KeyRange range, boolean previous) {
        return new Delete(range, previous);
    }

    /** A transaction inside a transaction. */
    static Op txn(TxnRequest txn) {
        return new Nested(txn);
    }
}
