package io.leasehold.client.session;

/** Why a session ended. */
public enum SessionEnd {
    /** Closed by its user, and its lease revoked. */
    CLOSED,
    /** Given up by its user; the lease lives on until its time is over. */
    ORPHANED,
    /** Its lease ended or could not be renewed in time. */
    LEASE_LOST,
    /** Its owner's heartbeat stopped, or its owner's thread ended; the lease was revoked. */
    OWNER_GONE,
    /** A later incarnation has taken it over. */
    TAKEN_OVER
}
