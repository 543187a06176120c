package io.leasehold.client.auth;

import io.leasehold.client.kv.KeyRange;

/** What a role may do with which keys. */
public record Permission(Access access, KeyRange range) {
    /** What may be done. */
    public enum Access {
        READ,
        WRITE,
        READ_WRITE
    }
}
