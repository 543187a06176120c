package io.leasehold.server.rpc;

/**
 * Limits of requests.
 *
 * @param txnOpsMax most compares or operations in one list of a transaction
 * @param leaseTtlMinSeconds shorter TTLs are raised to it
 * @param slowCallNanos unary calls that take longer are told of in the log; 0 for none
 * @param learnersMax learners there may be at once
 */
public record RpcSettings(int txnOpsMax, long leaseTtlMinSeconds, long slowCallNanos, int learnersMax) {
    /** Checks the ranges. */
    public RpcSettings {
        if (txnOpsMax < 1 || leaseTtlMinSeconds < 1 || slowCallNanos < 0 || learnersMax < 0) {
            throw new IllegalArgumentException(
                    "limits must be positive: txnOpsMax=" + txnOpsMax + " leaseTtlMinSeconds=" + leaseTtlMinSeconds);
        }
    }
}
