package io.leasehold.server.replica;

import java.time.Duration;
import java.util.List;

/**
 * What a replica is set up with.
 *
 * @param clusterId id of the cluster
 * @param memberId id of this member
 * @param name this member's name, published to the others
 * @param clientUrls where clients reach it, published to the others
 * @param electionTimeout how long a silent leader is borne with
 * @param maxRequestBytes largest encoded command that is proposed
 * @param snapshotEntries log entries between two checkpoints
 * @param quotaBytes store size from which writes are refused; {@link Long#MAX_VALUE} for never
 * @param strictReconfiguration whether a change of members is refused that could cost the quorum
 */
public record ReplicaSettings(
        long clusterId,
        long memberId,
        String name,
        List<String> clientUrls,
        Duration electionTimeout,
        int maxRequestBytes,
        long snapshotEntries,
        long quotaBytes,
        boolean strictReconfiguration) {
    /** Copies the URLs. */
    public ReplicaSettings {
        clientUrls = List.copyOf(clientUrls);
    }
}
