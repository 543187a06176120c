package io.leasehold.server.replica;

import java.net.URI;

/** Where a member is reached by the others, taken from a URL of the member table. Pure functions. */
public final class PeerAddress {
    /** Where the engine of a member listens whose URL is a Unix socket, on a port that the system draws. */
    public static final String NOWHERE = "127.0.0.1";

    private PeerAddress() {}

    /**
     * The address as {@code host:port}. Of a Unix socket one that nobody listens on: only a member that is alone has such
     * a URL.
     */
    public static String of(String peerUrl) {
        return peerUrl.startsWith("unix") ? NOWHERE + ":0" : URI.create(peerUrl).getAuthority();
    }
}
