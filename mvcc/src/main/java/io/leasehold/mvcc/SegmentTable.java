package io.leasehold.mvcc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of the store: by id, for whoever has a position, and in the order of the log, for whoever reads it from one
 * end to the other. Immutable; a snapshot holds one, and with it the segments it can read.
 *
 * <p>The two need not agree. A segment written anew gets a new id but takes the place of those it replaces in the order, so
 * revisions always ascend along the order; and while the index moves over to it, it can be looked up and has no place yet.
 */
final class SegmentTable implements RecordSource {
    static final SegmentTable EMPTY = new SegmentTable(1, new Segment[0], List.of());

    private final long firstId;

    /** Segment {@code firstId + index}; null where an id is no longer in use. */
    private final @Nullable Segment[] byId;

    private final List<Segment> order;

    private SegmentTable(long firstId, @Nullable Segment[] byId, List<Segment> order) {
        this.firstId = firstId;
        this.byId = byId;
        this.order = order;
    }

    /** This table and a segment of a new id, last in the order. */
    SegmentTable with(Segment segment) {
        SegmentTable more = withUnordered(segment);
        List<Segment> longer = new ArrayList<>(order);
        longer.add(segment);
        return new SegmentTable(more.firstId, more.byId, List.copyOf(longer));
    }

    /** This table and a segment of a new id that can be looked up and has no place in the order. */
    SegmentTable withUnordered(Segment segment) {
        if (byId.length == 0) {
            return new SegmentTable(segment.id(), new Segment[] {segment}, order);
        }
        long first = Math.min(firstId, segment.id());
        long last = Math.max(firstId + byId.length - 1, segment.id());
        @Nullable Segment[] more = new Segment[Math.toIntExact(last - first + 1)];
        System.arraycopy(byId, 0, more, (int) (firstId - first), byId.length);
        more[(int) (segment.id() - first)] = segment;
        return new SegmentTable(first, more, order);
    }

    /**
     * This table without a run of neighbours in the order.
     *
     * @param by what takes their place, in the table already but in no place yet; null for nothing
     */
    SegmentTable replaced(List<Segment> run, @Nullable Segment by) {
        int from = order.indexOf(run.getFirst());
        if (from < 0 || !order.subList(from, from + run.size()).equals(run)) {
            throw new IllegalStateException("no run of neighbours: " + run);
        }
        List<Segment> fewer = new ArrayList<>(order.subList(0, from));
        if (by != null) {
            fewer.add(by);
        }
        fewer.addAll(order.subList(from + run.size(), order.size()));
        @Nullable Segment[] fewerById = byId.clone();
        for (Segment segment : run) {
            fewerById[(int) (segment.id() - firstId)] = null;
        }
        return trimmed(fewerById, List.copyOf(fewer));
    }

    /** The segments in the order of the log. */
    List<Segment> order() {
        return order;
    }

    /** The segment in which the log ends; null in an empty table. */
    @Nullable
    Segment last() {
        return order.isEmpty() ? null : order.getLast();
    }

    /** The segment, or null when the id is not in use. */
    @Nullable
    Segment segment(long id) {
        long index = id - firstId;
        return index < 0 || index >= byId.length ? null : byId[(int) index];
    }

    /** The segment in which a position of the index lies. */
    Segment segmentOf(long position) {
        Segment segment = byId[(int) (Position.segmentId(position) - firstId)];
        if (segment == null) {
            throw new IllegalStateException("position in a segment that is gone: " + Position.segmentId(position));
        }
        return segment;
    }

    /** Closes the files; what has been mapped stays readable. */
    void close() throws IOException {
        for (Segment segment : byId) {
            if (segment != null) {
                segment.close();
            }
        }
    }

    /** The record, whose checksum has been compared: wrong bytes are never handed out. */
    @Override
    public KeyValueRecord read(long position) {
        return segmentOf(position).readChecked(Position.offset(position));
    }

    /** The record, of whose bytes no answer is made. */
    KeyValueRecord readUnchecked(long position) {
        return segmentOf(position).read(Position.offset(position));
    }

    private SegmentTable trimmed(@Nullable Segment[] sparse, List<Segment> newOrder) {
        int from = 0;
        while (from < sparse.length && sparse[from] == null) {
            from++;
        }
        return new SegmentTable(firstId + from, Arrays.copyOfRange(sparse, from, sparse.length), newOrder);
    }
}
