package io.leasehold.server.peersocket;

import io.leasehold.raft.ratis.ListenAddress;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.StartRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a member listens for others when its {@code --listen-peer-urls} name Unix sockets: each socket leads to a port of
 * the loopback interface that the engine listens on. In the other direction {@link #towards} gives a port that leads to
 * another member's socket. Opened and closed by one thread.
 */
public final class PeerSockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerSockets.class);

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** By path. Bounded by the members there have been; the engine looks addresses up at any time, so they stay open. */
    private static final Map<String, SocketBridge> TOWARDS = new ConcurrentHashMap<>();

    private final List<ListenAddress> engine = new ArrayList<>();
    private final Map<Path, SocketBridge> bridges = new ConcurrentHashMap<>();

    private PeerSockets() {}

    /**
     * Takes the Unix sockets among the URLs.
     *
     * @throws StartRefused when one of them cannot be had
     */
    public static PeerSockets open(List<ListenUrl> urls) {
        PeerSockets sockets = new PeerSockets();
        for (ListenUrl url : urls) {
            try {
                sockets.engine.add(
                        url.isUnix() ? sockets.bridge(Path.of(url.host())) : new ListenAddress(url.host(), url.port()));
            } catch (IOException | RuntimeException refused) {
                sockets.close();
                throw new StartRefused(
                        "cannot listen for peers on " + url + ": " + refused.getMessage()
                                + " (choose another address with --listen-peer-urls)",
                        refused);
            }
        }
        return sockets;
    }

    private ListenAddress bridge(Path path) throws IOException {
        int port = freePort();
        clear(path);
        bridges.put(path, SocketBridge.open(UnixDomainSocketAddress.of(path), new InetSocketAddress(LOOPBACK, port)));
        return new ListenAddress(LOOPBACK.getHostAddress(), port);
    }

    /** The engine must be told a port; one that was free a moment ago is as a rule free a moment later. */
    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK)) {
            return probe.getLocalPort();
        }
    }

    /** A socket's file outlives its process. Anything else in its place stays, and is in the way. */
    private static void clear(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther()) {
            Files.delete(path);
        }
    }

    /** Where the engine is to listen, an address for each URL, in their order. */
    public List<ListenAddress> engineAddresses() {
        return List.copyOf(engine);
    }

    /** Host and port that lead to the Unix socket of another member, which need not be there yet. Any thread. */
    public static String towards(String path) {
        SocketBridge bridge = TOWARDS.computeIfAbsent(path, PeerSockets::leadingTo);
        try {
            return LOOPBACK.getHostAddress() + ":" + bridge.port();
        } catch (IOException closed) {
            throw new UncheckedIOException("a bridge that is never closed is closed", closed);
        }
    }

    private static SocketBridge leadingTo(String path) {
        try {
            return SocketBridge.open(new InetSocketAddress(LOOPBACK, 0), UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            throw new UncheckedIOException("no port of the loopback interface can be had for " + path, refused);
        }
    }

    /** Gives the sockets back. Idempotent. */
    @Override
    public void close() {
        bridges.forEach((path, bridge) -> {
            try {
                bridge.close();
                clear(path);
            } catch (IOException stays) {
                LOG.warn("the socket {} could not be taken away: {}", path, stays.getMessage());
            }
        });
        bridges.clear();
    }
}
