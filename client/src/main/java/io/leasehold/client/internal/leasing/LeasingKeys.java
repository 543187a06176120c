package io.leasehold.client.internal.leasing;

import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.protocol.ByteSequence;

/**
 * The names and values that make up the protocol. Immutable.
 *
 * @param prefix what stands before a key in its leasing key, with nothing in between; not empty
 */
record LeasingKeys(ByteSequence prefix) {
    /** What a leasing key holds once somebody asks for the key. Before that it is empty. */
    static final ByteSequence REVOKE = ByteSequence.utf8("REVOKE");

    LeasingKeys {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("the prefix of leasing keys is not empty");
        }
    }

    /** The key that says who owns {@code key}. */
    ByteSequence of(ByteSequence key) {
        return prefix.concat(key);
    }

    /** The key that a leasing key is about. */
    ByteSequence keyOf(ByteSequence leasingKey) {
        return ByteSequence.copyOf(leasingKey.toByteArray(), prefix.length(), leasingKey.length() - prefix.length());
    }

    /** The leasing keys of a range of keys; never open-ended, as that would take in what lies behind the prefix. */
    KeyRange of(KeyRange range) {
        if (range.isSingle()) {
            return KeyRange.single(of(range.key()));
        }
        ByteSequence end = range.isOpenEnded() ? KeyRange.prefixEnd(prefix) : of(range.end());
        return new KeyRange(of(range.key()), end);
    }

    /** All leasing keys. */
    KeyRange all() {
        return KeyRange.prefix(prefix);
    }

    /** Refuses a key that is itself a leasing key. */
    void check(ByteSequence key) {
        if (key.startsWith(prefix)) {
            throw new IllegalArgumentException("key " + key + " begins with the prefix of leasing keys, " + prefix);
        }
    }

    /** Refuses a single leasing key. */
    void checkIfSingle(KeyRange range) {
        if (range.isSingle()) {
            check(range.key());
        }
    }

    /** Refuses a range to be written that has leasing keys in it. */
    void checkDisjoint(KeyRange range) {
        checkIfSingle(range);
        ByteSequence behind = KeyRange.prefixEnd(prefix);
        boolean endsBefore = !range.isOpenEnded() && range.end().compareTo(prefix) <= 0;
        boolean beginsBehind =
                !new KeyRange(prefix, behind).isOpenEnded() && range.key().compareTo(behind) >= 0;
        if (!range.isSingle() && !endsBefore && !beginsBehind) {
            throw new IllegalArgumentException("a deleted range has leasing keys in it, which begin with " + prefix);
        }
    }

    /** Nobody owns the key. */
    Compare unowned(ByteSequence key) {
        return ownedSince(key, 0);
    }

    /** The ownership that began at this revision lasts. */
    Compare ownedSince(ByteSequence key, long createRevision) {
        return Compare.createRevision(of(key)).equalTo(createRevision);
    }

    /** No ownership of the key, or of any key of the range, began at this revision or later. */
    Compare notOwnedSince(KeyRange range, long revision) {
        return Compare.createRevision(of(range)).lessThan(revision);
    }

    /** Gives a key back. */
    Op free(ByteSequence key) {
        return Op.delete(of(key));
    }
}
