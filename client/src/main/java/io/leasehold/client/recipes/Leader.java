package io.leasehold.client.recipes;

import io.leasehold.protocol.ByteSequence;

/**
 * Who leads, as an observer sees it.
 *
 * @param value what it proclaims
 * @param key its key: name, lease and token, by which it can be addressed from any process
 */
public record Leader(ByteSequence value, LeaderKey key) {}
