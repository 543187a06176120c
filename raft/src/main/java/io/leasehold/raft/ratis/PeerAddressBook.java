package io.leasehold.raft.ratis;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.ratis.thirdparty.io.grpc.EquivalentAddressGroup;
import org.apache.ratis.thirdparty.io.grpc.NameResolver;
import org.apache.ratis.thirdparty.io.grpc.NameResolverProvider;
import org.apache.ratis.thirdparty.io.grpc.NameResolverRegistry;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusOr;

/**
 * Where members are reached, by their ids. The engine keeps the first address of a peer for life; so it is given
 * {@code leasehold:///<id>}, which is looked up here at every connection, and a member that has moved is found again.
 *
 * <p>There is one book for the process, because the engine's gRPC asks one registry for the process; members of a test that
 * share a JVM share it without harm, as an id means the same member to all of them. Any thread.
 */
final class PeerAddressBook extends NameResolverProvider {

    private static final String SCHEME = "leasehold";
    private static final PeerAddressBook OF_THE_PROCESS = registered();

    /** Host and port, by the id's hex digits. */
    private final Map<String, List<HostAndPort>> addresses = new ConcurrentHashMap<>();

    private record HostAndPort(String host, int port) {
        static HostAndPort parse(String text) {
            URI uri = URI.create("peer://" + text);
            if (uri.getHost() == null || uri.getPort() < 0) {
                throw new IllegalArgumentException("not host:port: " + text);
            }
            String host = uri.getHost();
            boolean bracketed = host.startsWith("[");
            return new HostAndPort(bracketed ? host.substring(1, host.length() - 1) : host, uri.getPort());
        }
    }

    private PeerAddressBook() {}

    private static PeerAddressBook registered() {
        PeerAddressBook book = new PeerAddressBook();
        NameResolverRegistry.getDefaultRegistry().register(book);
        return book;
    }

    static PeerAddressBook ofTheProcess() {
        return OF_THE_PROCESS;
    }

    /** What the engine is told as a member's address. */
    static String target(long memberId) {
        return SCHEME + ":///" + HexFormat.of().toHexDigits(memberId);
    }

    /**
     * Notes where a member is reached; connections made from now on go there.
     *
     * @param hostsAndPorts each as {@code host:port}; tried in this order
     */
    void put(long memberId, List<String> hostsAndPorts) {
        addresses.put(
                HexFormat.of().toHexDigits(memberId),
                hostsAndPorts.stream().map(HostAndPort::parse).toList());
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
        String path = target.getPath();
        return new Resolver(path.startsWith("/") ? path.substring(1) : path, args.getOffloadExecutor());
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 5;
    }

    private final class Resolver extends NameResolver {

        private final String id;
        private final Executor lookups;
        private volatile Listener2 listener = new Nobody();

        private Resolver(String id, @org.jspecify.annotations.Nullable Executor offload) {
            this.id = id;
            this.lookups = offload == null ? Runnable::run : offload;
        }

        @Override
        public String getServiceAuthority() {
            List<HostAndPort> known = addresses.getOrDefault(id, List.of());
            return known.isEmpty() ? id : known.getFirst().host();
        }

        @Override
        public void start(Listener2 begun) {
            listener = begun;
            lookUp();
        }

        @Override
        public void refresh() {
            lookUp();
        }

        @Override
        public void shutdown() {
            listener = new Nobody();
        }

        private void lookUp() {
            // Asking the system for a name may take its time.
            lookups.execute(() -> {
                List<SocketAddress> found = addresses.getOrDefault(id, List.of()).stream()
                        .map(each -> (SocketAddress) new InetSocketAddress(each.host(), each.port()))
                        .toList();
                if (found.isEmpty()) {
                    listener.onError(Status.UNAVAILABLE.withDescription("nobody knows where member " + id + " is"));
                } else {
                    listener.onResult(ResolutionResult.newBuilder()
                            .setAddressesOrError(StatusOr.fromValue(List.of(new EquivalentAddressGroup(found))))
                            .build());
                }
            });
        }
    }

    /** Hears nothing. */
    private static final class Nobody extends NameResolver.Listener2 {
        @Override
        public void onResult(NameResolver.ResolutionResult result) {}

        @Override
        public void onError(Status error) {}
    }
}
