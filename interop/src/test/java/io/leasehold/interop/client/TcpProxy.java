package io.leasehold.interop.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A piece of network between a client and a server: it can be cut, be slow, or swallow what it is given while its connections
 * stay up. Daemon threads, two for each connection.
 */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final int targetPort;
    private final ServerSocket entrance;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile long delayNanos;
    private volatile boolean swallowing;
    private volatile boolean refusing;

    TcpProxy(int targetPort) {
        this.targetPort = targetPort;
        try {
            entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        daemon(this::accept);
    }

    String endpoint() {
        return "127.0.0.1:" + entrance.getLocalPort();
    }

    /** Breaks all connections; new ones may be made. */
    void cut() {
        connections.forEach(TcpProxy::close);
    }

    /** Breaks all connections, and new ones at once. */
    void refuse(boolean on) {
        refusing = on;
        if (on) {
            cut();
        }
    }

    /** Swallows what comes, from either side; nobody is told. */
    void swallow(boolean on) {
        swallowing = on;
    }

    /** Lets what comes wait so long, in either direction. */
    void delay(Duration time) {
        delayNanos = time.toNanos();
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException closedAlready) {
            return;
        } finally {
            cut();
        }
    }

    private void accept() {
        try {
            while (true) {
                join(entrance.accept());
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void join(Socket client) {
        try {
            if (refusing) {
                close(client);
                return;
            }
            Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            connections.add(client);
            connections.add(server);
            daemon(() -> pump(client, server));
            daemon(() -> pump(server, client));
        } catch (IOException serverIsDown) {
            close(client);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (delayNanos > 0) {
                    LockSupport.parkNanos(delayNanos);
                }
                if (!swallowing) {
                    out.write(buffer, 0, read);
                    out.flush();
                }
            }
        } catch (IOException broken) {
            return;
        } finally {
            close(from);
            close(to);
            connections.remove(from);
            connections.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closedAlready) {
            return;
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
