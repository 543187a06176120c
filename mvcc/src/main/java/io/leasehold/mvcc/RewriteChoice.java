package io.leasehold.mvcc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which segments to write anew: a run of neighbours in the log, so that the new one can take their place. It begins with one
 * in which much is garbage and takes in neighbours on both sides that are like it, or so small that there would be more and
 * more of them, as long as what is left of all fits in one segment. Pure.
 */
final class RewriteChoice {
    /** By itself: half of it garbage, so that no more is written than is won. */
    private static final double GARBAGE_SHARE = 0.5;

    /** When somebody asks for space: less is not worth the writing. */
    private static final double GARBAGE_SHARE_HURRIED = 0.1;

    /** Neighbours below this share of a whole segment go along. */
    private static final double SMALL_SHARE = 0.25;

    /** Bounds what the index has to look through for each of its positions. */
    private static final int RUN_LENGTH_MAX = 32;

    /** How much of a whole segment must be garbage in the one being written to, before it is ended for that. */
    private static final double ACTIVE_SHARE = 1.0 / 16;

    private final int segmentSizeBytes;
    private final boolean hurried;
    private final long compactedRevision;

    RewriteChoice(int segmentSizeBytes, boolean hurried, long compactedRevision) {
        this.segmentSizeBytes = segmentSizeBytes;
        this.hurried = hurried;
        this.compactedRevision = compactedRevision;
    }

    /** Whether to end the segment that is being written to, so that it can be written anew. */
    boolean endsActive(Segment active) {
        return isWorthIt(active) && (hurried || active.garbageBytes() >= segmentSizeBytes * ACTIVE_SHARE);
    }

    /**
     * The run to write anew next, empty for none.
     *
     * @param active the segment being written to, never part of it
     */
    List<Segment> choose(List<Segment> order, @Nullable Segment active) {
        for (int i = 0; i < order.size(); i++) {
            Segment segment = order.get(i);
            if (segment != active && (isWorthIt(segment) || isFreeToDropSpared(order, i))) {
                return grown(order, active, i);
            }
        }
        return List.of();
    }

    private List<Segment> grown(List<Segment> order, @Nullable Segment active, int start) {
        int from = start;
        int end = start + 1;
        long keptBytes = order.get(start).liveBytes();
        long readBytes = order.get(start).lengthBytes();
        boolean grew = true;
        while (grew && end - from < RUN_LENGTH_MAX) {
            grew = false;
            for (int at : new int[] {end, from - 1}) {
                Segment next = at < 0 || at == order.size() ? null : order.get(at);
                if (next != null
                        && next != active
                        && (isWorthIt(next) || next.lengthBytes() < segmentSizeBytes * SMALL_SHARE)
                        && keptBytes + next.liveBytes() <= segmentSizeBytes
                        && readBytes + next.lengthBytes() <= StoreOptions.SEGMENT_SIZE_MAX_BYTES) {
                    keptBytes += next.liveBytes();
                    readBytes += next.lengthBytes();
                    from = Math.min(from, at);
                    end = Math.max(end, at + 1);
                    grew = true;
                }
            }
        }
        return List.copyOf(order.subList(from, end));
    }

    private boolean isWorthIt(Segment segment) {
        // What had to stay may have to stay again: by itself, that is not tried at each compaction.
        long sparedBytes = hurried ? 0 : segment.sparedBytes();
        return isWorthIt(segment, segment.garbageBytes() - sparedBytes);
    }

    private boolean isWorthIt(Segment segment, long garbageBytes) {
        double share = hurried ? GARBAGE_SHARE_HURRIED : GARBAGE_SHARE;
        return garbageBytes > 0
                && garbageBytes >= share * segment.lengthBytes()
                && segment.consideredRevision() < compactedRevision;
    }

    /** Whether what had to stay in it for the sake of segments before it makes it worth it, and those are clean by now. */
    private boolean isFreeToDropSpared(List<Segment> order, int at) {
        Segment segment = order.get(at);
        return segment.sparedBytes() > 0
                && isWorthIt(segment, segment.garbageBytes())
                && order.subList(0, at).stream()
                        .allMatch(before ->
                                before.garbageBytes() == 0 || before.cleanRevision() > segment.cleanRevision());
    }
}
