package io.leasehold.client.internal.leasing;

import io.leasehold.client.kv.KeyValue;
import io.leasehold.protocol.ByteSequence;
import org.jspecify.annotations.Nullable;

/**
 * One key that this client owns, or is about to. Changed on the client's thread alone; what readers on other threads need is
 * one immutable object behind one volatile field.
 */
final class OwnedKey {
    /**
     * The key as it stood after the change at {@code asOfRevision}, and as it has stood ever since.
     *
     * @param entry null when the key is not there
     */
    record Snapshot(@Nullable KeyValue entry, long asOfRevision) {}

    /**
     * An ownership.
     *
     * @param leaseId the lease it hangs on
     * @param createRevision when it began: no other ownership of any key has this number
     * @param snapshot null while the value is not known, as when it is being written
     */
    record Ownership(long leaseId, long createRevision, @Nullable Snapshot snapshot) {}

    private final ByteSequence key;

    /** Null before the key is owned, and after. */
    private volatile @Nullable Ownership ownership;

    /** Set by readers; says that the key was read since it was last considered for eviction. */
    private volatile boolean used = true;

    /** The last thing that was heard of the leasing key, while it is being acquired. */
    private long heardRevision;

    private int writers;

    /** The newest the key is known to have been. */
    private @Nullable Snapshot newest;

    /** The newest change by this client after which the key was not read. */
    private long changedRevision;

    private boolean refreshing;

    OwnedKey(ByteSequence key) {
        this.key = key;
    }

    ByteSequence key() {
        return key;
    }

    /** Any thread. Two calls that answer the same object: nothing has happened in between. */
    @Nullable
    Ownership ownership() {
        return ownership;
    }

    /** Any thread. */
    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it was used since the last time this was asked. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** Something happened to the leasing key at this revision. */
    void heard(long revision) {
        heardRevision = Math.max(heardRevision, revision);
    }

    /** Whether nothing has happened to the leasing key after this revision, as far as is known. */
    boolean isUndisturbedSince(long revision) {
        return heardRevision <= revision;
    }

    /** The key is owned, and stood like that at some time since. */
    void acquired(long leaseId, long createRevision, Snapshot found) {
        newest = found;
        publish(new Ownership(leaseId, createRevision, null));
    }

    /** The key is no longer owned, or never came to be. */
    void lost() {
        ownership = null;
    }

    /** A write that may change the key is about to be sent: it is not read here until that has ended. */
    void beginWrite() {
        writers++;
        publish();
    }

    /** A write has ended and changed nothing. */
    void endWrite() {
        writers--;
        publish();
    }

    /** A write has ended that may have changed the key at this revision. */
    void endWrite(long revision) {
        writers--;
        changedRevision = Math.max(changedRevision, revision);
        publish();
    }

    /** A write has ended, and the key stood like that after it. Answers may come in any order. */
    void endWrite(Snapshot after) {
        writers--;
        learn(after);
    }

    /** The key stood like that. */
    void learn(Snapshot found) {
        Snapshot before = newest;
        if (before == null || found.asOfRevision() > before.asOfRevision()) {
            newest = found;
        }
        publish();
    }

    /** Whether the value has to be asked for, and nobody does yet. */
    boolean needsRefresh() {
        Ownership owned = ownership;
        return owned != null && owned.snapshot() == null && writers == 0 && !refreshing;
    }

    void refreshing(boolean underWay) {
        refreshing = underWay;
    }

    private void publish() {
        Ownership owned = ownership;
        if (owned != null) {
            publish(owned);
        }
    }

    /** A new object each time: that nothing has happened is seen by its being the same. */
    private void publish(Ownership owned) {
        Snapshot known = newest;
        boolean current = writers == 0 && known != null && known.asOfRevision() >= changedRevision;
        ownership = new Ownership(owned.leaseId(), owned.createRevision(), current ? known : null);
    }
}
