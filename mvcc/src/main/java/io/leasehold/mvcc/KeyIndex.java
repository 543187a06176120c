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

    /** Far more levels than memory has room for, at two children a branch. */
    private static final int DEPTH_MAX = 40;

    private Node.Edit edit = new Node.Edit();
    private Node root = Leaf.empty(edit);

    /** The way of the last seek: branches from the root on, and in each the child taken. */
    private Branch[] path = new Branch[DEPTH_MAX];

    private final int[] slots = new int[DEPTH_MAX];
    private int depth;

    /** Where the last seek ended, and what {@link Leaf#search} said there. */
    private Leaf leaf = (Leaf) root;

    private int found;

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
        forgetSeek();
        return root;
    }

    /**
     * Looks a key up and keeps the way there for {@link #appendSought}, so that a put goes down the tree once.
     *
     * @return the position of the key's newest record, {@link Position#NONE} if the index does not know the key
     */
    long seek(ByteSequence key) {
        Node node = root;
        depth = 0;
        while (node instanceof Branch branch) {
            int slot = branch.childIndex(key);
            path[depth] = branch;
            slots[depth] = slot;
            depth++;
            node = branch.child(slot);
        }
        leaf = (Leaf) node;
        return seekInLeaf(key);
    }

    /** As {@link #seek}, and cheaper if the key lies in the leaf in which the last seek ended, above all right behind it. */
    long seekNear(ByteSequence key) {
        int next = found + 1;
        if (next > 0 && next < leaf.size() && leaf.isKey(next, key)) {
            found = next;
            return leaf.newestPosition(next);
        }
        return leaf.spans(key) ? seekInLeaf(key) : seek(key);
    }

    /** Whether the index knows no key. */
    boolean isEmpty() {
        return root.size() == 0;
    }

    /** Takes over what was built elsewhere; the index was empty. */
    void fill(IndexBuild build) {
        root = build.root();
        forgetSeek();
    }

    /** What a build has to make its nodes with. */
    Node.Edit edit() {
        return edit;
    }

    /** Gives the key just sought a revision newer than all it has. The index has not changed since it was sought. */
    void appendSought(ByteSequence key, long revision, long position) {
        Leaf changed = leaf.owned(edit);
        int liveDelta = Position.isLive(position) ? 1 : 0;
        if (found >= 0) {
            liveDelta -= Position.isLive(changed.newestPosition(found)) ? 1 : 0;
            changed.append(found, revision, position);
        } else {
            changed.insert(-found - 1, key, revision, position);
        }
        replaceLeaf(changed, liveDelta, splitIfTooBig(changed, key), key);
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
        forgetSeek();
        return nextLeafStart;
    }

    private long seekInLeaf(ByteSequence key) {
        found = leaf.search(key);
        return found < 0 ? Position.NONE : leaf.newestPosition(found);
    }

    /** Nothing of the tree is at hand: what is kept of a seek would keep an old version of all of it in memory. */
    private void forgetSeek() {
        path = new Branch[DEPTH_MAX];
        leaf = Leaf.empty(edit);
        depth = 0;
    }

    /** Puts a changed leaf in the place of the one sought, and what that changes above it, from below upwards. */
    private void replaceLeaf(Leaf changed, int liveDelta, Node.@Nullable Split leafSplit, ByteSequence key) {
        Node child = changed;
        Node.Split split = leafSplit;
        leaf = changed;
        for (int level = depth - 1; level >= 0; level--) {
            Branch branch = path[level];
            int slot = slots[level];
            if (branch.child(slot) == child && liveDelta == 0 && split == null) {
                // Whoever owns a node owns all above it, and there is nothing to tell them.
                return;
            }
            branch = branch.owned(edit);
            path[level] = branch;
            branch.replaceChild(slot, child);
            branch.addLive(slot, liveDelta);
            if (split != null) {
                branch.insertSplit(slot, split);
                split = splitIfTooBig(branch, key);
            }
            child = branch;
        }
        root = split == null ? child : Branch.above(edit, child, split);
        if (leafSplit != null) {
            forgetSeek();
        }
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
