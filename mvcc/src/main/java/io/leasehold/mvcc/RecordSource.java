package io.leasehold.mvcc;

/** Finds the record at a packed {@link Position}. */
@FunctionalInterface
interface RecordSource {
    /** The record; the position is one that the index holds. */
    KeyValueRecord read(long position);
}
