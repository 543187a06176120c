package io.leasehold.mvcc;

import java.util.List;

/**
 * Where a store stands: all that must be remembered elsewhere, durably, to open it again just there.
 *
 * @param revision the last finished revision; 1 for an empty store
 * @param compactedRevision the newest compaction; 0 when there was none
 * @param segments the segment files with the lengths that count, in the order of the log: revisions ascend along it. Each id
 *     once; ids need not ascend, for a file that was written anew has a new id in an old place
 */
public record StorePosition(long revision, long compactedRevision, List<SegmentLength> segments) {
    /** The position of a store in which nothing has been written. */
    public static final StorePosition EMPTY = new StorePosition(1, 0, List.of());

    /** Takes a copy of the list and checks that each id is there once. */
    public StorePosition {
        segments = List.copyOf(segments);
        if (revision < 1 || compactedRevision < 0 || compactedRevision > revision) {
            throw new IllegalArgumentException(
                    "no such position: revision=" + revision + " compactedRevision=" + compactedRevision);
        }
        long ids =
                segments.stream().mapToLong(SegmentLength::segmentId).distinct().count();
        if (ids < segments.size()) {
            throw new IllegalArgumentException("a segment is named twice: " + segments);
        }
    }
}
