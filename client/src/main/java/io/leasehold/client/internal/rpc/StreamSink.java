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

    /** The stream can take more without queueing. */
    default void ready() {}

    /** The stream is over, also when the server ended it in good order; nothing comes after this. */
    void ended(Status status);
}
