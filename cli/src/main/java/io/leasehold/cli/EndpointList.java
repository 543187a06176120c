package io.leasehold.cli;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A target of gRPC that stands for a list of endpoints, tried in their order. */
final class EndpointList {
    private static final String SCHEME = "endpoints";
    private static final String SEPARATOR = ",";
    private static final int PORT_DEFAULT = 2379;

    private EndpointList() {}

    /** The target for endpoints such as {@code host:port} or {@code https://host:port}. */
    static String target(List<String> endpoints) {
        endpoints.forEach(EndpointList::host);
        NameResolverRegistry.getDefaultRegistry().register(new Provider());
        return SCHEME + ":///" + URLEncoder.encode(String.join(SEPARATOR, endpoints), StandardCharsets.UTF_8);
    }

    /** The host of an endpoint. */
    static String host(String endpoint) {
        return isUnix(endpoint) ? "localhost" : uri(endpoint).getHost();
    }

    /** Whether an endpoint is a socket in the file system: {@code unix:///path} or {@code unixs:///path}. */
    static boolean isUnix(String endpoint) {
        return endpoint.startsWith("unix:") || endpoint.startsWith("unixs:");
    }

    private static SocketAddress address(String endpoint) {
        if (isUnix(endpoint)) {
            return new DomainSocketAddress(endpoint.replaceFirst("^unixs?:(//)?", ""));
        }
        URI uri = uri(endpoint);
        return new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? PORT_DEFAULT : uri.getPort());
    }

    private static URI uri(String endpoint) {
        try {
            URI uri = URI.create(endpoint.contains("://") ? endpoint : "http://" + endpoint);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException notAUri) {
            // Told below.
        }
        throw new CtlException(
                CtlException.Code.BAD_ARGUMENTS, "--endpoints: expected host:port, got " + Ctl.quoted(endpoint));
    }

    /** The list is in the target itself: of several providers of a scheme gRPC takes the first for all connections. */
    private static final class Provider extends NameResolverProvider {
        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 5;
        }

        @Override
        public String getDefaultScheme() {
            return SCHEME;
        }

        @Override
        public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
            if (!SCHEME.equals(target.getScheme())) {
                return null;
            }
            String path = URLDecoder.decode(target.getRawPath().substring(1), StandardCharsets.UTF_8);
            List<String> endpoints = List.of(path.split(SEPARATOR, -1));
            return new NameResolver() {
                @Override
                public String getServiceAuthority() {
                    return host(endpoints.get(0));
                }

                @Override
                public void start(Listener2 listener) {
                    List<EquivalentAddressGroup> groups = new ArrayList<>();
                    for (String endpoint : endpoints) {
                        // With TLS each server has to show a certificate for its own name.
                        Attributes name = Attributes.newBuilder()
                                .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, host(endpoint))
                                .build();
                        groups.add(new EquivalentAddressGroup(address(endpoint), name));
                    }
                    listener.onResult(ResolutionResult.newBuilder()
                            .setAddressesOrError(StatusOr.fromValue(groups))
                            .build());
                }

                @Override
                public void shutdown() {}
            };
        }
    }
}
