package io.leasehold.client.naming;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.leasehold.client.LeaseholdClient;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code etcd:///service} for grpc-java by the endpoints of {@link EndpointManager}. To be registered once, in
 * {@code NameResolverRegistry.getDefaultRegistry()}. The clients stay their owner's, who closes them after the channels.
 *
 * <p>gRPC connects to the first address only, unless the channel is built with
 * {@code defaultLoadBalancingPolicy("round_robin")}.
 */
public final class EtcdResolverProvider extends NameResolverProvider {
    private static final String SCHEME = "etcd";

    /** What gRPC's own providers have; a greater one gives the scheme of targets that name none. */
    private static final int PRIORITY_OF_OTHERS = 5;

    private final LeaseholdClient client;
    private final Map<String, LeaseholdClient> clusters;
    private final boolean bareTargets;

    /** For the services of one cluster. */
    public EtcdResolverProvider(LeaseholdClient client) {
        this(client, Map.of(), false);
    }

    private EtcdResolverProvider(LeaseholdClient client, Map<String, LeaseholdClient> clusters, boolean bareTargets) {
        this.client = client;
        this.clusters = clusters;
        this.bareTargets = bareTargets;
    }

    /** Resolves {@code etcd://name/service} by another client, too. */
    public EtcdResolverProvider cluster(String name, LeaseholdClient ofThat) {
        Map<String, LeaseholdClient> more = new HashMap<>(clusters);
        more.put(name, ofThat);
        return new EtcdResolverProvider(client, Map.copyOf(more), bareTargets);
    }

    /** Resolves targets without a scheme, too, such as {@code my-service}, for every channel of the program. */
    public EtcdResolverProvider forBareTargets() {
        return new EtcdResolverProvider(client, clusters, true);
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return bareTargets ? PRIORITY_OF_OTHERS + 1 : PRIORITY_OF_OTHERS - 1;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
        return List.of(InetSocketAddress.class);
    }

    /**
     * Null for other schemes.
     *
     * @throws IllegalArgumentException without a service, or for an unknown cluster
     */
    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
        if (!SCHEME.equals(target.getScheme())) {
            return null;
        }
        String service = service(target);
        if (service.isEmpty()) {
            throw new IllegalArgumentException("no service in " + target + ", expected etcd:///service");
        }
        return new EtcdResolver(cluster(target).naming().endpoints(service), args);
    }

    private static String service(URI target) {
        if (target.isOpaque()) {
            return target.getSchemeSpecificPart();
        }
        String path = target.getPath() == null ? "" : target.getPath();
        return path.startsWith("/") ? path.substring(1) : path;
    }

    private LeaseholdClient cluster(URI target) {
        String name = target.getAuthority();
        if (name == null || name.isEmpty()) {
            return client;
        }
        LeaseholdClient named = clusters.get(name);
        if (named == null) {
            throw new IllegalArgumentException("no cluster named " + name + " is known, only " + clusters.keySet());
        }
        return named;
    }
}
