package io.leasehold.mvcc;

import java.util.List;

/**
 * Where a store stands: all that must be remembered elsewhere, durably, to open it again just there.
 *
 * @param revision the last finished revision; 1 for an empty store
 * @param compactedRevision the newest compaction; 0 when there was none
 * @param segments the segment files with the lengths that count, in ascending order of ids
 */
public record StorePosition(long revision, long compactedRevision, List<SegmentLength> segments) {
    /** The position of a store in which nothing has been written. */
    public static final StorePosition EMPTY = new StorePosition(1, 0, List.of());

    /** Takes a copy of the list and checks that its ids ascend. */
    public StorePosition {
        segments = List.copyOf(segments);
        if (revision < 1 || compactedRevision < 0 || compactedRevision > revision) {
            throw new IllegalArgumentException(
                    "no such position: revision=" + revision + " compactedRevision=" + compactedRevision);
        }
        for (int i = 1; i < segments.size(); i++) {
            if (segments.get(i - 1).segmentId() >= segments.get(i).segmentId()) {
                throw new IllegalArgumentException("segment ids must ascend: " + segments);
            }
        }
    }
}
