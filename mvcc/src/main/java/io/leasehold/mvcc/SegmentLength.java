package io.leasehold.mvcc;

/**
 * How far one segment file counts.
 *
 * @param segmentId the segment's id, positive; it is also in the file's name
 * @param lengthBytes the bytes from the start of the file that count, header included
 */
public record SegmentLength(long segmentId, long lengthBytes) {
    /** Refuses ids and lengths that no segment can have. */
    public SegmentLength {
        if (segmentId < 1 || lengthBytes < 0) {
            throw new IllegalArgumentException("no such segment: id=" + segmentId + " lengthBytes=" + lengthBytes);
        }
    }
}
