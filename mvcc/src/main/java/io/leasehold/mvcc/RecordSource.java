package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;

/** Finds the record at a packed {@link Position}. */
@FunctionalInterface
interface RecordSource {
    /** The record; the position is one that the index holds. */
    KeyValueRecord read(long position);

    /** As {@link #read(long)}, for who knows the record's key: it is not copied out of the record again. */
    default KeyValueRecord read(long position, ByteSequence key) {
        return read(position).withKey(key);
    }
}
