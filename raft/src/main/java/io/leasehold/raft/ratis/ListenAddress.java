package io.leasehold.raft.ratis;

import java.net.InetSocketAddress;

/**
 * Where a member listens for others.
 *
 * @param host a name or an address of this machine; empty for every address
 * @param port 0..65535; 0: one that the system draws and nobody is told
 */
public record ListenAddress(String host, int port) {
    private static final int PORT_MAX = 65_535;

    /** Checks the port. */
    public ListenAddress {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("listen port " + port + " is not in 0..65535");
        }
    }

    InetSocketAddress toSocketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.isEmpty() ? "*" : host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
