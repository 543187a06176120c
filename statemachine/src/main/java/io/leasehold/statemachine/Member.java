package io.leasehold.statemachine;

import java.util.List;

/**
 * One member of the cluster.
 *
 * @param id unsigned; never 0
 * @param name empty until the member has published itself
 * @param peerUrls where the other members reach it
 * @param clientUrls where clients reach it; empty until the member has published itself
 * @param learner whether it only listens: no vote
 */
public record Member(long id, String name, List<String> peerUrls, List<String> clientUrls, boolean learner) {
    public Member {
        if (id == 0) {
            throw new IllegalArgumentException("a member id must not be 0");
        }
        peerUrls = List.copyOf(peerUrls);
        clientUrls = List.copyOf(clientUrls);
    }
}
