package io.leasehold.server.watch;

/**
 * Where the responses of one stream go. Called on the dispatcher's thread; an implementation hands over to the
 * connection's own thread and never blocks.
 */
public interface WatchSink {
    /**
     * Whether events may be sent. After a {@code false} the sink calls {@link WatchStream#ready()} once it is ready
     * again, also when that happened while this method returned.
     */
    boolean isReady();

    /** Sends a response behind those sent before. Answers to requests come also when the sink is not ready. */
    void send(WatchMessage message);

    /**
     * One create, cancel or progress request has been dealt with, and its answer, if any, been sent: the next may be let
     * in. So the requests of a client that does not read its answers are bounded.
     */
    void handled();
}
