package io.leasehold.client.kv;

import io.leasehold.protocol.ByteSequence;

/**
 * A key as it stood at some revision.
 *
 * @param createRevision when the key's present life began; 0 in a delete event
 * @param modRevision when it was last changed
 * @param version counts the puts of the present life, from 1; 0 in a delete event
 * @param leaseId the lease it hangs on; 0 is none
 */
public record KeyValue(
        ByteSequence key, ByteSequence value, long createRevision, long modRevision, long version, long leaseId) {}
