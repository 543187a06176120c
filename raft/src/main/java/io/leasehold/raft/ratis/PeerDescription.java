package io.leasehold.raft.ratis;

import io.leasehold.protocol.ByteSequence;
import java.util.UUID;

/**
 * What a running member says about its cluster to one that asks.
 *
 * @param groupId the identity of the log
 * @param cluster what the member's caller {@linkplain io.leasehold.raft.ReplicatedLog#describe said}; empty until it has
 */
public record PeerDescription(UUID groupId, ByteSequence cluster) {}
