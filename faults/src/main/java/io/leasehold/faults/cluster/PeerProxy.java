package io.leasehold.faults.cluster;

import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * The door of one member for the others: its advertised address. Each connection is two links, one for either direction, and
 * suffers what the {@link Network} says of them. Daemon threads: one accepts, two for each connection.
 */
@ReadsClock("delays what real processes send")
final class PeerProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BACKLOG = 64;
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    private final String member;
    private final int targetPort;
    private final Network network;
    private final IntFunction<Optional<String>> callers;
    private final ServerSocket entrance;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /**
     * Opens the door.
     *
     * @param member whose it is
     * @param port where it is
     * @param targetPort where the member listens
     * @param callers names the member that has a connection from a port to here, if any has
     */
    PeerProxy(String member, int port, int targetPort, Network network, IntFunction<Optional<String>> callers) {
        this.member = member;
        this.targetPort = targetPort;
        this.network = network;
        this.callers = callers;
        try {
            entrance = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        daemon("faults-door-" + member, this::accept);
    }

    @Override
    public void close() {
        close(entrance);
        connections.forEach(PeerProxy::close);
    }

    private void accept() {
        try {
            while (true) {
                Socket caller = entrance.accept();
                daemon("faults-caller-" + member, () -> join(caller));
            }
        } catch (IOException closed) {
            connections.forEach(PeerProxy::close);
        }
    }

    private void join(Socket caller) {
        Optional<String> name = callers.apply(caller.getPort());
        if (name.isEmpty()) {
            close(caller);
            return;
        }
        Link there = new Link(name.get(), member);
        Link back = new Link(member, name.get());
        if (network.isCut(there) || network.isCut(back)) {
            close(caller);
            return;
        }
        try {
            Socket target = new Socket(InetAddress.getLoopbackAddress(), targetPort);
            caller.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            connections.add(caller);
            connections.add(target);
            daemon("faults-" + there.from() + "-" + there.to(), () -> pump(caller, target, there));
            daemon("faults-" + back.from() + "-" + back.to(), () -> pump(target, caller, back));
            daemon("faults-scissors", () -> watchForCut(caller, target, there, back));
        } catch (IOException memberIsDown) {
            close(caller);
        }
    }

    /** A cut ends connections that carry nothing, too. */
    private void watchForCut(Socket caller, Socket target, Link there, Link back) {
        while (connections.contains(caller)) {
            if (network.isCut(there) || network.isCut(back)) {
                forget(caller, target);
            }
            LockSupport.parkNanos(10 * LOOK_AGAIN_NANOS);
        }
    }

    private void pump(Socket from, Socket to, Link link) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                letTimePass(link, from);
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException broken) {
            return;
        } finally {
            forget(from, to);
        }
    }

    private void letTimePass(Link link, Socket from) {
        long dueNanos = System.nanoTime() + network.delayNanos(link);
        while ((dueNanos - System.nanoTime() > 0 || network.isHeld(link)) && !from.isClosed()) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private void forget(Socket one, Socket other) {
        close(one);
        close(other);
        connections.remove(one);
        connections.remove(other);
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception closedAlready) {
            return;
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread.ofPlatform().name(name).daemon().start(task);
    }
}
