package io.leasehold.cli.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The socket by which the process that keeps a cluster is asked: one line comes, an answer goes, the connection ends. It lies
 * in a directory of its own that only its owner can enter, since the path of a socket may have a hundred characters at most.
 */
final class ControlSocket implements AutoCloseable {
    /** Orders that wait; people type them, so this many never do. */
    private static final int WAITING_MAX = 64;

    private final Path path;
    private final ServerSocketChannel listening;
    private final BlockingQueue<Request> waiting = new ArrayBlockingQueue<>(WAITING_MAX);

    private ControlSocket(Path path, ServerSocketChannel listening) {
        this.path = path;
        this.listening = listening;
    }

    /** An order that came, and the way back. */
    record Request(Order order, SocketChannel connection) {
        /** Answers and ends the connection. */
        void answer(Answer answer) {
            try (connection) {
                Channels.newOutputStream(connection).write(answer.toText().getBytes(StandardCharsets.UTF_8));
            } catch (IOException gone) {
                // Whoever asked does not wait any more.
            }
        }
    }

    /** Makes a socket and listens. */
    static ControlSocket open() throws IOException {
        Path path = Files.createTempDirectory("leasehold").resolve("control");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        ControlSocket socket = new ControlSocket(path, listening);
        Thread.ofPlatform().daemon().name("leasehold-control").start(socket::accept);
        return socket;
    }

    Path path() {
        return path;
    }

    /** An order that waits, if one does. */
    Optional<Request> poll() {
        return Optional.ofNullable(waiting.poll());
    }

    /** Asks the process behind a socket, and waits for as long as it takes it. */
    static Answer ask(Path path, Order order) throws IOException {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            connection.write(ByteBuffer.wrap((order.toLine() + "\n").getBytes(StandardCharsets.UTF_8)));
            return Answer.parse(new String(Channels.newInputStream(connection).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Deletes a socket and its directory, of this process or of one that was killed. */
    static void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
        Path directory = path.getParent();
        if (directory != null) {
            Files.deleteIfExists(directory);
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listening.accept();
                // One that says nothing keeps nobody waiting.
                Thread.ofVirtual().start(() -> read(connection));
            }
        } catch (IOException closed) {
            // The cluster goes down.
        }
    }

    private void read(SocketChannel connection) {
        try {
            String line = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8)).readLine();
            Optional<Order> order = line == null ? Optional.empty() : Order.parse(line);
            if (order.isEmpty() || !waiting.offer(new Request(order.get(), connection))) {
                connection.close();
            }
        } catch (IOException gone) {
            // Nobody waits for an answer.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        delete(path);
        for (Request left = waiting.poll(); left != null; left = waiting.poll()) {
            left.answer(Answer.failed("the cluster has gone down"));
        }
    }
}
