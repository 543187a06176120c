package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The writer's side of the store. One thread owns it, but for {@link #snapshot()} and {@link #force}. */
@SuppressWarnings("DoNotCallSuggester")
public final class RevisionStore implements AutoCloseable {
    private RevisionStore() {}

    /** Opens the store at a position. */
    public static RevisionStore open(Path directory, StoreOptions options, StorePosition from) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The state last published. Any thread. */
    public StoreSnapshot snapshot() {
        throw new UnsupportedOperationException();
    }

    /** The writer's own state, with what is not published yet. Writer thread. */
    public StoreView current() {
        throw new UnsupportedOperationException();
    }

    /** Puts a key; begins a revision if none is open. */
    public KeyValueRecord put(ByteSequence key, ByteSequence value, long leaseId) {
        throw new UnsupportedOperationException();
    }

    /** Deletes the live keys of a range; returns what they were, in key order. */
    public List<KeyValueRecord> delete(KeyRange range) {
        throw new UnsupportedOperationException();
    }

    /** Deletes one key if it is alive; returns what it was. */
    public Optional<KeyValueRecord> deleteKey(ByteSequence key) {
        throw new UnsupportedOperationException();
    }

    /** Ends the open revision, if any; returns the newest revision. */
    public long finishRevision() {
        throw new UnsupportedOperationException();
    }

    /** Makes the batch visible to all; returns its events in order. */
    public List<StoreEvent> publish() {
        throw new UnsupportedOperationException();
    }

    /** Sets the compacted revision at once; the index is freed by {@link #compactSome}. */
    public void compact(long revision) {
        throw new UnsupportedOperationException();
    }

    /** Goes on with freeing what is compacted, by about {@code keyLimit} keys; whether there is more to do. Between batches. */
    public boolean compactSome(int keyLimit) {
        throw new UnsupportedOperationException();
    }

    /** Every live key with a lease, in key order. Writer thread. */
    public void forEachLeased(LeasedKeyConsumer consumer) {
        throw new UnsupportedOperationException();
    }

    /** Where the store stands; after a publish. */
    public StorePosition position() {
        throw new UnsupportedOperationException();
    }

    /** Forces the segments to disk up to a position. One background thread. */
    public void force(StorePosition upTo) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
