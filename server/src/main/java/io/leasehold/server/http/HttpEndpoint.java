package io.leasehold.server.http;

/** Serves some of the paths of the client port. Called on the connection's event loop: returns fast, never blocks. */
public interface HttpEndpoint {
    /** Whether this endpoint answers requests to the path. */
    boolean serves(String path);

    /** Answers, now or later; a path it {@linkplain #serves serves}. */
    void handle(HttpCall call);
}
