package io.leasehold.server.http;

/**
 * Takes the bodies of some requests piece by piece, for as long as the client likes, while the answer goes the other way.
 * Called on the connection's event loop.
 */
public interface DuplexEndpoint extends HttpEndpoint {
    /** Whether the body of such a request is wanted in pieces; otherwise it is handed over whole, to {@link #handle}. */
    boolean takesPieces(String method, String path);

    /**
     * Begins to take a body in.
     *
     * @param call the request, as far as it is there: without its body. Answered as any other, before or after the body ends
     * @param flow how the client is held back
     */
    Body begin(HttpCall call, Flow flow);

    /** Where the body goes. Runs on the connection's loop. */
    interface Body {
        /** More of it; the receiver may keep the array. */
        void onPiece(byte[] piece);

        /** That was all. */
        void onEnd();

        /** The client has gone before the end of the body or of the answer. */
        void onGone();
    }

    /** Holds the client back. Any thread. */
    interface Flow {
        /** Whether more is read; it waits in the network while not. */
        void listen(boolean on);
    }
}
