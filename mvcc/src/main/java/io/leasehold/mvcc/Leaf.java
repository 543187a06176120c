package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A leaf of the index: neighbouring keys, each with its newest revision at hand and its older ones behind a reference. */
final class Leaf extends Node {
    /**
     * The most keys of a leaf. An insertion copies the leaf's arrays, a search reads few of their cache lines; 48 keys of
     * some 30 bytes are about 2 KiB, where neither is felt.
     */
    private static final int SIZE_MAX = 48;

    /** The fewest keys a leaf is left with by a removal, when it has a neighbour to join. */
    private static final int SIZE_MIN = SIZE_MAX / 4;

    /** Keys of a leaf that is built at once: the leaves that a restart makes have room for some more. */
    static final int BUILT_SIZE = SIZE_MAX - SIZE_MAX / 8;

    private Keys keys;

    /** Per key: the newest main revision. */
    private long[] revisions;

    /** Per key: the packed {@link Position} of the newest record. */
    private long[] positions;

    /** Per key: the revisions before the newest, null for none; itself null while no key of the leaf has any. */
    private @Nullable RevisionPairs @Nullable [] older;

    private Leaf(Edit edit, Keys keys, long[] revisions, long[] positions, @Nullable RevisionPairs @Nullable [] older) {
        super(edit);
        this.keys = keys;
        this.revisions = revisions;
        this.positions = positions;
        this.older = older;
    }

    static Leaf empty(Edit edit) {
        return new Leaf(edit, Keys.EMPTY, new long[0], new long[0], null);
    }

    /** A leaf of these keys. The arrays are its own from now on. */
    static Leaf of(
            Edit edit, Keys keys, long[] revisions, long[] positions, @Nullable RevisionPairs @Nullable [] older) {
        return new Leaf(edit, keys, revisions, positions, older);
    }

    @Override
    int size() {
        return positions.length;
    }

    @Override
    int sizeMax() {
        return SIZE_MAX;
    }

    @Override
    int sizeMin() {
        return SIZE_MIN;
    }

    @Override
    boolean endsWith(ByteSequence key) {
        return keys.search(key) == positions.length - 1;
    }

    @Override
    long liveCount() {
        return liveCount(positions.length);
    }

    @Override
    long liveBelow(ByteSequence key) {
        return liveCount(keys.countBelow(key));
    }

    @Override
    Leaf leafOf(ByteSequence key) {
        return this;
    }

    @Override
    boolean walk(@Nullable ByteSequence from, @Nullable ByteSequence end, boolean liveOnly, LeafVisitor visitor) {
        int first = from == null ? 0 : keys.countBelow(from);
        int behind = end == null ? positions.length : keys.countBelow(end);
        return first >= behind || visitor.visit(this, first, behind);
    }

    /** The key's index, or {@code -(the index at which it would stand) - 1}. */
    int search(ByteSequence key) {
        return keys.search(key);
    }

    /** Whether this is the key at {@code index}. */
    boolean isKey(int index, ByteSequence key) {
        return keys.isKey(index, key);
    }

    /** Whether the key is not below the first of this leaf's and not above the last: then it can be nowhere else. */
    boolean spans(ByteSequence key) {
        return keys.spans(key);
    }

    ByteSequence key(int index) {
        return keys.get(index);
    }

    /** Position of the key's newest record. */
    long newestPosition(int index) {
        return positions[index];
    }

    long newestRevision(int index) {
        return revisions[index];
    }

    /** Position of the record in force at this revision, or {@link Position#NONE}. */
    long positionAt(int index, long revision) {
        if (revisions[index] <= revision) {
            return positions[index];
        }
        RevisionPairs pairs = older(index);
        int floor = pairs.floor(revision);
        return floor < 0 ? Position.NONE : pairs.position(floor);
    }

    /** The key's revisions before the newest. */
    RevisionPairs older(int index) {
        RevisionPairs pairs = older == null ? null : older[index];
        return pairs == null ? RevisionPairs.EMPTY : pairs;
    }

    /** This leaf if the edit made it, else a copy that the edit may change. */
    Leaf owned(Edit by) {
        if (edit == by) {
            return this;
        }
        return new Leaf(by, keys, revisions.clone(), positions.clone(), older == null ? null : older.clone());
    }

    /** Gives the key a newer revision. */
    void append(int index, long revision, long position) {
        if (older == null) {
            older = new RevisionPairs[positions.length];
        }
        older[index] = older(index).append(revisions[index], positions[index]);
        revisions[index] = revision;
        positions[index] = position;
    }

    /** Notes that a key's records lie elsewhere now. */
    void move(int index, long position, RevisionPairs olderRevisions) {
        positions[index] = position;
        if (older != null && olderRevisions.size() > 0) {
            older[index] = olderRevisions;
        }
    }

    /** Adds a key with its first revision. */
    void insert(int index, ByteSequence key, long revision, long position) {
        keys = keys.insert(index, key);
        revisions = inserted(revisions, index, revision);
        positions = inserted(positions, index, position);
        if (older != null) {
            RevisionPairs[] more = new RevisionPairs[positions.length];
            System.arraycopy(older, 0, more, 0, index);
            System.arraycopy(older, index, more, index + 1, older.length - index);
            older = more;
        }
    }

    @Override
    Split split(int at) {
        int end = positions.length;
        ByteSequence separator = keys.separator(at);
        Leaf right = new Leaf(
                edit,
                keys.slice(at, end),
                Arrays.copyOfRange(revisions, at, end),
                Arrays.copyOfRange(positions, at, end),
                older == null ? null : Arrays.copyOfRange(older, at, end));
        keys = keys.slice(0, at);
        revisions = Arrays.copyOf(revisions, at);
        positions = Arrays.copyOf(positions, at);
        older = older == null ? null : Arrays.copyOf(older, at);
        return new Split(separator, right);
    }

    /** A leaf of this one's keys and then the right neighbour's. */
    Leaf joined(Edit by, Leaf right) {
        int size = positions.length;
        int end = size + right.positions.length;
        @Nullable RevisionPairs @Nullable [] allOlder = null;
        if (older != null || right.older != null) {
            allOlder = older == null ? new RevisionPairs[end] : Arrays.copyOf(older, end);
            if (right.older != null) {
                System.arraycopy(right.older, 0, allOlder, size, end - size);
            }
        }
        long[] allRevisions = Arrays.copyOf(revisions, end);
        System.arraycopy(right.revisions, 0, allRevisions, size, end - size);
        long[] allPositions = Arrays.copyOf(positions, end);
        System.arraycopy(right.positions, 0, allPositions, size, end - size);
        return new Leaf(by, keys.concat(right.keys), allRevisions, allPositions, allOlder);
    }

    /** A leaf of the keys marked in {@code kept}, with these older revisions per key of this leaf. */
    Leaf keeping(Edit by, boolean[] kept, int count, @Nullable RevisionPairs[] keptOlder) {
        long[] keptRevisions = new long[count];
        long[] keptPositions = new long[count];
        @Nullable RevisionPairs @Nullable [] packedOlder = null;
        int to = 0;
        for (int i = 0; i < positions.length; i++) {
            if (kept[i]) {
                keptRevisions[to] = revisions[i];
                keptPositions[to] = positions[i];
                if (keptOlder[i] != null) {
                    packedOlder = packedOlder == null ? new RevisionPairs[count] : packedOlder;
                    packedOlder[to] = keptOlder[i];
                }
                to++;
            }
        }
        Keys keptKeys = count == positions.length ? keys : keys.keep(kept);
        return new Leaf(by, keptKeys, keptRevisions, keptPositions, packedOlder);
    }

    private long liveCount(int before) {
        long count = 0;
        for (int i = 0; i < before; i++) {
            count += Position.isTombstone(positions[i]) ? 0 : 1;
        }
        return count;
    }

    private static long[] inserted(long[] array, int index, long value) {
        long[] more = new long[array.length + 1];
        System.arraycopy(array, 0, more, 0, index);
        more[index] = value;
        System.arraycopy(array, index, more, index + 1, array.length - index);
        return more;
    }
}
