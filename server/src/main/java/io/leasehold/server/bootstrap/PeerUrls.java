package io.leasehold.server.bootstrap;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares URLs of members by where they lead: one may have a name where another has the address. */
final class PeerUrls {
    private PeerUrls() {}

    /** Whether both are the same URLs in any order, if need be after asking the system for the hosts' addresses. */
    static boolean same(Collection<String> some, Collection<String> others) {
        return Set.copyOf(some).equals(Set.copyOf(others)) || resolved(some).equals(resolved(others));
    }

    private static Set<String> resolved(Collection<String> urls) {
        return urls.stream()
                .map(url -> URI.create(url).getScheme() + "://" + address(url).orElse(url))
                .collect(Collectors.toSet());
    }

    /** Address and port of a URL; empty when its host has none, or it is a Unix socket. */
    static Optional<String> address(String url) {
        if (url.startsWith("unix")) {
            return Optional.empty();
        }
        URI uri = URI.create(url);
        try {
            String host = uri.getHost() == null ? "" : uri.getHost();
            return Optional.of(InetAddress.getByName(host).getHostAddress() + ":" + uri.getPort());
        } catch (UnknownHostException nowhere) {
            return Optional.empty();
        }
    }
}
