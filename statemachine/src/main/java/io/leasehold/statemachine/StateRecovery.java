package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTable;
import io.leasehold.mvcc.RevisionStore;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.mvcc.StorePosition;
import io.leasehold.mvcc.UnsupportedFormatException;
import io.leasehold.statemachine.auth.AuthState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens a member's state from its directory: the newest whole manifest, the store as it says, and the leases with the
 * keys that the live records name.
 *
 * <pre>
 * directory/manifest-0000000000000007     the older one
 * directory/manifest-0000000000000008     the newest
 * directory/segments/...                  the store
 * </pre>
 */
final class StateRecovery {
    static final String SEGMENTS_NAME = "segments";
    private static final String RESTORE = "restore the member from the others or from a snapshot";

    private final Path directory;
    private final StateMachineOptions options;
    private final long nowNanos;

    StateRecovery(Path directory, StateMachineOptions options, long nowNanos) {
        this.directory = directory;
        this.options = options;
        this.nowNanos = nowNanos;
    }

    /** Whose state lies there; the leases are read and dropped, so their anchors' time does not matter. */
    static Optional<MemberIdentity> identityIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        Manifest newest = ManifestDirectory.open(directory, 0).newest();
        return Optional.ofNullable(newest)
                .map(manifest -> manifest.head().identity())
                .map(identity -> new MemberIdentity(identity.clusterId(), identity.memberId()));
    }

    /** What a state machine starts from. */
    record Recovered(ManifestDirectory manifests, Manifest manifest, RevisionStore store) {}

    Recovered open() throws IOException {
        Files.createDirectories(directory);
        ManifestDirectory.Found found = ManifestDirectory.open(directory, nowNanos);
        Manifest manifest = found.newest();
        if (manifest == null) {
            manifest = writeFirst(found.manifests());
        }
        checkIdentity(manifest.head().identity());
        RevisionStore store =
                openStore(manifest.head().store(), found.manifests().namedSegments());
        attachKeys(store, manifest.leases());
        return new Recovered(found.manifests(), manifest, store);
    }

    /**
     * The first manifest is written before anything else, so that the identity is fixed from the start, and segments
     * without a manifest are never ours to overwrite.
     */
    private Manifest writeFirst(ManifestDirectory manifests) throws IOException {
        Path segments = directory.resolve(SEGMENTS_NAME);
        if (Files.isDirectory(segments)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(segments)) {
                if (files.iterator().hasNext()) {
                    throw new RecoveryException("there is data but no manifest", segments, RESTORE);
                }
            }
        }
        ManifestHead head = new ManifestHead(
                identityOf(options),
                0,
                0,
                StorePosition.EMPTY,
                false,
                options.bootstrapMembers(),
                Set.of(),
                List.of(),
                AuthState.INITIAL);
        LeaseTable leases = new LeaseTable();
        manifests.write(head, leases.image());
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            ManifestDirectory.forceNames(parent);
        }
        return new Manifest(head, leases);
    }

    /** The name is not compared: a member may be renamed. */
    private void checkIdentity(ManifestHead.Identity identity) {
        if (identity.clusterId() != options.clusterId() || identity.memberId() != options.memberId()) {
            throw new RecoveryException(
                    "this is the state of " + text(identity) + ", not of " + text(identityOf(options)),
                    directory,
                    "start the member with its own data directory");
        }
    }

    static ManifestHead.Identity identityOf(StateMachineOptions options) {
        return new ManifestHead.Identity(options.clusterId(), options.memberId(), options.name());
    }

    private static String text(ManifestHead.Identity identity) {
        return "member " + Long.toHexString(identity.memberId()) + " (" + identity.name() + ") of cluster "
                + Long.toHexString(identity.clusterId());
    }

    private RevisionStore openStore(StorePosition position, Set<Long> named) throws IOException {
        Path segments = directory.resolve(SEGMENTS_NAME);
        try {
            return RevisionStore.open(segments, options.storeOptions(), position, named);
        } catch (StoreCorruptedException e) {
            throw new RecoveryException("the store is damaged: " + e.getMessage(), segments, RESTORE, e);
        } catch (UnsupportedFormatException e) {
            throw new RecoveryException(
                    "the store is of a newer format: " + e.getMessage(),
                    segments,
                    "start the release that wrote it, or a newer one",
                    e);
        }
    }

    private void attachKeys(RevisionStore store, LeaseTable leases) {
        store.forEachLeased((key, leaseId) -> {
            if (!leases.contains(leaseId)) {
                throw new RecoveryException(
                        "key " + key + " is attached to lease " + Long.toHexString(leaseId) + ", which does not exist",
                        directory,
                        RESTORE);
            }
            leases.attach(leaseId, key);
        });
    }
}
