package io.leasehold.client.internal.rpc;

import io.grpc.Status;

/** Takes what comes from a stream. All calls are on the client's thread, and none comes after {@link OpenStream#close}. */
public interface StreamSink<A> {
    /** A message. */
    void message(A message);

    /** Whether it asks for each message itself, by {@link OpenStream#requestMore}, behind the first few. */
    default boolean isPaced() {
        return false;
    }

    /**
     * How many messages the transport may hold for it, an even number: enough to keep the pipe full, few enough to bound
     * memory.
     */
    default int window() {
        return 64;
    }

    /**
     * How long what comes may wait, so that more of it is handed over together: waking the client's thread costs more than a
     * small message. Asked when something comes and nothing waits yet, on the transport's thread.
     */
    default long gatherNanos() {
        return 0;
    }

    /** The stream can take more without queueing. */
    default void ready() {}

    /** The stream is over, also when the server ended it in good order; nothing comes after this. */
    void ended(Status status);
}
