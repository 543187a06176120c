package io.leasehold.raft.ratis;

import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a running member says about its cluster to one that asks.
 *
 * @param groupId the identity of the log
 * @param cluster what the member's caller {@linkplain io.leasehold.raft.ReplicatedLog#describe said}; empty until it has
 * @param logMembers who takes part in the log, which may lag behind the caller's table; empty while that changes
 */
public record PeerDescription(UUID groupId, ByteSequence cluster, Optional<Set<Long>> logMembers) {
    /** Copies the ids. */
    public PeerDescription {
        logMembers = logMembers.map(Set::copyOf);
    }
}
