package io.leasehold.raft;

import io.leasehold.protocol.ErrorCode;

/**
 * Confirms that this member still led at some moment after the question: what a linearizable read and a renewal stand on.
 * The proof is a round to a majority begun after the call, never a clock. With a single voter there is nobody to ask.
 */
public interface LeadershipGuard {

    /**
     * Asks once. Any thread; all that ask while a round is under way share the next one.
     *
     * @param listener gets exactly one answer, possibly before this method returns, otherwise on a thread of the engine's
     *     that it must not block
     */
    void confirm(ConfirmListener listener);

    /** Takes the answer. */
    interface ConfirmListener {

        /**
         * This member led in {@code term} after the question was put.
         *
         * @param term the term in which it leads
         * @param committedIndex everything acknowledged before the question is at or below this index: a read that has
         *     applied up to here is linearizable
         */
        void confirmed(long term, long committedIndex);

        /**
         * It cannot be confirmed.
         *
         * @param code {@link ErrorCode#NO_LEADER}, {@link ErrorCode#NOT_LEADER}, {@link ErrorCode#TIMEOUT} or
         *     {@link ErrorCode#STOPPED}
         */
        void refused(ErrorCode code);
    }
}
