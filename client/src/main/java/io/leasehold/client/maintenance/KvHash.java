package io.leasehold.client.maintenance;

import io.leasehold.client.call.Header;

/**
 * A hash over keys and values, equal on all members for equal revisions.
 *
 * @param hash unsigned 32 bits
 * @param compactRevision the compaction it was taken behind; -1 for none
 */
public record KvHash(Header header, int hash, long compactRevision) {}
