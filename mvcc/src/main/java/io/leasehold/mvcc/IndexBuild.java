package io.leasehold.mvcc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a whole index of records that come in the order of their keys, and of one key in the order of the log: leaf after leaf
 * and then the branches above them, level by level, so that nothing is searched for and each node is made once. Used once.
 */
final class IndexBuild {
    private final Node.Edit edit;

    /** All keys, one behind the other. */
    private final byte[] keyBytes;

    private final List<Node> nodes = new ArrayList<>();

    /** What tells each node from the one before it; none for the first. */
    private final List<byte[]> separators = new ArrayList<>();

    /** Where the keys of the leaf being filled begin and end. */
    private final int[] starts = new int[Leaf.BUILT_SIZE];

    private final int[] ends = new int[Leaf.BUILT_SIZE];
    private final long[] revisions = new long[Leaf.BUILT_SIZE];
    private final long[] positions = new long[Leaf.BUILT_SIZE];
    private @Nullable RevisionPairs @Nullable [] older;
    private int count;

    /** Where the last key of the leaf before begins and ends. */
    private int lastStart;

    private int lastEnd;

    IndexBuild(Node.Edit edit, byte[] keyBytes) {
        this.edit = edit;
        this.keyBytes = keyBytes;
    }

    /** Adds a record; its key is the bytes from {@code start} to before {@code end}. */
    void add(int start, int end, long revision, long position) {
        if (count > 0 && isLast(start, end)) {
            addRevision(count - 1, revision, position);
            return;
        }
        if (count == Leaf.BUILT_SIZE) {
            finishLeaf();
        }
        starts[count] = start;
        ends[count] = end;
        revisions[count] = revision;
        positions[count] = position;
        count++;
    }

    /** The root above all that was added. */
    Node root() {
        if (count > 0) {
            finishLeaf();
        }
        if (nodes.isEmpty()) {
            return Leaf.empty(edit);
        }
        List<Node> level = nodes;
        List<byte[]> between = separators;
        while (level.size() > 1) {
            List<Node> above = new ArrayList<>();
            List<byte[]> betweenAbove = new ArrayList<>();
            for (int from = 0; from < level.size(); ) {
                int end = branchEnd(from, level.size());
                if (from > 0) {
                    betweenAbove.add(between.get(from - 1));
                }
                above.add(Branch.of(edit, between.subList(from, end - 1), level.subList(from, end)));
                from = end;
            }
            level = above;
            between = betweenAbove;
        }
        return level.getFirst();
    }

    /** A branch has at least two children: the last one does not get one alone. */
    private static int branchEnd(int from, int size) {
        int end = Math.min(size, from + Branch.BUILT_SIZE);
        return size - end == 1 ? end - 1 : end;
    }

    private boolean isLast(int start, int end) {
        return Arrays.equals(keyBytes, start, end, keyBytes, starts[count - 1], ends[count - 1]);
    }

    private void addRevision(int index, long revision, long position) {
        if (older == null) {
            older = new RevisionPairs[Leaf.BUILT_SIZE];
        }
        RevisionPairs before = older[index];
        older[index] = (before == null ? RevisionPairs.EMPTY : before).append(revisions[index], positions[index]);
        revisions[index] = revision;
        positions[index] = position;
    }

    private void finishLeaf() {
        if (!nodes.isEmpty()) {
            int common = Arrays.mismatch(keyBytes, lastStart, lastEnd, keyBytes, starts[0], ends[0]);
            separators.add(Arrays.copyOfRange(keyBytes, starts[0], starts[0] + common + 1));
        }
        nodes.add(Leaf.of(
                edit,
                Keys.of(keyBytes, starts, ends, count),
                Arrays.copyOf(revisions, count),
                Arrays.copyOf(positions, count),
                older == null ? null : Arrays.copyOf(older, count)));
        lastStart = starts[count - 1];
        lastEnd = ends[count - 1];
        older = null;
        count = 0;
    }
}
