package io.leasehold.server.replica.lease;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A renewal on its way to its answer. The keeper's thread alone.
 *
 * <pre>
 *   CONFIRMING ──confirmed──► look up ──► not there ──► APPLYING ──applied──► look up ──► answered: not found
 *                               ▲  │
 *                   ended,      │  ├────► ending ─────► ENDING
 *                   or unmarked └──┼──────────────────────┘
 *                               ▲  ├────► anchored ───► CLEARING ──applied──► answered: renewed
 *                               └──┼──────── ended ───────┘
 *                                  └────► clear ──► answered: renewed
 * </pre>
 *
 * Not there while a promotion is under way: PROMOTING, and looked up again behind its end.
 * From every state: refused, demoted or out of time → answered: failed.
 */
final class WaitingRenewal {
    final long leaseId;
    final Consumer<LeaseRenewal> listener;
    /** The stamp: lease-clock time at which it had certainly been received. */
    final long receivedNanos;

    State state = State.CONFIRMING;
    /** What its round proved: everything acknowledged before the renewal came is at or below. */
    long roundIndex;
    /** Whether this member has applied up to {@link #roundIndex}, as the keeper knows. */
    boolean appliedFar;
    /** What it waits for when CLEARING. */
    @Nullable
    ClearProposal clear;

    /** Whether it has begun to wait for something, so that its lease is pinned. */
    boolean waits;
    /** Neighbours among those that wait for the same lease, by when they began to; {@link Renewals} has the newest. */
    @Nullable
    WaitingRenewal older;

    @Nullable
    WaitingRenewal newer;

    WaitingRenewal(long leaseId, Consumer<LeaseRenewal> listener, long receivedNanos) {
        this.leaseId = leaseId;
        this.listener = listener;
        this.receivedNanos = receivedNanos;
    }

    enum State {
        CONFIRMING,
        PROMOTING,
        APPLYING,
        ENDING,
        CLEARING,
        ANSWERED
    }
}
