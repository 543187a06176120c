package io.leasehold.server.http;

/**
 * Serves conversations as well: messages of text that go both ways (WebSocket), begun by a request. Called on the
 * connection's event loop.
 */
public interface MessageEndpoint extends HttpEndpoint {
    /** Whether a conversation may be begun at the path; otherwise the request is answered as any other. */
    boolean conversesAt(String path);

    /**
     * Begins a conversation; nothing has been said yet.
     *
     * @param call the request it began with; it must not be answered any more
     * @param out what is said to the client: each piece is one message
     */
    Listener converse(HttpCall call, Conversation out);

    /** The server's side of a conversation. Runs on the connection's loop. */
    interface Listener {
        /** The client has said something. */
        void onMessage(String text);

        /** The client has gone, or has said that it is going. */
        void onGone();
    }

    /** The way back to the client. Any thread. */
    interface Conversation extends HttpStream {
        /** Whether more messages of the client are taken in; they are held back, in the network, while not. */
        void listen(boolean on);
    }
}
