package io.leasehold.lease.lessor;

import io.leasehold.protocol.ByteSequence;

/** What is attached to a lease and deleted when it ends. Compared by key. */
public record LeaseItem(ByteSequence key) {
    /** An item whose key is the text in UTF-8. */
    public static LeaseItem of(String key) {
        return new LeaseItem(ByteSequence.utf8(key));
    }
}
