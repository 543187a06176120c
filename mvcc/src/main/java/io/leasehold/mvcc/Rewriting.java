package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writer's side of giving space back: chooses segments to be written anew, and when that is done moves the index over to
 * the copies, leaf by leaf, so that the writer does it in small pieces between its batches.
 *
 * <p>While the index moves, old and new segments can both be read; the log is read through the old ones. With the last leaf
 * the new one takes their place. Owned by the writer thread.
 */
final class Rewriting implements KeyIndex.LeafSweep {
    private final KeyIndex index;
    private final SegmentLog log;
    private final LogMarks marks;
    private final StoreFiles files;

    /** What is being copied or moved; one at a time. */
    private @Nullable SegmentRewrite rewrite;

    /** Where the index goes on moving; null when it does not. */
    private @Nullable ByteSequence cursor;

    /** Keys and revisions looked at in the present slice. */
    private long workDone;

    Rewriting(KeyIndex index, SegmentLog log, LogMarks marks, StoreFiles files) {
        this.index = index;
        this.log = log;
        this.marks = marks;
        this.files = files;
    }

    /**
     * Chooses what to write anew.
     *
     * @param hurried whether less garbage is worth it, too
     * @param root the published index, from which everything compacted has been swept
     * @return null when there is nothing, or something is being written anew already
     */
    @Nullable
    SegmentRewrite plan(boolean hurried, Node root, long compactedRevision) {
        if (rewrite != null) {
            return null;
        }
        RewriteChoice choice = new RewriteChoice(log.segmentSizeBytes(), hurried, compactedRevision);
        Segment active = log.active();
        if (active != null && choice.endsActive(active)) {
            log.endActive();
        }
        List<Segment> order = log.segments().order();
        List<Segment> run = choice.choose(order, log.active());
        if (!run.isEmpty()) {
            Survival survival = new Survival(root, compactedRevision, mayHoldVictims(order, run, compactedRevision));
            rewrite = new SegmentRewrite(files, log.writes(), survival, run, log.takeId());
        }
        return rewrite;
    }

    /** The segments before the run that may hold records which a tombstone in the run has ended. */
    private static List<Segment> mayHoldVictims(List<Segment> order, List<Segment> run, long compactedRevision) {
        return order.subList(0, order.indexOf(run.getFirst())).stream()
                .filter(segment -> segment.garbageBytes() > 0 && segment.cleanRevision() < compactedRevision)
                .toList();
    }

    /** Begins to move the index over to what has been copied. */
    void begin(SegmentRewrite copied) {
        requirePlanned(copied);
        Segment segment = copied.copied();
        if (segment == null) {
            finish(copied);
        } else {
            log.admit(segment);
            cursor = ByteSequence.EMPTY;
        }
    }

    /** Forgets what was planned and abandoned. Until the next compaction: what fails may fail again. */
    void drop(SegmentRewrite abandoned, long compactedRevision) {
        requirePlanned(abandoned);
        abandoned.run().forEach(segment -> segment.considered(compactedRevision));
        rewrite = null;
    }

    /** Whether the index is being moved. */
    boolean isMoving() {
        return cursor != null;
    }

    /** Goes on moving by about {@code limit} keys or revisions, at least one leaf, or to the end. */
    void some(int limit) {
        workDone = 0;
        while (cursor != null && workDone < limit) {
            cursor = index.sweepLeaf(cursor, this);
        }
        if (cursor == null && rewrite != null) {
            finish(rewrite);
        }
    }

    @Override
    public Leaf sweep(Leaf leaf, Node.Edit edit) {
        SegmentRewrite moved = rewrite;
        if (moved == null) {
            throw new IllegalStateException("nothing is being moved");
        }
        Relocations relocations = moved.relocations();
        Leaf changed = leaf;
        workDone += Math.max(1, leaf.size());
        for (int i = 0; i < leaf.size(); i++) {
            RevisionPairs older = leaf.older(i);
            workDone += older.size();
            RevisionPairs newOlder = older.moved(relocations::newPosition);
            long position = leaf.newestPosition(i);
            long newPosition = relocations.newPosition(position);
            if (newPosition != position || newOlder != older) {
                changed = changed.owned(edit);
                changed.move(i, newPosition, newOlder);
            }
        }
        return changed;
    }

    private void finish(SegmentRewrite moved) {
        files.retire(moved.run());
        log.replace(moved.run(), moved.copied());
        moved.replaceMarks(marks);
        rewrite = null;
    }

    private void requirePlanned(SegmentRewrite given) {
        if (given != rewrite || isMoving()) {
            throw new IllegalStateException("this rewrite was not planned last, or is being moved already");
        }
    }
}
