package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The store's rules in the plainest form: every key with every version it ever had. */
final class StoreModel {
    /** One version of a key; value null for a deletion. */
    record Version(
            ByteSequence key, long create, long main, int sub, long version, @Nullable ByteSequence value, long lease) {
        boolean isDelete() {
            return value == null;
        }
    }

    private final NavigableMap<ByteSequence, List<Version>> keys = new TreeMap<>();
    private final List<Version> log = new ArrayList<>();
    private long revision = 1;
    private int sub;
    private long compactedRevision;

    StoreModel() {}

    private StoreModel(StoreModel other) {
        other.keys.forEach((key, versions) -> keys.put(key, new ArrayList<>(versions)));
        log.addAll(other.log);
        revision = other.revision;
        sub = other.sub;
        compactedRevision = other.compactedRevision;
    }

    StoreModel copy() {
        return new StoreModel(this);
    }

    long revision() {
        return revision;
    }

    long visibleRevision() {
        return sub > 0 ? revision + 1 : revision;
    }

    long compactedRevision() {
        return compactedRevision;
    }

    List<Version> log() {
        return log;
    }

    Version put(ByteSequence key, ByteSequence value, long lease) {
        Version before = at(key, Long.MAX_VALUE);
        if (before == null || before.isDelete()) {
            return add(new Version(key, revision + 1, revision + 1, sub, 1, value, lease));
        }
        return add(new Version(key, before.create(), revision + 1, sub, before.version() + 1, value, lease));
    }

    List<Version> delete(KeyRange range) {
        List<Version> live = range(range, Long.MAX_VALUE);
        live.forEach(version -> add(new Version(version.key(), 0, revision + 1, sub, 0, null, 0)));
        return live;
    }

    long finishRevision() {
        if (sub > 0) {
            revision++;
            sub = 0;
        }
        return revision;
    }

    void compact(long compactRevision) {
        compactedRevision = compactRevision;
    }

    List<Version> range(KeyRange range, long atRevision) {
        List<Version> live = new ArrayList<>();
        for (ByteSequence key : keys.keySet()) {
            Version version = at(key, atRevision);
            if (range.contains(key) && version != null && !version.isDelete()) {
                live.add(version);
            }
        }
        return live;
    }

    /** The log without what the compaction has given up. */
    List<Version> survivors() {
        return log.stream().filter(this::survives).toList();
    }

    private boolean survives(Version version) {
        if (version.main() > compactedRevision) {
            return true;
        }
        return version.equals(at(version.key(), compactedRevision)) && !version.isDelete();
    }

    /** What an event at this revision reports as the state before it. */
    @Nullable
    Version previous(ByteSequence key, long atRevision) {
        Version before = at(key, atRevision - 1);
        return before == null || before.isDelete() ? null : before;
    }

    private @Nullable Version at(ByteSequence key, long atRevision) {
        Version found = null;
        for (Version version : keys.getOrDefault(key, List.of())) {
            if (version.main() <= atRevision) {
                found = version;
            }
        }
        return found;
    }

    private Version add(Version version) {
        keys.computeIfAbsent(version.key(), key -> new ArrayList<>()).add(version);
        log.add(version);
        sub++;
        return version;
    }
}
