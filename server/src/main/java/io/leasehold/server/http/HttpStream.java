package io.leasehold.server.http;

/** An HTTP answer sent piece by piece. Used by one thread at a time. */
public interface HttpStream {
    /**
     * Sends a piece.
     *
     * @param whenWritten runs once the piece has left for the network, on the connection's thread: then is the time for the
     *     next, so that a slow reader bounds what is queued; never runs if the client has gone
     */
    void write(byte[] piece, Runnable whenWritten);

    /** Ends the answer. */
    void end();

    /** Runs the action, on the connection's thread, when the client goes before the end. */
    void onGone(Runnable action);
}
