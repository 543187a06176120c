package io.leasehold.server.peersocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries connections made to one address of this machine over to another one, byte for byte. Members hold a handful of
 * connections with each other, so each has two threads of its own. Opened and closed by any thread.
 */
final class SocketBridge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketBridge.class);

    /** Many times what members open; who opens more is none. */
    private static final int CONNECTIONS_MAX = 128;

    private static final int BUFFER_BYTES = 64 * 1024;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocketChannel entrance;
    private final SocketAddress target;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private SocketBridge(ServerSocketChannel entrance, SocketAddress target) {
        this.entrance = entrance;
        this.target = target;
    }

    /**
     * Listens from now on; nobody need listen at {@code target} yet.
     *
     * @throws IOException when the address to listen on cannot be had
     */
    static SocketBridge open(SocketAddress listen, SocketAddress target) throws IOException {
        ServerSocketChannel entrance = listening(listen);
        SocketBridge bridge = new SocketBridge(entrance, target);
        daemon(bridge::accept);
        return bridge;
    }

    private static ServerSocketChannel listening(SocketAddress listen) throws IOException {
        ServerSocketChannel entrance = listen instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            entrance.bind(listen);
            return entrance;
        } catch (IOException | RuntimeException refused) {
            entrance.close();
            throw refused;
        }
    }

    /** The port it listens on, of a bridge that begins at TCP. */
    int port() throws IOException {
        return ((InetSocketAddress) entrance.getLocalAddress()).getPort();
    }

    private void accept() {
        while (true) {
            SocketChannel caller;
            try {
                caller = entrance.accept();
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException tooMuch) {
                // Too many open files, as a rule: it passes.
                LOG.warn("a connection towards {} was not taken: {}", target, tooMuch.getMessage());
                LockSupport.parkNanos(this, PAUSE_NANOS);
                continue;
            }
            open.add(caller);
            if (open.size() > CONNECTIONS_MAX) {
                end(caller);
            } else {
                daemon(() -> carry(caller));
            }
        }
    }

    private void carry(SocketChannel caller) {
        SocketChannel callee;
        try {
            callee = SocketChannel.open(target);
        } catch (IOException nobody) {
            end(caller);
            return;
        }
        open.add(callee);
        if (!entrance.isOpen()) {
            end(caller);
            end(callee);
            return;
        }
        AtomicInteger directions = new AtomicInteger(2);
        daemon(() -> pump(callee, caller, directions));
        pump(caller, callee, directions);
    }

    /** One direction: what comes to an end on one side ends on the other; what breaks ends both ways. */
    private void pump(SocketChannel from, SocketChannel to, AtomicInteger directions) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        boolean whole = true;
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            whole = false;
        }
        if (directions.decrementAndGet() == 0 || !whole) {
            end(from);
            end(to);
        }
    }

    private void end(SocketChannel connection) {
        open.remove(connection);
        try {
            connection.close();
        } catch (IOException gone) {
            LOG.debug("a connection between members did not close cleanly", gone);
        }
    }

    private static void daemon(Runnable work) {
        Thread.ofPlatform().name("leasehold-peer-socket").daemon().start(work);
    }

    /** Stops listening and cuts the connections. Idempotent. */
    @Override
    public void close() throws IOException {
        entrance.close();
        open.forEach(this::end);
    }
}
