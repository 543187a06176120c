package io.leasehold.client.recipes;

import io.leasehold.protocol.ByteSequence;

/**
 * A leadership as another process may speak of it; the same four values as etcd's {@code LeaderKey}.
 *
 * @param name of the election
 * @param key the leader's key
 * @param token its create revision
 * @param leaseId the lease it hangs on
 */
public record LeaderKey(ByteSequence name, ByteSequence key, long token, long leaseId) {}
