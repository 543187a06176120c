package io.leasehold.lease.lessor;

/** Opens the transaction in which the keys of a lease that ends are deleted. */
@FunctionalInterface
public interface RangeDeleter {
    /** A transaction of its own; called on the thread that revokes, without any lock. */
    TxnDelete begin();
}
