package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTable;
import io.leasehold.mvcc.StoreImport;
import io.leasehold.mvcc.StorePosition;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.statemachine.auth.AuthState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Makes the state of a new member of a new cluster from that of another one: what {@link StateMachine#open} then finds as
 * if it had been there from the first log entry on. First the leases, then the records of the keys in their order. One
 * thread.
 */
public final class StateImport implements AutoCloseable {
    /** Before every index that the new log can have, so that no later grant of the same id is taken for this one. */
    private static final long GRANT_INDEX = 0;

    private final Path directory;
    private final StateMachineOptions options;
    private final StoreImport store;
    private final LeaseTable leases = new LeaseTable();
    private AuthState auth = AuthState.INITIAL;

    private StateImport(Path directory, StateMachineOptions options, StoreImport store) {
        this.directory = directory;
        this.options = options;
        this.store = store;
    }

    /**
     * Begins in an empty directory.
     *
     * @throws IOException if there are files in it, or the disk fails
     */
    public static StateImport begin(Path directory, StateMachineOptions options) throws IOException {
        Files.createDirectories(directory);
        Path segments = directory.resolve(StateRecovery.SEGMENTS_NAME);
        return new StateImport(directory, options, StoreImport.begin(segments, options.storeOptions()));
    }

    /**
     * Adds a lease.
     *
     * @param leftMillis what is left of it when the member first starts, at most the TTL; 0 for the whole TTL
     * @throws IOException if there is one of that id, or the numbers are none of a lease
     */
    public void lease(long id, long ttlMillis, long leftMillis) throws IOException {
        try {
            leases.grantMillis(id, ttlMillis, GRANT_INDEX, 0);
        } catch (IllegalStateException e) {
            throw new IOException("lease " + Long.toHexString(id) + " cannot be taken over: " + e.getMessage(), e);
        }
        if (leftMillis > 0) {
            leases.checkpoint(id, GRANT_INDEX, Math.min(leftMillis, ttlMillis), 0);
        }
    }

    /** Takes over users and roles, and whether they count. */
    public void auth(AuthState state) {
        auth = state;
    }

    /** Adds the record of a put; see {@link StoreImport#put}. A lease that is not there is left out of the record. */
    public void put(ByteSequence key, long create, long main, int sub, long version, ByteSequence value, long leaseId)
            throws IOException {
        store.put(key, create, main, sub, version, value, leases.contains(leaseId) ? leaseId : 0);
    }

    /** Adds the record of a deletion; see {@link StoreImport#tombstone}. */
    public void tombstone(ByteSequence key, long main, int sub) throws IOException {
        store.tombstone(key, main, sub);
    }

    /**
     * Makes everything durable. Only now is there a member's state in the directory.
     *
     * @param revision the store's revision
     * @param compactedRevision 0 if nothing was compacted
     */
    public void finish(long revision, long compactedRevision) throws IOException {
        StorePosition position = store.finish(revision, compactedRevision);
        ManifestDirectory manifests = ManifestDirectory.open(directory, 0).manifests();
        ManifestHead head = new ManifestHead(
                StateRecovery.identityOf(options),
                0,
                0,
                position,
                compactedRevision > 0,
                options.bootstrapMembers(),
                Set.of(),
                List.of(),
                auth);
        manifests.write(head, leases.image());
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
