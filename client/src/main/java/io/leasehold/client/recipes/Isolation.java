package io.leasehold.client.recipes;

/** What a transaction over many keys may count on; the levels of Go's {@code concurrency.STM}. */
public enum Isolation {
    /** All reads are of one revision, and nothing that was read or is written has changed since. */
    SERIALIZABLE_SNAPSHOT,
    /** All reads are of one revision, and nothing that was read has changed since. */
    SERIALIZABLE,
    /** Nothing that was read has changed since; the reads need not be of one revision. */
    REPEATABLE_READS,
    /** What was read was there once. */
    READ_COMMITTED
}
