package io.leasehold.raft.ratis;

import io.leasehold.raft.PeerPortException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/** The addresses where a member listens for others, asked for and given back. */
final class PeerPort {
    private final List<ListenAddress> addresses;

    PeerPort(List<ListenAddress> addresses) {
        this.addresses = addresses;
    }

    /**
     * Asks before anything is built; the engine itself listens last, when everything else is running.
     *
     * @throws PeerPortException which address cannot be had, and why
     */
    void check() {
        for (ListenAddress address : addresses) {
            try (ServerSocketChannel probe = ServerSocketChannel.open()) {
                bind(probe, address.toSocketAddress());
            } catch (IOException | RuntimeException refused) {
                throw taken(address.toString(), refused);
            }
        }
    }

    /** Whether nobody listens there (any more). */
    boolean isFree() {
        try {
            check();
            return true;
        } catch (PeerPortException taken) {
            return false;
        }
    }

    /** The engine could not listen although nobody had these addresses a moment before. */
    PeerPortException taken(Throwable cause) {
        return taken(
                String.join(
                        ", ", addresses.stream().map(ListenAddress::toString).toList()),
                cause);
    }

    /** Binds as a server does that may be started again at once. */
    static void bind(ServerSocketChannel socket, InetSocketAddress address) throws IOException {
        socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        socket.bind(address);
    }

    private static PeerPortException taken(String where, Throwable cause) {
        Throwable reason = cause.getCause() == null ? cause : cause.getCause();
        return new PeerPortException("cannot listen for peers on " + where + ": " + reason.getMessage(), cause);
    }
}
