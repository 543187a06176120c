package io.leasehold.client.mirror;

import io.leasehold.protocol.ByteSequence;

/**
 * What is mirrored, and where to. Immutable; each method answers a changed copy of {@link #of}.
 *
 * @param prefix of the keys at the source; empty: all keys
 * @param destinationPrefix stands at the destination in the place of {@code prefix}
 * @param progressKey key at the destination that tells how far it is, written with each transaction, so that a mirror begun
 *     again goes on there; empty: it begins at the beginning
 * @param pruning whether keys of the destination that the source does not have are deleted when the two are compared
 * @param operationsMax operations in a transaction at the destination, from 2 on
 */
public record MirrorOptions(
        ByteSequence prefix,
        ByteSequence destinationPrefix,
        ByteSequence progressKey,
        boolean pruning,
        int operationsMax) {
    /** etcd's own limit where nobody has changed it. */
    private static final int OPERATIONS_DEFAULT = 128;

    public MirrorOptions {
        if (operationsMax < 2) {
            throw new IllegalArgumentException("operations in a transaction: " + operationsMax);
        }
    }

    /** Every key that begins with the prefix, to the same key; beginning at the beginning, deleting nothing that was there. */
    public static MirrorOptions of(ByteSequence prefix) {
        return new MirrorOptions(prefix, prefix, ByteSequence.EMPTY, false, OPERATIONS_DEFAULT);
    }

    /** To keys that begin with this instead; empty takes the prefix away. */
    public MirrorOptions to(ByteSequence otherPrefix) {
        return new MirrorOptions(prefix, otherPrefix, progressKey, pruning, operationsMax);
    }

    /** Notes under this key how far it is, and goes on from there. */
    public MirrorOptions resumable(ByteSequence key) {
        return new MirrorOptions(prefix, destinationPrefix, key, pruning, operationsMax);
    }

    /** Deletes what the destination has and the source has not. */
    public MirrorOptions prune() {
        return new MirrorOptions(prefix, destinationPrefix, progressKey, true, operationsMax);
    }

    /** For servers with another {@code --max-txn-ops}. */
    public MirrorOptions operationsPerTransaction(int most) {
        return new MirrorOptions(prefix, destinationPrefix, progressKey, pruning, most);
    }
}
