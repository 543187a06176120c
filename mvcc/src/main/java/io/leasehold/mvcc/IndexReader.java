package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys at revisions: a version of the index and the records it points to. What {@link StoreSnapshot} and the
 * writer's view have in common. As safe between threads as its two parts are.
 */
final class IndexReader {
    /** First guess of an answer's size; answers are mostly small. */
    private static final int LIST_CAPACITY_MAX = 1024;

    private final Node root;
    private final RecordSource records;

    IndexReader(Node root, RecordSource records) {
        this.root = root;
        this.records = records;
    }

    Node root() {
        return root;
    }

    Optional<KeyValueRecord> getNewest(ByteSequence key) {
        return readIfLive(newestPosition(key));
    }

    Optional<KeyValueRecord> getAt(ByteSequence key, long revision) {
        return readIfLive(positionAt(key, revision));
    }

    /** The key's live record at a revision, or null. */
    @Nullable
    KeyValueRecord liveAt(ByteSequence key, long revision) {
        long position = positionAt(key, revision);
        return Position.isLive(position) ? records.read(position) : null;
    }

    RangeResult rangeNewest(KeyRange range, long limit) {
        if (range.isEmpty()) {
            return new RangeResult(List.of(), 0);
        }
        if (range.isSingle()) {
            return single(newestPosition(range.key()));
        }
        long count = countNewest(range);
        long wanted = limit > 0 ? Math.min(limit, count) : count;
        List<KeyValueRecord> found = new ArrayList<>((int) Math.min(wanted, LIST_CAPACITY_MAX));
        if (wanted > 0) {
            root.walk(range.key(), range.exclusiveEnd(), true, (leaf, from, to) -> {
                for (int i = from; i < to && found.size() < wanted; i++) {
                    long position = leaf.newestPosition(i);
                    if (!Position.isTombstone(position)) {
                        found.add(records.read(position));
                    }
                }
                return found.size() < wanted;
            });
        }
        return new RangeResult(found, count);
    }

    RangeResult rangeAt(KeyRange range, long revision, long limit) {
        if (range.isEmpty()) {
            return new RangeResult(List.of(), 0);
        }
        if (range.isSingle()) {
            return single(positionAt(range.key(), revision));
        }
        long wanted = limit > 0 ? limit : Long.MAX_VALUE;
        List<KeyValueRecord> found = new ArrayList<>();
        long count = forEachAt(range, revision, position -> {
            if (found.size() < wanted) {
                found.add(records.read(position));
            }
        });
        return new RangeResult(found, count);
    }

    long countNewest(KeyRange range) {
        if (range.isEmpty()) {
            return 0;
        }
        if (range.isSingle()) {
            return Position.isLive(newestPosition(range.key())) ? 1 : 0;
        }
        ByteSequence end = range.exclusiveEnd();
        long belowEnd = end == null ? root.liveCount() : root.liveBelow(end);
        return belowEnd - root.liveBelow(range.key());
    }

    long countAt(KeyRange range, long revision) {
        if (range.isEmpty()) {
            return 0;
        }
        if (range.isSingle()) {
            return Position.isLive(positionAt(range.key(), revision)) ? 1 : 0;
        }
        return forEachAt(range, revision, position -> {});
    }

    private long forEachAt(KeyRange range, long revision, PositionConsumer consumer) {
        // A class and not a lambda's array: the count is the walk's result.
        final class Walk implements Node.LeafVisitor {
            private long count;

            @Override
            public boolean visit(Leaf leaf, int from, int to) {
                for (int i = from; i < to; i++) {
                    long position = leaf.positionAt(i, revision);
                    if (Position.isLive(position)) {
                        count++;
                        consumer.accept(position);
                    }
                }
                return true;
            }
        }
        Walk walk = new Walk();
        root.walk(range.key(), range.exclusiveEnd(), false, walk);
        return walk.count;
    }

    private long newestPosition(ByteSequence key) {
        Leaf leaf = root.leafOf(key);
        int index = leaf.search(key);
        return index < 0 ? Position.NONE : leaf.newestPosition(index);
    }

    private long positionAt(ByteSequence key, long revision) {
        Leaf leaf = root.leafOf(key);
        int index = leaf.search(key);
        return index < 0 ? Position.NONE : leaf.positionAt(index, revision);
    }

    private Optional<KeyValueRecord> readIfLive(long position) {
        return Position.isLive(position) ? Optional.of(records.read(position)) : Optional.empty();
    }

    private RangeResult single(long position) {
        return Position.isLive(position)
                ? new RangeResult(List.of(records.read(position)), 1)
                : new RangeResult(List.of(), 0);
    }

    @FunctionalInterface
    private interface PositionConsumer {
        void accept(long position);
    }
}
