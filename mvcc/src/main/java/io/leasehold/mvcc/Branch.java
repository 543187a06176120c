package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An inner node of the index: children in key order, told apart by separators, each with its count of live keys. */
final class Branch extends Node {
    /** The most children. Three levels of branches above leaves of 48 keys then hold millions of keys. */
    private static final int SIZE_MAX = 64;

    /** The fewest children a branch is left with by a removal, when it has a neighbour to join. */
    private static final int SIZE_MIN = SIZE_MAX / 4;

    /** Children of a branch that is built at once. */
    static final int BUILT_SIZE = SIZE_MAX - SIZE_MAX / 8;

    /** Separator i is above every key of child i and not above any key of child i + 1. */
    private Keys separators;

    private Node[] children;

    /** Per child: its count of live keys, so that counting looks at no child that it skips. */
    private long[] live;

    private Branch(Edit edit, Keys separators, Node[] children, long[] live) {
        super(edit);
        this.separators = separators;
        this.children = children;
        this.live = live;
    }

    /** A new root above a node that was cut in two. */
    static Branch above(Edit edit, Node left, Split split) {
        Node right = split.right();
        return new Branch(edit, Keys.of(split.separator()), new Node[] {left, right}, new long[] {
            left.liveCount(), right.liveCount()
        });
    }

    /** A branch of at least two children, with the separators between them. */
    static Branch of(Edit edit, List<byte[]> separators, List<Node> children) {
        byte[] bytes = new byte[separators.stream().mapToInt(key -> key.length).sum()];
        int[] starts = new int[separators.size()];
        int[] ends = new int[separators.size()];
        int end = 0;
        for (int i = 0; i < starts.length; i++) {
            byte[] separator = separators.get(i);
            System.arraycopy(separator, 0, bytes, end, separator.length);
            starts[i] = end;
            end += separator.length;
            ends[i] = end;
        }
        return new Branch(
                edit,
                Keys.of(bytes, starts, ends, starts.length),
                children.toArray(Node[]::new),
                children.stream().mapToLong(Node::liveCount).toArray());
    }

    @Override
    int size() {
        return children.length;
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
        return childIndex(key) == children.length - 1;
    }

    @Override
    long liveCount() {
        return liveCount(children.length);
    }

    @Override
    long liveBelow(ByteSequence key) {
        int index = childIndex(key);
        return liveCount(index) + children[index].liveBelow(key);
    }

    @Override
    Leaf leafOf(ByteSequence key) {
        Node node = this;
        while (node instanceof Branch branch) {
            node = branch.children[branch.childIndex(key)];
        }
        return (Leaf) node;
    }

    @Override
    boolean walk(@Nullable ByteSequence from, @Nullable ByteSequence end, boolean liveOnly, LeafVisitor visitor) {
        int first = from == null ? 0 : childIndex(from);
        int last = end == null ? children.length - 1 : childIndex(end);
        for (int i = first; i <= last; i++) {
            if (liveOnly && live[i] == 0) {
                continue;
            }
            boolean goOn = children[i].walk(i == first ? from : null, i == last ? end : null, liveOnly, visitor);
            if (!goOn) {
                return false;
            }
        }
        return true;
    }

    /** Which child the key belongs to. */
    int childIndex(ByteSequence key) {
        int found = separators.search(key);
        return found >= 0 ? found + 1 : -found - 1;
    }

    Node child(int index) {
        return children[index];
    }

    long live(int index) {
        return live[index];
    }

    /** The key from which the child behind this one begins; null for the last child. */
    @Nullable
    ByteSequence separatorAfter(int index) {
        return index < separators.size() ? separators.get(index) : null;
    }

    /** This branch if the edit made it, else a copy that the edit may change. */
    Branch owned(Edit by) {
        return edit == by ? this : new Branch(by, separators, children.clone(), live.clone());
    }

    void replaceChild(int index, Node child) {
        children[index] = child;
    }

    void addLive(int index, long delta) {
        live[index] += delta;
    }

    /** Puts the right half of the child at {@code index} behind it. */
    void insertSplit(int index, Split split) {
        separators = separators.insert(index, split.separator());
        Node[] moreChildren = new Node[children.length + 1];
        System.arraycopy(children, 0, moreChildren, 0, index + 1);
        moreChildren[index + 1] = split.right();
        System.arraycopy(children, index + 1, moreChildren, index + 2, children.length - index - 1);
        long[] moreLive = new long[moreChildren.length];
        System.arraycopy(live, 0, moreLive, 0, index);
        moreLive[index + 1] = split.right().liveCount();
        moreLive[index] = live[index] - moreLive[index + 1];
        System.arraycopy(live, index + 1, moreLive, index + 2, live.length - index - 1);
        children = moreChildren;
        live = moreLive;
    }

    /** Takes out a child without keys. */
    void removeChild(int index) {
        separators = separators.remove(Math.max(0, index - 1));
        Node[] fewerChildren = Arrays.copyOf(children, children.length - 1);
        System.arraycopy(children, index + 1, fewerChildren, index, fewerChildren.length - index);
        long[] fewerLive = Arrays.copyOf(live, fewerChildren.length);
        System.arraycopy(live, index + 1, fewerLive, index, fewerLive.length - index);
        children = fewerChildren;
        live = fewerLive;
    }

    /** Makes one child of the child at {@code index} and the one behind it, or two halves when one would be too big. */
    void joinChildren(int index) {
        Node left = children[index];
        Node right = children[index + 1];
        Node joined =
                switch (left) {
                    case Leaf leaf -> leaf.joined(edit, (Leaf) right);
                    case Branch branch -> branch.joined(edit, separators.get(index), (Branch) right);
                };
        live[index] += live[index + 1];
        live[index + 1] = 0;
        children[index] = joined;
        removeChild(index + 1);
        if (joined.size() > joined.sizeMax()) {
            insertSplit(index, joined.split(joined.size() / 2));
        }
    }

    @Override
    Split split(int at) {
        int end = children.length;
        ByteSequence separator = separators.get(at - 1);
        Branch right = new Branch(
                edit,
                separators.slice(at, end - 1),
                Arrays.copyOfRange(children, at, end),
                Arrays.copyOfRange(live, at, end));
        separators = separators.slice(0, at - 1);
        children = Arrays.copyOf(children, at);
        live = Arrays.copyOf(live, at);
        return new Split(separator, right);
    }

    private Branch joined(Edit by, ByteSequence separator, Branch right) {
        int size = children.length;
        int end = size + right.children.length;
        Node[] allChildren = Arrays.copyOf(children, end);
        System.arraycopy(right.children, 0, allChildren, size, end - size);
        long[] allLive = Arrays.copyOf(live, end);
        System.arraycopy(right.live, 0, allLive, size, end - size);
        Keys allSeparators = separators.insert(separators.size(), separator).concat(right.separators);
        return new Branch(by, allSeparators, allChildren, allLive);
    }

    private long liveCount(int before) {
        long count = 0;
        for (int i = 0; i < before; i++) {
            count += live[i];
        }
        return count;
    }
}
