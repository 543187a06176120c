package io.leasehold.server;

import io.leasehold.etcdfile.SnapshotChecksum;
import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.snapshot.SnapshotFile;
import io.leasehold.server.snapshot.SnapshotFiles;
import io.leasehold.statemachine.StateImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/** Writes a snapshot from the data directory of a member that does not run. */
final class DirectoryExport {
    private static final int PIECE_BYTES = 1 << 16;

    private final StoppedMember member;

    DirectoryExport(Path directory) {
        member = new StoppedMember(directory);
    }

    /**
     * Writes the snapshot, with its checksum; the file must not be there.
     *
     * @throws IOException if the directory is none, or the file cannot be written
     */
    void write(Path file) throws IOException {
        member.run((server, written) -> server.replica().image(Runnable::run, image -> {
            try {
                write(image.orElseThrow(() -> new IOException("the member ended meanwhile")), file);
                written.complete(file);
            } catch (IOException e) {
                written.completeExceptionally(e);
            }
        }));
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
}
