package io.leasehold.client.cluster;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The members of the cluster. Safe for any thread; no method blocks. Changes are never repeated by themselves. */
public interface Cluster {
    /** All members, as the majority knows them. */
    CompletableFuture<List<Member>> members();

    /** Adds a member, which is then to be started; a learner has no vote. Answers the new member. */
    CompletableFuture<Member> add(List<String> peerUrls, boolean learner);

    /** Removes a member; answers those that are left. */
    CompletableFuture<List<Member>> remove(long memberId);

    /** Changes a member's peer URLs; answers all members. */
    CompletableFuture<List<Member>> update(long memberId, List<String> peerUrls);

    /** Gives a learner a vote, if it has caught up; answers all members. */
    CompletableFuture<List<Member>> promote(long memberId);

    /** Asks for the members and uses their client URLs as endpoints from then on; answers the endpoints. */
    CompletableFuture<List<String>> synchronizeEndpoints();
}
