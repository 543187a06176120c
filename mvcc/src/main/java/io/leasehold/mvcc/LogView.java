package io.leasehold.mvcc;

/**
 * The log as one snapshot may read it.
 *
 * @param segments the segments there are
 * @param endBytes how much of the last segment counts
 * @param marks revisions and the positions at which they begin, some tens of KiB apart
 */
record LogView(SegmentTable segments, int endBytes, RevisionPairs marks) {
    /** The bytes of this segment that count. */
    int lengthBytes(Segment segment) {
        return segment == segments.last() ? endBytes : segment.lengthBytes();
    }
}
