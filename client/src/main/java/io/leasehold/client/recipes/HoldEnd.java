package io.leasehold.client.recipes;

/** Why something is no longer held. */
public enum HoldEnd {
    /** Its holder gave it up. */
    RELEASED,
    /** The session's lease was lost, or the session ended. */
    SESSION_LOST,
    /** Its key is gone though this side believed in its session: deleted by somebody, or ended with its lease. */
    KEY_DELETED
}
