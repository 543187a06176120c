package io.leasehold.raft;

import java.util.function.LongConsumer;

/**
 * An ordered log of opaque entries that a majority of the members keeps durably: the one way state changes. Entries are
 * numbered from 1 without gaps; some numbers belong to the engine itself ({@link LogListener#internal}).
 *
 * <p>What an entry means, and batching many commands into one, is the caller's business. An entry costs the engine about
 * 130 µs however small it is, so one entry in flight and many commands in it is the way to drive it.
 */
public interface ReplicatedLog extends AutoCloseable {

    /** The longest time {@link #close} takes, in seconds. */
    int CLOSE_LIMIT_SECONDS = 10;

    /**
     * Opens the log, checks it and joins the cluster. Every entry behind {@code appliedIndex} that is or becomes
     * committed is handed to the listener, in order, beginning before this method returns. May be called once.
     *
     * @param listener receives everything the log has to say until {@link #close}
     * @param appliedIndex index of the last entry contained in the caller's durable state; 0 when there is none
     * @param appliedTerm term of that entry; 0 when {@code appliedIndex} is 0
     * @throws LogStartException when the log cannot be opened, is damaged, does not join on to {@code appliedIndex}, or
     *     the peer port is taken; nothing is left running then
     */
    void start(LogListener listener, long appliedIndex, long appliedTerm);

    /**
     * Proposes one entry. Exactly one answer comes for each call: {@link LogListener#committed} with this very
     * {@code proposal} object, or {@link LogListener#refused}. A proposal refused with an outcome unknown
     * ({@link Refusal#outcomeUnknown}) may still be committed later; then it is handed over without its object.
     *
     * <p>Called by one thread only (the Proposer); blocks while the engine's own queue is full.
     *
     * @param payload the entry; owned by the log from here on and never to be changed. An entry longer than the
     *     configured limit is refused with {@link Refusal#TOO_LARGE}
     * @param proposal what the caller wants back with the answer; never looked at
     */
    void propose(byte[] payload, Object proposal);

    /** How the log stands, as of now. Any thread; cheap enough to be asked for every request. */
    LogStatus status();

    /** The term this member knows of, as in {@link #status}, for whoever asks at each answer. Any thread. */
    default long term() {
        return status().term();
    }

    /**
     * Tells the log that the state up to and including {@code index} is durable, so that entries may be forgotten. The
     * log keeps everything behind the checkpoint <em>before</em> this one, because the caller keeps two. Any thread.
     *
     * @param index index of the last entry in the new checkpoint, at least that of the call before; less is ignored
     * @param term term of that entry
     */
    void checkpointed(long index, long term);

    /** Tells whether this member still leads. */
    LeadershipGuard guard();

    /**
     * Sets who is told how long each force of the log to the disk took, in nanoseconds, on the engine's threads: returns at
     * once. Before the start; an engine without files tells nothing.
     */
    default void timeForces(LongConsumer durationNanos) {}

    /** Messages to and from the other members, beside the log. Listeners are to be set before the start. */
    default PeerNetwork network() {
        return PeerNetwork.NOBODY;
    }

    /** Who takes part. */
    default LogMembership membership() {
        return LogMembership.FIXED;
    }

    /** What a stranger that asks at the peer port is told: which cluster this is, in the caller's own form. */
    default void describe(byte[] clusterDescription) {}

    /** Stops taking part; proposals without an answer are refused with {@link Refusal#STOPPED}. Idempotent. */
    @Override
    void close();
}
