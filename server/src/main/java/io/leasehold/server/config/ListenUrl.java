package io.leasehold.server.config;

/**
 * An address to listen on. The host is an IP address (IPv6 without brackets) or {@code localhost}, never a name to be
 * resolved; port 0 lets the system choose.
 */
public record ListenUrl(String host, int port) {
    /** Checks that the port is in 0..65535. */
    public ListenUrl {
        if (host.isEmpty() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException("expected a host and a port in 0..65535, got " + host + ":" + port);
        }
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    public String hostAndPort() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** The same address with another port: the one the system chose. */
    public ListenUrl withPort(int boundPort) {
        return new ListenUrl(host, boundPort);
    }

    /** The URL as a user writes it. */
    @Override
    public String toString() {
        return "http://" + hostAndPort();
    }
}
