package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;

/** Receives the live keys that carry a lease. */
@FunctionalInterface
public interface LeasedKeyConsumer {
    /** One live key and the id of its lease, which is not 0. */
    void accept(ByteSequence key, long leaseId);
}
