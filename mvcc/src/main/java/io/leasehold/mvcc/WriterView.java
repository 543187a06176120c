package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Optional;

/** The writer's own state as a view: it moves with the store and shows the open revision. Writer thread only. */
final class WriterView implements StoreView {
    private final RevisionStore store;

    WriterView(RevisionStore store) {
        this.store = store;
    }

    @Override
    public long revision() {
        return store.visibleRevision();
    }

    @Override
    public long compactedRevision() {
        return store.compactedRevision();
    }

    @Override
    public Optional<KeyValueRecord> get(ByteSequence key) {
        return store.reader().getNewest(key);
    }

    @Override
    public Optional<KeyValueRecord> get(ByteSequence key, long atRevision) {
        return isNewest(atRevision) ? get(key) : store.reader().getAt(key, atRevision);
    }

    @Override
    public RangeResult range(KeyRange range, long atRevision, long limit) {
        return isNewest(atRevision)
                ? store.reader().rangeNewest(range, limit)
                : store.reader().rangeAt(range, atRevision, limit);
    }

    @Override
    public long count(KeyRange range, long atRevision) {
        return isNewest(atRevision)
                ? store.reader().countNewest(range)
                : store.reader().countAt(range, atRevision);
    }

    private boolean isNewest(long atRevision) {
        return atRevision <= 0 || atRevision >= revision();
    }
}
