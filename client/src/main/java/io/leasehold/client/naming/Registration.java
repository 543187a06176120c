package io.leasehold.client.naming;

import java.util.concurrent.CompletableFuture;

/** An endpoint that is kept registered. Register when the server's port is open; close before it shuts down. Any thread. */
public interface Registration extends AutoCloseable {
    /** Where it stands. */
    enum State {
        /** Its key is there. */
        REGISTERED,
        /** Its lease or its key is lost; it is being put again. */
        LOST,
        /** Closed. */
        CLOSED
    }

    /** Told of each change once, one call after another, on the client's callback executor. */
    @FunctionalInterface
    interface Listener {
        /** It is in this state now. */
        void onState(State state);
    }

    /** Its whole key. */
    String key();

    /** The present lease; the last one when it is lost or closed. */
    long leaseId();

    /** Where it stands. */
    State state();

    /** Adds a listener, which is told the present state at once. */
    void listen(Listener listener);

    /** Changes the metadata, now and for every later time it is put. */
    CompletableFuture<Void> updateMetadata(JsonValue metadata);

    /** Deletes the key and revokes the lease; completes when that is done or left to the lease's time. */
    CompletableFuture<Void> closeAsync();

    /** As {@link #closeAsync}, and waits for it. */
    @Override
    void close();
}
