package io.leasehold.server.rpc;

/**
 * Limits of requests.
 *
 * @param txnOpsMax most compares or operations in one list of a transaction
 * @param leaseTtlMinSeconds shorter TTLs are raised to it
 * @param slowCallNanos unary calls that take longer are told of in the log; 0 for none
 */
public record RpcSettings(int txnOpsMax, long leaseTtlMinSeconds, long slowCallNanos) {
    /** Checks the ranges. */
    public RpcSettings {
        if (txnOpsMax < 1 || leaseTtlMinSeconds < 1 || slowCallNanos < 0) {
            throw new IllegalArgumentException(
                    "limits must be positive: txnOpsMax=" + txnOpsMax + " leaseTtlMinSeconds=" + leaseTtlMinSeconds);
        }
    }
}
