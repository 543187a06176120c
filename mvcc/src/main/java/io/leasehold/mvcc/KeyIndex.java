package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import org.jspecify.annotations.Nullable;

/**
 * The index of all keys: a persistent B+tree from key to revisions, of which this is the writer's, newest version.
 *
 * <p>Owned by the writer thread. {@link #freeze()} ends an edit: the root it returns never changes and any thread may read
 * it. Later changes copy the nodes on their way, once per edit; what the present edit has made is changed in place.
 */
final class KeyIndex {
    /** When keys come in ascending order a full node keeps all but this many: it will not be inserted into again. */
    private static final int ASCENDING_SPLIT = 2;

    private Node.Edit edit = new Node.Edit();
    private Node root = Leaf.empty(edit);

    /** Result of the last step down: by how much the count of live keys has changed below. */
    private int liveDelta;

    /** Result of the last sweep step down: where the next leaf begins, null when there is none below. */
    private @Nullable ByteSequence nextLeafStart;

    /** Frees one leaf of what is compacted. */
    @FunctionalInterface
    interface LeafSweep {
        /** The leaf itself when nothing changes, a smaller one of this edit, or null when no key is left. */
        @Nullable
        Leaf sweep(Leaf leaf, Node.Edit edit);
    }

    /** The present root with all changes; until the next freeze only the writer may read it. */
    Node root() {
        return root;
    }

    /** Makes the present version immutable and returns its root. */
    Node freeze() {
        edit = new Node.Edit();
        return root;
    }

    /** Adds a revision of a key, newer than all it has. */
    void append(ByteSequence key, long revision, long position) {
        root = append(root, key, revision, position);
        Node.Split split = splitIfTooBig(root, key);
        if (split != null) {
            root = Branch.above(edit, root, split);
        }
    }

    /**
     * Sweeps the leaf to which {@code cursor} belongs.
     *
     * @return where the next leaf begins; null when this was the last
     */
    @Nullable
    ByteSequence sweepLeaf(ByteSequence cursor, LeafSweep sweep) {
        nextLeafStart = null;
        Node swept = sweep(root, cursor, sweep);
        while (swept instanceof Branch branch && branch.size() == 1) {
            swept = branch.child(0);
        }
        root = swept == null ? Leaf.empty(edit) : swept;
        return nextLeafStart;
    }

    private Node append(Node node, ByteSequence key, long revision, long position) {
        return switch (node) {
            case Leaf leaf -> appendInLeaf(leaf.owned(edit), key, revision, position);
            case Branch branch -> appendBelow(branch.owned(edit), key, revision, position);
        };
    }

    private Leaf appendInLeaf(Leaf leaf, ByteSequence key, long revision, long position) {
        int found = leaf.search(key);
        int liveAfter = Position.isLive(position) ? 1 : 0;
        if (found >= 0) {
            liveDelta = liveAfter - (Position.isLive(leaf.newestPosition(found)) ? 1 : 0);
            leaf.append(found, revision, position);
        } else {
            liveDelta = liveAfter;
            leaf.insert(-found - 1, key, revision, position);
        }
        return leaf;
    }

    private Branch appendBelow(Branch branch, ByteSequence key, long revision, long position) {
        int index = branch.childIndex(key);
        Node child = append(branch.child(index), key, revision, position);
        branch.replaceChild(index, child);
        branch.addLive(index, liveDelta);
        Node.Split split = splitIfTooBig(child, key);
        if (split != null) {
            branch.insertSplit(index, split);
        }
        return branch;
    }

    private static Node.@Nullable Split splitIfTooBig(Node node, ByteSequence inserted) {
        int size = node.size();
        if (size <= node.sizeMax()) {
            return null;
        }
        return node.split(node.endsWith(inserted) ? size - ASCENDING_SPLIT : size / 2);
    }

    private @Nullable Node sweep(Node node, ByteSequence cursor, LeafSweep sweep) {
        return switch (node) {
            case Leaf leaf -> sweep.sweep(leaf, edit);
            case Branch branch -> sweepBelow(branch, cursor, sweep);
        };
    }

    private @Nullable Branch sweepBelow(Branch branch, ByteSequence cursor, LeafSweep sweep) {
        int index = branch.childIndex(cursor);
        Node child = branch.child(index);
        Node swept = sweep(child, cursor, sweep);
        if (nextLeafStart == null) {
            nextLeafStart = branch.separatorAfter(index);
        }
        if (swept == child) {
            return branch;
        }
        if (swept == null && branch.size() == 1) {
            return null;
        }
        Branch changed = branch.owned(edit);
        if (swept == null) {
            changed.removeChild(index);
            return changed;
        }
        changed.replaceChild(index, swept);
        if (swept.size() < swept.sizeMin() && changed.size() > 1) {
            changed.joinChildren(Math.max(0, index - 1));
        }
        return changed;
    }
}
