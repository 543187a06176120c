package io.leasehold.faults.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All changes of a stretch of revisions as a member tells them afterwards, in order: what all else is compared with. At its
 * beginning none of the keys was there.
 */
public final class Changes {
    private final List<Change> inOrder;
    private final Map<String, TreeMap<Long, Change>> byKey = new HashMap<>();

    /** Changes in the order in which a watch told them. */
    public Changes(List<Change> inOrder) {
        this.inOrder = List.copyOf(inOrder);
        for (Change change : inOrder) {
            byKey.computeIfAbsent(change.key(), key -> new TreeMap<>()).put(change.revision(), change);
        }
    }

    /** In order. */
    public List<Change> inOrder() {
        return inOrder;
    }

    /** What a key held at a revision, that revision's own change included. */
    public Optional<String> valueAt(String key, long revision) {
        return Optional.ofNullable(byKey.get(key))
                .map(changes -> changes.floorEntry(revision))
                .map(entry -> entry.getValue().value());
    }

    /** The change that a revision made to a key. */
    public Optional<Change> change(String key, long revision) {
        return Optional.ofNullable(byKey.get(key)).map(changes -> changes.get(revision));
    }

    /** The deletion of a key, if it was ever deleted; the last one. */
    public Optional<Change> lastDeletion(String key) {
        return Optional.ofNullable(byKey.get(key)).flatMap(changes -> changes.descendingMap().values().stream()
                .filter(Change::isDeletion)
                .findFirst());
    }

    /** The last revision told; 0 when there was none. */
    public long lastRevision() {
        return inOrder.isEmpty() ? 0 : inOrder.getLast().revision();
    }
}
