package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Intervals of keys with a bag of elements each: an AVL tree ordered by start and end, in which each node knows how far the
 * intervals below it reach (Cormen et al., Introduction to Algorithms, interval trees). Which intervals hold a key is found
 * in O(log n + k log n) at worst, mostly O(log n + k). Owned by one thread.
 */
final class IntervalTree<E> {
    private @Nullable Node<E> root;

    /** The elements of this interval, which is added with none if it is not there. */
    IdentityBag<E> insert(KeyRange range) {
        IdentityBag<E> known = find(range);
        if (known != null) {
            return known;
        }
        Node<E> added = new Node<>(range);
        root = insert(root, added);
        return added.elements;
    }

    /** The elements of this interval, null if it is not there. */
    @Nullable
    IdentityBag<E> find(KeyRange range) {
        Node<E> node = root;
        while (node != null) {
            int order = compare(range, node.range);
            if (order == 0) {
                return node.elements;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    /** Removes the interval, which is there. */
    void remove(KeyRange range) {
        root = remove(root, range);
    }

    /** Calls with the elements of each interval that holds the key. */
    void forEachHolding(ByteSequence key, Consumer<E> consumer) {
        forEachHolding(root, key, consumer);
    }

    /** How many steps the longest way down has. */
    int height() {
        return height(root);
    }

    private static <E> void forEachHolding(@Nullable Node<E> node, ByteSequence key, Consumer<E> consumer) {
        if (node == null || !node.reachesBeyond(key)) {
            return;
        }
        forEachHolding(node.left, key, consumer);
        if (node.range.key().compareTo(key) <= 0) {
            if (node.range.contains(key)) {
                node.elements.forEach(consumer);
            }
            forEachHolding(node.right, key, consumer);
        }
    }

    private static <E> Node<E> insert(@Nullable Node<E> node, Node<E> added) {
        if (node == null) {
            return added;
        }
        if (compare(added.range, node.range) < 0) {
            node.left = insert(node.left, added);
        } else {
            node.right = insert(node.right, added);
        }
        return balanced(node);
    }

    private static <E> @Nullable Node<E> remove(@Nullable Node<E> node, KeyRange range) {
        if (node == null) {
            throw new IllegalStateException("no such interval: " + range);
        }
        int order = compare(range, node.range);
        if (order < 0) {
            node.left = remove(node.left, range);
        } else if (order > 0) {
            node.right = remove(node.right, range);
        } else {
            return joined(node.left, node.right);
        }
        return balanced(node);
    }

    /** One tree of two neighbouring ones whose heights differ by one at most. */
    private static <E> @Nullable Node<E> joined(@Nullable Node<E> left, @Nullable Node<E> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        Node<E> first = right;
        while (first.left != null) {
            first = first.left;
        }
        first.right = withoutFirst(right);
        first.left = left;
        return balanced(first);
    }

    private static <E> @Nullable Node<E> withoutFirst(Node<E> node) {
        if (node.left == null) {
            return node.right;
        }
        node.left = withoutFirst(node.left);
        return balanced(node);
    }

    private static <E> Node<E> balanced(Node<E> node) {
        int lean = height(node.left) - height(node.right);
        Node<E> left = node.left;
        Node<E> right = node.right;
        if (lean > 1 && left != null) {
            if (height(left.left) < height(left.right)) {
                node.left = rotatedLeft(left);
            }
            return rotatedRight(node);
        }
        if (lean < -1 && right != null) {
            if (height(right.right) < height(right.left)) {
                node.right = rotatedRight(right);
            }
            return rotatedLeft(node);
        }
        node.update();
        return node;
    }

    private static <E> Node<E> rotatedLeft(Node<E> node) {
        Node<E> top = child(node.right);
        node.right = top.left;
        top.left = node;
        node.update();
        top.update();
        return top;
    }

    private static <E> Node<E> rotatedRight(Node<E> node) {
        Node<E> top = child(node.left);
        node.left = top.right;
        top.right = node;
        node.update();
        top.update();
        return top;
    }

    private static <E> Node<E> child(@Nullable Node<E> child) {
        if (child == null) {
            throw new IllegalStateException("the tree leans to a side where it has no node");
        }
        return child;
    }

    private static int height(@Nullable Node<?> node) {
        return node == null ? 0 : node.height;
    }

    private static int compare(KeyRange one, KeyRange other) {
        int order = one.key().compareTo(other.key());
        // An open end, one zero byte, sorts first here; any fixed order of ends will do.
        return order != 0 ? order : one.end().compareTo(other.end());
    }

    private static final class Node<E> {
        private final KeyRange range;
        private final IdentityBag<E> elements = new IdentityBag<>();
        private @Nullable Node<E> left;
        private @Nullable Node<E> right;
        private int height = 1;

        /** The highest end of this interval and those below; null when one of them is open. */
        private @Nullable ByteSequence maxEnd;

        private Node(KeyRange range) {
            this.range = range;
            this.maxEnd = range.exclusiveEnd();
        }

        private boolean reachesBeyond(ByteSequence key) {
            return maxEnd == null || maxEnd.compareTo(key) > 0;
        }

        private void update() {
            height = 1 + Math.max(height(left), height(right));
            maxEnd = range.exclusiveEnd();
            reachAsFarAs(left);
            reachAsFarAs(right);
        }

        private void reachAsFarAs(@Nullable Node<E> child) {
            if (child != null && maxEnd != null && (child.maxEnd == null || child.maxEnd.compareTo(maxEnd) > 0)) {
                maxEnd = child.maxEnd;
            }
        }
    }
}
