package io.leasehold.client.naming;

import java.util.Optional;

/**
 * An address of a host.
 *
 * @param host a name or a literal, without brackets
 * @param port 1 to 65535
 */
record HostPort(String host, int port) {
    private static final int PORT_MAX = 65_535;

    /** Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}; empty for anything else. */
    static Optional<HostPort> parse(String address, int defaultPort) {
        int bracket = address.indexOf(']');
        if (address.startsWith("[")) {
            if (bracket < 2) {
                return Optional.empty();
            }
            return of(address.substring(1, bracket), address.substring(bracket + 1), defaultPort);
        }
        int colon = address.indexOf(':');
        if (colon != address.lastIndexOf(':')) {
            // A bare v6 literal, which leaves no room for a port.
            return of(address, "", defaultPort);
        }
        return colon < 0
                ? of(address, "", defaultPort)
                : of(address.substring(0, colon), address.substring(colon), defaultPort);
    }

    private static Optional<HostPort> of(String host, String rest, int defaultPort) {
        if (host.isEmpty() || host.indexOf('/') >= 0) {
            return Optional.empty();
        }
        if (rest.isEmpty()) {
            return Optional.of(new HostPort(host, defaultPort));
        }
        try {
            int port = rest.startsWith(":") ? Integer.parseInt(rest.substring(1)) : 0;
            return port > 0 && port <= PORT_MAX ? Optional.of(new HostPort(host, port)) : Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    /** Whether it is no literal, so that its meaning may change. */
    boolean isName() {
        return host.indexOf(':') < 0 && !host.chars().allMatch(letter -> letter == '.' || Character.isDigit(letter));
    }
}
