package io.leasehold.raft.ratis;

/**
 * What this member knows of its own leadership. Written by the engine's callbacks, read by everybody.
 *
 * <pre>
 *   follower ── won(term) ──▶ leading(term) ── ready(term) ──▶ serving(term)
 *       ▲                          │                               │
 *       └────────── lost() ────────┴───────────────────────────────┘
 * </pre>
 */
final class Leadership {

    private volatile long wonTerm;
    private volatile long readyTerm;

    /** This member won the election of {@code term}. */
    void won(long term) {
        wonTerm = term;
    }

    /** Everything of earlier terms was handed over. */
    void ready(long term) {
        readyTerm = term;
    }

    /** It leads no more; returns the last term it led in. */
    long lost() {
        readyTerm = 0;
        return wonTerm;
    }

    /** Whether it became ready in {@code term} and has not heard of losing it. */
    boolean isReadyIn(long term) {
        return term != 0 && readyTerm == term;
    }
}
