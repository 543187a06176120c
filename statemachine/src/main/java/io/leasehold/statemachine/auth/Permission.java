package io.leasehold.statemachine.auth;

import io.leasehold.mvcc.KeyRange;

/**
 * What a role may do with some keys.
 *
 * @param range a single key or an interval that is not empty, see {@link #isValidRange}
 */
public record Permission(Type type, KeyRange range) {
    /** Kinds of permission; stored by their order, which is that of etcd's numbers: append only. */
    public enum Type {
        READ,
        WRITE,
        READWRITE;

        boolean reads() {
            return this != WRITE;
        }

        boolean writes() {
            return this != READ;
        }
    }

    /** Whether a permission may be granted on the range: it has a key, and its end, if any, lies behind the key. */
    public static boolean isValidRange(KeyRange range) {
        return !range.key().isEmpty() && !range.isEmpty();
    }
}
