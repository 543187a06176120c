package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTableImage;
import io.leasehold.mvcc.RevisionStore;
import java.io.IOException;

/**
 * A state that was captured to be made durable. Pending ones are completed one after the other, in the order in which
 * they were begun, on one background thread.
 */
public final class PendingCheckpoint {
    private final RevisionStore store;
    private final ManifestDirectory manifests;
    private final ManifestHead head;
    private final LeaseTableImage leases;

    PendingCheckpoint(RevisionStore store, ManifestDirectory manifests, ManifestHead head, LeaseTableImage leases) {
        this.store = store;
        this.manifests = manifests;
        this.head = head;
        this.leases = leases;
    }

    /** The last log entry that is in it. */
    public long appliedIndex() {
        return head.appliedIndex();
    }

    /**
     * Forces the store's segments, then writes the manifest that names them.
     *
     * @return what is durable now, and up to where the log may be purged
     * @throws IOException if the disk failed. The process must end: what the system could not write it may have
     *     dropped, so that to try again would prove nothing
     */
    public CheckpointMark complete() throws IOException {
        store.force(head.store());
        return manifests.write(head, leases);
    }
}
