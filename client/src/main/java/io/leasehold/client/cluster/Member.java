package io.leasehold.client.cluster;

import java.util.List;

/**
 * A member of the cluster.
 *
 * @param id unsigned
 * @param name empty until it has started once
 * @param learner whether it has no vote
 */
public record Member(long id, String name, List<String> peerUrls, List<String> clientUrls, boolean learner) {
    public Member {
        peerUrls = List.copyOf(peerUrls);
        clientUrls = List.copyOf(clientUrls);
    }
}
