package io.leasehold.server.replica;

import io.leasehold.server.peersocket.PeerSockets;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a member is reached by the others, taken from a URL of the member table. */
public final class PeerAddress {
    private static final Pattern UNIX = Pattern.compile("unixs?:(?://)?(.+)");

    private PeerAddress() {}

    /** The address as {@code host:port}; of a Unix socket one that leads there, which is opened if need be. */
    public static String of(String peerUrl) {
        Matcher unix = UNIX.matcher(peerUrl);
        return unix.matches()
                ? PeerSockets.towards(unix.group(1))
                : URI.create(peerUrl).getAuthority();
    }
}
