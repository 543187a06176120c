package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import org.jspecify.annotations.Nullable;

/**
 * A node of the index. Published nodes never change; the writer may change one in place while it carries the writer's
 * present {@link Edit}, that is, while no snapshot can have seen it.
 */
abstract sealed class Node permits Leaf, Branch {
    /** The edit that made this node. Only the writer compares it. */
    final Edit edit;

    Node(Edit edit) {
        this.edit = edit;
    }

    /** Identity of one batch of changes: everything between two publishes. */
    static final class Edit {}

    /** Receives runs of neighbouring keys. */
    @FunctionalInterface
    interface LeafVisitor {
        /** Keys {@code from} to before {@code to} of the leaf; false ends the walk. */
        boolean visit(Leaf leaf, int from, int to);
    }

    /** Keys of a leaf or children of a branch. */
    abstract int size();

    /** The size at which a node is still whole; one more and it is cut in two. */
    abstract int sizeMax();

    /** The size below which a removal joins the node with a neighbour. */
    abstract int sizeMin();

    /** Whether the key belongs to the last key or child, as it does when keys come in ascending order. */
    abstract boolean endsWith(ByteSequence key);

    /** Keys below this node whose newest revision is not a tombstone. */
    abstract long liveCount();

    /** Live keys below this node that are less than {@code key}. */
    abstract long liveBelow(ByteSequence key);

    /** The leaf that holds the key, if any does. */
    abstract Leaf leafOf(ByteSequence key);

    /**
     * Walks the leaves in key order from {@code from} (null: the first key) to before {@code end} (null: the last key).
     *
     * @param liveOnly skip what holds no live key
     * @return false when the visitor ended it
     */
    abstract boolean walk(
            @Nullable ByteSequence from, @Nullable ByteSequence end, boolean liveOnly, LeafVisitor visitor);

    /** Takes the keys or children from {@code at} on out of this node, which belongs to the present edit. */
    abstract Split split(int at);

    /** What was taken out of a node, and the separator between the two. */
    record Split(ByteSequence separator, Node right) {}
}
