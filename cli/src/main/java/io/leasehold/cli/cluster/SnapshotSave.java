package io.leasehold.cli.cluster;

import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.GoText;
import io.leasehold.cli.terminal.Progress;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.SnapshotRequest;
import io.leasehold.protocol.etcdserverpb.SnapshotResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;

/** {@code snapshot save <file>}: written beside it first, and forced, so that the file is whole or not there. */
final class SnapshotSave implements Action {
    private final Ctl ctl;

    SnapshotSave(Ctl ctl, Flags flags) {
        this.ctl = ctl;
    }

    @Override
    public void run(List<String> arguments) {
        Arguments.count(arguments, 1, 1, "snapshot save expects one argument <filename>");
        if (ctl.endpoints().size() != 1) {
            throw new CtlException(
                    CtlException.Code.INTERRUPTED,
                    "snapshot must be requested to one selected node, not multiple " + "["
                            + String.join(" ", ctl.endpoints()) + "]");
        }
        Path file = Path.of(arguments.get(0));
        Path part = Path.of(arguments.get(0) + ".part");
        Thread cleaning = new Thread(() -> delete(part));
        Runtime.getRuntime().addShutdownHook(cleaning);
        try (Connection connection = ctl.connect();
                Progress progress = new Progress(ctl.err(), ctl.isTerminal())) {
            String version = write(connection, part, progress);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            progress.clear();
            ctl.output().line("Snapshot saved at " + file);
            if (!version.isEmpty()) {
                ctl.output().line("Server version " + version);
            }
        } catch (NoSuchFileException e) {
            throw new CtlException(
                    CtlException.Code.INTERRUPTED,
                    "could not open " + part + " (open " + part + ": no such file or directory)",
                    e);
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.INTERRUPTED, file + " cannot be written: " + e.getMessage(), e);
        } catch (StatusRuntimeException e) {
            throw new CtlException(CtlException.Code.INTERRUPTED, Connection.words(e.getStatus()), e);
        } finally {
            delete(part);
        }
    }

    /** Returns the version that the server says the file has. */
    private String write(Connection connection, Path part, Progress progress) throws IOException {
        String version = "";
        Iterator<SnapshotResponse> pieces = ClientCalls.blockingServerStreamingCall(
                connection.channel(),
                MaintenanceGrpc.getSnapshotMethod(),
                // Without a deadline, unless one was given: it takes as long as it takes.
                ctl.commandTimeoutGiven()
                        .map(timeout -> CallOptions.DEFAULT.withDeadlineAfter(timeout))
                        .orElse(CallOptions.DEFAULT),
                SnapshotRequest.getDefaultInstance());
        try (FileChannel out = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (pieces.hasNext()) {
                SnapshotResponse piece = pieces.next();
                version = piece.getVersion();
                progress.tell(
                        "saved " + GoText.size(out.position()) + ", left " + GoText.size(piece.getRemainingBytes()));
                for (ByteBuffer bytes : piece.getBlob().asReadOnlyByteBufferList()) {
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                }
            }
            out.force(true);
        }
        return version;
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // It is in the way of nothing.
        }
    }
}
