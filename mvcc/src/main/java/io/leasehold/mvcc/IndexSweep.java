package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Frees the index of what a compaction has superseded, leaf by leaf, so that the writer does it in small pieces between its
 * batches. Nobody can tell how far it has gone: what it frees, no permitted read can reach.
 *
 * <p>Owned by the writer thread. A compaction that comes in the middle of a pass takes effect for the rest of the pass, and
 * another pass follows; so every pass ends, however often compactions come.
 */
final class IndexSweep implements KeyIndex.LeafSweep {
    private static final ByteSequence START = ByteSequence.EMPTY;

    private final KeyIndex index;
    private final LongConsumer forgotten;
    private long compactedRevision;

    /** Where to go on; null when no pass is under way. */
    private @Nullable ByteSequence cursor;

    private boolean anotherPass;

    /** Keys looked at and records freed in the present slice. */
    private long workDone;

    /** Records freed in all passes together. */
    private long freedRecords;

    IndexSweep(KeyIndex index, LongConsumer forgotten) {
        this.index = index;
        this.forgotten = forgotten;
    }

    /** Begins to free what is not visible at this revision or later. */
    void begin(long revision) {
        compactedRevision = revision;
        if (cursor == null) {
            cursor = START;
        } else {
            anotherPass = true;
        }
    }

    /** Goes on by about {@code limit} keys or records, at least one leaf, or to the end. */
    void some(int limit) {
        workDone = 0;
        while (cursor != null && workDone < limit) {
            cursor = index.sweepLeaf(cursor, this);
            if (cursor == null && anotherPass) {
                anotherPass = false;
                cursor = START;
            }
        }
    }

    /** Whether there is more to free. */
    boolean isUnderWay() {
        return cursor != null;
    }

    /** Records freed since the store was opened. */
    long freedRecords() {
        return freedRecords;
    }

    @Override
    public @Nullable Leaf sweep(Leaf leaf, Node.Edit edit) {
        int size = leaf.size();
        workDone += Math.max(1, size);
        boolean[] kept = new boolean[size];
        @Nullable RevisionPairs[] keptOlder = new RevisionPairs[size];
        int keptCount = 0;
        boolean changed = false;
        for (int i = 0; i < size; i++) {
            RevisionPairs older = leaf.older(i);
            int superseded = Compaction.superseded(older, leaf.newestRevision(i), compactedRevision);
            boolean gone = Compaction.isGone(leaf.newestRevision(i), leaf.newestPosition(i), compactedRevision);
            free(older, superseded);
            changed |= gone || superseded > 0;
            if (gone) {
                forgotten.accept(leaf.newestPosition(i));
                freedRecords++;
            } else {
                kept[i] = true;
                keptCount++;
                keptOlder[i] = superseded < older.size() ? older.dropFirst(superseded) : null;
            }
        }
        if (!changed) {
            return leaf;
        }
        return keptCount == 0 ? null : leaf.keeping(edit, kept, keptCount, keptOlder);
    }

    private void free(RevisionPairs older, int count) {
        workDone += count;
        freedRecords += count;
        for (int i = 0; i < count; i++) {
            forgotten.accept(older.position(i));
        }
    }
}
