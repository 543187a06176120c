package io.leasehold.statemachine;

import io.leasehold.mvcc.RevisionStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The state of another member, fetched file by file into a directory (see {@link PendingCheckpoint#linkTo}), on its way to
 * become this member's own. Pure but for the files; one thread.
 */
public final class ReceivedState {
    private ReceivedState() {}

    /**
     * Checks every record and checksum, puts this member's name into the manifest and forces everything to disk. Only a
     * directory for which this has returned may replace a member's state.
     *
     * @return the last log entry that is in it
     * @throws RecoveryException if it is damaged, or of another cluster
     * @throws IOException if the disk fails
     */
    public static CheckpointMark accept(Path directory, StateMachineOptions options) throws IOException {
        ManifestDirectory.Found found = ManifestDirectory.open(directory, 0);
        Manifest received = found.newest();
        if (received == null) {
            throw new RecoveryException("there is no manifest", directory, "fetch the state again");
        }
        ManifestHead head = received.head();
        if (head.identity().clusterId() != options.clusterId()) {
            throw new RecoveryException(
                    "this is the state of cluster "
                            + Long.toHexString(head.identity().clusterId()),
                    directory,
                    "fetch the state of this cluster");
        }
        Path segments = directory.resolve(StateRecovery.SEGMENTS_NAME);
        try (RevisionStore checked = RevisionStore.open(segments, options.storeOptions(), head.store())) {
            checked.force(head.store());
        }
        ManifestHead own = new ManifestHead(
                StateRecovery.identityOf(options),
                head.appliedIndex(),
                head.appliedTerm(),
                head.store(),
                head.everCompacted(),
                head.members(),
                head.removedMemberIds(),
                head.alarms(),
                head.auth());
        found.manifests().write(own, received.leases().image());
        forget(directory, found);
        forceFiles(segments);
        return new CheckpointMark(own.appliedIndex(), own.appliedTerm(), own.appliedIndex(), own.appliedTerm());
    }

    /** The other member's manifest must not be fallen back to. */
    private static void forget(Path directory, ManifestDirectory.Found found) throws IOException {
        found.manifests().keepNewest();
        ManifestDirectory.forceNames(directory);
    }

    private static void forceFiles(Path segments) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(segments)) {
            for (Path file : files) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
        ManifestDirectory.forceNames(segments);
    }
}
