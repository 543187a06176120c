package io.leasehold.client.recipes;

/**
 * Told who leads, one call after another, on the client's callback executor. Each state is told once. A leader that came and
 * went between two looks after a compaction may be left out.
 */
@FunctionalInterface
public interface LeaderListener {
    /** Somebody leads, or proclaims something new. */
    void onLeader(Leader leader);

    /** Nobody leads. */
    default void onNobody() {}

    /** The last call: closed, the client was closed, or these keys may not be read. */
    default void onEnded(String why) {}
}
