package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTableImage;
import io.leasehold.mvcc.RevisionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A state that was captured to be made durable. Pending ones are completed one after the other, in the order in which
 * they were begun, on one background thread.
 */
public final class PendingCheckpoint {
    private final RevisionStore store;
    private final ManifestDirectory manifests;
    private final ManifestHead head;
    private final LeaseTableImage leases;

    /** Segments that the state captured does not need any more, and none captured later. */
    private final Set<Long> retired;

    PendingCheckpoint(RevisionStore store, ManifestDirectory manifests, ManifestHead head, LeaseTableImage leases) {
        this.retired = store.retired();
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
     * Puts the state's files into another directory of the same file system, for another member to fetch: the segments by
     * their names, linked, and a manifest. Once {@link #complete completed}; on the same thread, before the next one.
     *
     * @param directory empty
     * @return the files by their names below the directory, with the lengths that count
     */
    public Map<String, Long> linkTo(Path directory) throws IOException {
        Map<String, Long> files = new LinkedHashMap<>();
        Path segments = Files.createDirectories(directory.resolve(StateRecovery.SEGMENTS_NAME));
        for (Map.Entry<Path, Long> segment : store.files(head.store()).entrySet()) {
            Path link = segments.resolve(segment.getKey().getFileName());
            Files.createLink(link, segment.getKey());
            files.put(directory.relativize(link).toString(), segment.getValue());
        }
        Path manifest = directory.resolve(ManifestDirectory.FIRST_NAME);
        ManifestFile.write(manifest, head, leases);
        files.put(ManifestDirectory.FIRST_NAME, Files.size(manifest));
        return files;
    }

    /**
     * Forces the store's segments, then writes the manifest that names them, then deletes what no manifest names any more.
     *
     * @return what is durable now, and up to where the log may be purged
     * @throws IOException if the disk failed. The process must end: what the system could not write it may have
     *     dropped, so that to try again would prove nothing
     */
    public CheckpointMark complete() throws IOException {
        store.force(head.store());
        CheckpointMark mark = manifests.write(head, leases);
        Set<Long> unneeded = new HashSet<>(retired);
        unneeded.removeAll(manifests.namedSegments());
        store.delete(unneeded);
        return mark;
    }
}
