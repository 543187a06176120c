package io.leasehold.server;

import io.leasehold.etcdfile.SnapshotChecksum;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.logging.LibraryLogs;
import io.leasehold.server.logging.LogRules;
import io.leasehold.server.snapshot.SnapshotFile;
import io.leasehold.server.snapshot.SnapshotFiles;
import io.leasehold.statemachine.StateImage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Writes a snapshot from the data directory of a member that does not run. The member is started for a moment, on ports that
 * nobody knows, so that what is in its log and not yet in its state is there, too. Of a member of a larger cluster, which
 * finds no leader, it is what the member had applied.
 */
final class DirectoryExport {
    private static final int PIECE_BYTES = 1 << 16;

    private final Path directory;

    DirectoryExport(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes the snapshot, with its checksum; the file must not be there.
     *
     * @throws IOException if the directory is none, or the file cannot be written
     */
    void write(Path file) throws IOException {
        if (!Files.isDirectory(directory.resolve("member").resolve("state"))) {
            throw new IOException(directory + " is not the data directory of a member");
        }
        ServerConfig config = config();
        LogRules.publish(config.log());
        LibraryLogs.redirect();
        try (LeaseholdServer server = LeaseholdServer.start(config, (what, cause) -> {
            throw new IllegalStateException(what, cause);
        })) {
            CompletableFuture<Optional<StateImage>> image = new CompletableFuture<>();
            server.replica().image(Runnable::run, image::complete);
            write(image.get().orElseThrow(() -> new IOException("the member ended meanwhile")), file);
        } catch (ExecutionException e) {
            throw new IOException("the state of " + directory + " cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void write(StateImage image, Path file) throws IOException {
        Path parent = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
        MessageDigest digest = SnapshotChecksum.digest();
        try (SnapshotFile snapshot = new SnapshotFiles(parent, ServerVersion.CLUSTER).write(image);
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            for (byte[] piece = snapshot.next(PIECE_BYTES); piece.length > 0; piece = snapshot.next(PIECE_BYTES)) {
                digest.update(piece);
                out.write(piece);
            }
            out.write(digest.digest());
        }
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
