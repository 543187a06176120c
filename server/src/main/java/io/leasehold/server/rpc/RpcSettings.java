package io.leasehold.server.rpc;

/**
 * Limits of requests.
 *
 * @param txnOpsMax most compares or operations in one list of a transaction
 * @param leaseTtlMinSeconds shorter TTLs are raised to it
 */
public record RpcSettings(int txnOpsMax, long leaseTtlMinSeconds) {
    /** Checks the ranges. */
    public RpcSettings {
        if (txnOpsMax < 1 || leaseTtlMinSeconds < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: txnOpsMax=" + txnOpsMax + " leaseTtlMinSeconds=" + leaseTtlMinSeconds);
        }
    }
}
