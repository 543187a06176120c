package io.leasehold.client.lease;

/** How a revocation ended. */
public enum Revocation {
    /** The lease was there and has been revoked, with all its keys. */
    REVOKED,
    /** There was no such lease any more. */
    ALREADY_GONE
}
