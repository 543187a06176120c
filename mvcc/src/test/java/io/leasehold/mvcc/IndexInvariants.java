package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks a version of the index against everything that must hold of it. */
final class IndexInvariants {
    private final List<ByteSequence> keys = new ArrayList<>();
    private int leafDepth = -1;

    private IndexInvariants() {}

    /** Fails unless the tree is whole; returns its keys in order. */
    static List<ByteSequence> check(Node root) {
        IndexInvariants check = new IndexInvariants();
        check.node(root, 0, null, null);
        return check.keys;
    }

    private void node(Node node, int depth, @Nullable ByteSequence from, @Nullable ByteSequence end) {
        assertThat(node.size()).isLessThanOrEqualTo(node.sizeMax());
        if (depth > 0) {
            assertThat(node.size()).as("no empty node below the root").isPositive();
        }
        switch (node) {
            case Leaf leaf -> leaf(leaf, depth, from, end);
            case Branch branch -> branch(branch, depth, from, end);
        }
    }

    private void branch(Branch branch, int depth, @Nullable ByteSequence from, @Nullable ByteSequence end) {
        if (depth == 0) {
            assertThat(branch.size()).as("a root branch has two children").isGreaterThan(1);
        }
        ByteSequence low = from;
        for (int i = 0; i < branch.size(); i++) {
            ByteSequence separator = branch.separatorAfter(i);
            ByteSequence high = separator == null ? end : separator;
            if (low != null && high != null) {
                assertThat(low).isLessThan(high);
            }
            assertThat(branch.live(i)).isEqualTo(branch.child(i).liveCount());
            node(branch.child(i), depth + 1, low, high);
            low = high;
        }
    }

    private void leaf(Leaf leaf, int depth, @Nullable ByteSequence from, @Nullable ByteSequence end) {
        assertThat(leafDepth == -1 || leafDepth == depth)
                .as("all leaves at one depth")
                .isTrue();
        leafDepth = depth;
        for (int i = 0; i < leaf.size(); i++) {
            ByteSequence key = leaf.key(i);
            assertThat(leaf.search(key)).isEqualTo(i);
            assertThat(from == null || from.compareTo(key) <= 0).isTrue();
            assertThat(end == null || key.compareTo(end) < 0).isTrue();
            assertThat(keys.isEmpty() || keys.getLast().compareTo(key) < 0).isTrue();
            keys.add(key);
            revisions(leaf, i);
        }
    }

    private static void revisions(Leaf leaf, int index) {
        RevisionPairs older = leaf.older(index);
        for (int i = 1; i < older.size(); i++) {
            assertThat(older.revision(i - 1)).isLessThanOrEqualTo(older.revision(i));
        }
        if (older.size() > 0) {
            assertThat(older.revision(older.size() - 1)).isLessThanOrEqualTo(leaf.newestRevision(index));
        }
    }
}
