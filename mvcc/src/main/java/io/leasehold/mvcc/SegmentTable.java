package io.leasehold.mvcc;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The segments of the store by id. Immutable; a snapshot holds one, and with it the segments it can read. */
final class SegmentTable implements RecordSource {
    static final SegmentTable EMPTY = new SegmentTable(1, new Segment[0]);

    private final long firstId;

    /** Segment {@code firstId + index}; null where an id is no longer in use. */
    private final @Nullable Segment[] segments;

    private SegmentTable(long firstId, @Nullable Segment[] segments) {
        this.firstId = firstId;
        this.segments = segments;
    }

    /** This table and a segment with a higher id. */
    SegmentTable with(Segment segment) {
        if (segments.length == 0) {
            return new SegmentTable(segment.id(), new Segment[] {segment});
        }
        int index = Math.toIntExact(segment.id() - firstId);
        @Nullable Segment[] more = Arrays.copyOf(segments, index + 1);
        more[index] = segment;
        return new SegmentTable(firstId, more);
    }

    /** Ids from here on may be in use. */
    long firstId() {
        return firstId;
    }

    /** The highest id in use; one below {@link #firstId()} when there is none. */
    long lastId() {
        return firstId + segments.length - 1;
    }

    /** The segment, or null when the id is not in use. */
    @Nullable
    Segment segment(long id) {
        long index = id - firstId;
        return index < 0 || index >= segments.length ? null : segments[(int) index];
    }

    /** Closes the files; what has been mapped stays readable. */
    void close() throws IOException {
        for (Segment segment : segments) {
            if (segment != null) {
                segment.close();
            }
        }
    }

    @Override
    public KeyValueRecord read(long position) {
        Segment segment = segments[(int) (Position.segmentId(position) - firstId)];
        if (segment == null) {
            throw new IllegalStateException("position in a segment that is gone: " + Position.segmentId(position));
        }
        return segment.read(Position.offset(position));
    }
}
