package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.util.Optional;

/** The store as it stood after one publish. Immutable; any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class StoreSnapshot implements StoreView {
    @Override
    public long revision() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long compactedRevision() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<KeyValueRecord> get(ByteSequence key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<KeyValueRecord> get(ByteSequence key, long atRevision) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RangeResult range(KeyRange range, long atRevision, long limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long count(KeyRange range, long atRevision) {
        throw new UnsupportedOperationException();
    }

    /** History from a revision to another, both included; whole revisions only. */
    public HistorySlice history(long fromRevision, long toRevision, int revisionLimit, int byteLimit) {
        throw new UnsupportedOperationException();
    }

    /** Hash at a revision; 0 = newest. */
    public StoreHash hash(long revision) {
        throw new UnsupportedOperationException();
    }

    /** Bytes in segments. */
    public long sizeBytes() {
        throw new UnsupportedOperationException();
    }

    /** Bytes of the records that the index still knows. */
    public long liveBytes() {
        throw new UnsupportedOperationException();
    }

    /** How many keys are alive. */
    public long keyCount() {
        throw new UnsupportedOperationException();
    }
}
