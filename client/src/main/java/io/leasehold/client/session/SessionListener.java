package io.leasehold.client.session;

import java.time.Duration;

/** Told how a session fares, one call after another, on the client's callback executor; calls may block. */
public interface SessionListener {
    /** Its lease runs out soon, as no renewal has been answered for long. */
    default void onExpiring(Duration left) {}

    /** Its lease is lost. With re-granting the session goes on with a new one; all that hung on this one is gone. */
    default void onLeaseLost(long leaseId) {}

    /** A re-granting session has a new lease, and its keys are put again. */
    default void onRegranted(long leaseId) {}

    /** The last call, exactly once. */
    default void onEnded(SessionEnd end) {}
}
