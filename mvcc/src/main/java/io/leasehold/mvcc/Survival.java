package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.List;

/**
 * Which records must be kept when segments are written anew. For one background thread; the index it asks never changes.
 *
 * <ul>
 *   <li>What the index knows.
 *   <li>What is of the compacted revision: a watcher may ask for just that one, deletions included.
 *   <li>A tombstone, as long as a segment further to the front may hold what it has ended. A start reads the segments one
 *       after the other and would find that key alive if its tombstone had gone first.
 * </ul>
 */
final class Survival {
    /** What becomes of a record. */
    enum Verdict {
        /** The index knows it. */
        LIVE,
        /** It is dead, and stays until the next compaction. */
        TOLD,
        /** It is a tombstone that stays for the sake of segments further to the front. */
        SPARED,
        /** It is left out. */
        DROPPED
    }

    private final Node root;
    private final long compactedRevision;

    /** The segments further to the front in which there are dead records. */
    private final List<Segment> before;

    private int prepared;

    /**
     * @param root an index from which all that the compaction gave up has been swept
     * @param before the segments before those in question, but for the ones that hold nothing dead below the compaction
     */
    Survival(Node root, long compactedRevision, List<Segment> before) {
        this.root = root;
        this.compactedRevision = compactedRevision;
        this.before = List.copyOf(before);
    }

    long compactedRevision() {
        return compactedRevision;
    }

    /** Reads one of the segments before, if there are more to read; whether it did. */
    boolean prepareSome() {
        if (prepared == before.size()) {
            return false;
        }
        before.get(prepared++).keys();
        return true;
    }

    /** The verdict on a record at this place. */
    Verdict of(KeyValueRecord record, Segment segment, int offset) {
        long position = Position.pack(segment.id(), offset, record.isTombstone());
        ByteSequence key = record.key();
        Leaf leaf = root.leafOf(key);
        int index = leaf.search(key);
        long main = record.modRevision();
        if (index >= 0 && isKnown(leaf, index, main, position)) {
            return Verdict.LIVE;
        }
        if (main >= compactedRevision) {
            return Verdict.TOLD;
        }
        return record.isTombstone() && mayHaveVictims(key, main) ? Verdict.SPARED : Verdict.DROPPED;
    }

    /** The index may have several records of one key and revision. */
    private static boolean isKnown(Leaf leaf, int index, long main, long position) {
        if (leaf.newestPosition(index) == position) {
            return true;
        }
        RevisionPairs older = leaf.older(index);
        for (int at = older.floor(main); at >= 0 && older.revision(at) == main; at--) {
            if (older.position(at) == position) {
                return true;
            }
        }
        return false;
    }

    private boolean mayHaveVictims(ByteSequence key, long main) {
        for (Segment segment : before) {
            if (segment.cleanRevision() <= main && segment.keys().mayHold(key)) {
                return true;
            }
        }
        return false;
    }
}
