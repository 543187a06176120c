package io.leasehold.server.config;

import java.util.Locale;

/**
 * An address to listen on. Of a TCP address the host is an IP address (IPv6 without brackets) or {@code localhost}, never a
 * name to be resolved, and port 0 lets the system choose. Of a Unix socket the host is the path of the socket's file, and
 * the port is 0.
 */
public record ListenUrl(Scheme scheme, String host, int port) {
    /** What is spoken, and over what. */
    public enum Scheme {
        HTTP(false, false),
        HTTPS(true, false),
        UNIX(false, true),
        UNIXS(true, true);

        private final boolean secure;
        private final boolean unix;

        Scheme(boolean secure, boolean unix) {
            this.secure = secure;
            this.unix = unix;
        }
    }

    /** Checks that the port is in 0..65535, and that of a Unix socket 0. */
    public ListenUrl {
        if (host.isEmpty() || port < 0 || port > (scheme.unix ? 0 : 65_535)) {
            throw new IllegalArgumentException("expected a host and a port in 0..65535, got " + host + ":" + port);
        }
    }

    /** A TCP address without TLS. */
    public ListenUrl(String host, int port) {
        this(Scheme.HTTP, host, port);
    }

    /** Whether TLS is spoken there. */
    public boolean isSecure() {
        return scheme.secure;
    }

    /** Whether it is a Unix socket. */
    public boolean isUnix() {
        return scheme.unix;
    }

    /** {@code host:port}, with brackets around an IPv6 address; of a Unix socket its path. */
    public String hostAndPort() {
        if (isUnix()) {
            return host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** The same address with another port: the one the system chose. */
    public ListenUrl withPort(int boundPort) {
        return new ListenUrl(scheme, host, boundPort);
    }

    /** The URL as a user writes it. */
    @Override
    public String toString() {
        return scheme.name().toLowerCase(Locale.ROOT) + "://" + hostAndPort();
    }
}
