package io.leasehold.statemachine;

/**
 * Operations on keys that commands did, as etcd counts them: each op of a transaction's branch taken is one.
 *
 * @param puts keys written
 * @param putBytes bytes of those keys and values
 * @param deletes deletions asked for, of a key or a range, and keys that went with their lease
 * @param ranges reads inside of transactions that were logged
 * @param txns commands of more than one operation, the end of a lease with its keys among them
 */
public record OperationCounts(long puts, long putBytes, long deletes, long ranges, long txns) {
    /** Nothing was done. */
    public static final OperationCounts NONE = new OperationCounts(0, 0, 0, 0, 0);
}
