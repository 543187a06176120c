package io.leasehold.raft;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hears what the log has to say. The engine's own threads call: return at once, hand over by a queue, never block and
 * never throw; whatever is thrown nevertheless comes back as {@link #failed}.
 *
 * <p>{@link #committed}, {@link #internal} and {@link #leaderReady} come from one thread in the order of the log. The other
 * calls may come from any thread at any time.
 */
public interface LogListener {

    /**
     * An entry is committed.
     *
     * @param index its number, one more than that of the call before (of this or {@link #internal})
     * @param term the term of the leader that wrote it
     * @param payload its bytes, read-only; they stay valid, and the buffer's position is the listener's to move
     * @param proposal the object given to {@link ReplicatedLog#propose}, on the member and in the process that proposed
     *     it; absent elsewhere, after a restart, and when the proposal was refused with an unknown outcome before
     */
    void committed(long index, long term, ByteBuffer payload, @Nullable Object proposal);

    /** The number {@code index} belongs to an entry of the engine's own, which means nothing to the state. */
    void internal(long index, long term);

    /** A proposal will get no other answer than this one. */
    void refused(Object proposal, Refusal refusal);

    /**
     * This member leads in {@code term}, and every entry of earlier terms has been handed over before this call. What is
     * handed over after it may be served once the listener has applied all that came before.
     */
    void leaderReady(long term);

    /**
     * This member does not lead any more.
     *
     * @param term the last term in which it led
     */
    void leaderLost(long term);

    /**
     * Another leader is known, or none.
     *
     * @param leaderId the member id of the leader, 0 for none
     */
    void leaderChanged(long leaderId);

    /**
     * The members have forgotten entries that this one still needs: it must fetch their effect, the state, from the leader,
     * and start the log anew behind it. Comes again for as long as this is so.
     *
     * @param leaderId who has the state
     */
    default void stateNeeded(long leaderId) {}

    /**
     * The engine cannot go on: a disk error, or a bug. The process must halt and start anew; nothing follows this call.
     *
     * @param what what the engine was doing
     * @param cause why it stopped
     */
    void failed(String what, Throwable cause);
}
