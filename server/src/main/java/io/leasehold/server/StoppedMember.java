package io.leasehold.server;

import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.logging.LibraryLogs;
import io.leasehold.server.logging.LogRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;

/**
 * The data directory of a member that does not run. For what is to be done with it the member is started for a moment, on
 * ports that nobody knows, so that what is in its log and not yet in its state is there, too. Of a member of a larger
 * cluster, which finds no leader, it is what the member had applied.
 */
final class StoppedMember {
    private final Path directory;

    StoppedMember(Path directory) {
        this.directory = directory;
    }

    /** What is done with the member; it ends when its second argument is completed. */
    interface Work<T> extends BiConsumer<LeaseholdServer, CompletableFuture<T>> {}

    /**
     * Does something with the member while it runs.
     *
     * @throws IOException if the directory is none of a member, or what was to be done failed
     */
    <T> T run(Work<T> work) throws IOException {
        if (!Files.isDirectory(state())) {
            throw new IOException(directory + " is not the data directory of a member");
        }
        ServerConfig config = config();
        LogRules.publish(config.log());
        LibraryLogs.redirect();
        CompletableFuture<T> result = new CompletableFuture<>();
        try (LeaseholdServer server = LeaseholdServer.start(config, (what, cause) -> {
            throw new IllegalStateException(what, cause);
        })) {
            work.accept(server, result);
            return result.get();
        } catch (ExecutionException e) {
            throw new IOException("the state of " + directory + " cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Where its keys are. */
    private Path state() {
        return directory.resolve("member").resolve("state");
    }

    private ServerConfig config() throws IOException {
        String peer = "http://127.0.0.1:" + freePort();
        return OfflineCommands.config(List.of(
                "--data-dir=" + directory,
                "--listen-client-urls=http://127.0.0.1:0",
                "--advertise-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--log-level=error"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
