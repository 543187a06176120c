package io.leasehold.client.lease.classic;

/** The lease is not kept alive here. */
public final class NoSuchLeaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSuchLeaseException(long leaseId) {
        super("lease " + Long.toHexString(leaseId) + " is not kept alive here");
    }
}
