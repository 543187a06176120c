package io.leasehold.client.lease;

/** Why a lease is no longer kept. Told exactly once. */
public enum LossReason {
    /** A renewal was answered with "no such lease": it ended, or somebody else revoked it. */
    SERVER_SAID_GONE,
    /** No renewal was answered in time. The server may still have the lease, for a while; nobody may count on it. */
    LOCAL_DEADLINE,
    /** This client revoked it, or was waiting for that when a renewal found it gone. */
    REVOKED,
    /** The server refuses to renew it for this user. */
    REFUSED,
    /** Its handle, the keepalive or the client was closed; the lease lives on until its time is over. */
    CLOSED;

    /** Whether the lease has ended by itself, as opposed to being given up here. */
    public boolean isExpiry() {
        return this == SERVER_SAID_GONE || this == LOCAL_DEADLINE;
    }
}
