package io.leasehold.server.http;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the health endpoints ask the member. Any thread. */
public interface MemberHealth {
    /** Whether the member knows a leader now. */
    boolean hasLeader();

    /** Whether it is a member without a vote. */
    boolean isLearner();

    /** Names of the alarms that are raised anywhere in the cluster: {@code NOSPACE}, {@code CORRUPT}. */
    Set<String> alarms();

    /** The cluster's version, such as {@code 3.6.0}; empty before the members have agreed on one. */
    Optional<String> clusterVersion();

    /**
     * Tries a read and tells what hindered it, nothing if it worked.
     *
     * @param linearizable whether the read must reflect all that was acknowledged before; takes as long as the server's
     *     request timeout when there is no quorum
     * @param result runs on any thread, perhaps before this returns
     */
    void tryRead(boolean linearizable, Consumer<Optional<String>> result);
}
