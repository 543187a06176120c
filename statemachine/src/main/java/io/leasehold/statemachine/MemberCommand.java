package io.leasehold.statemachine;

import java.util.List;

/** Changes of the cluster's members (cluster.md 1). Each is judged by the table as it is when it is applied. */
public sealed interface MemberCommand extends Command {

    /**
     * Adds a member that has never run: without name and client URLs until it publishes itself.
     *
     * @param id chosen by the server that proposes, never 0
     * @param learnersMax learners there may be, this one included
     */
    record Add(long id, List<String> peerUrls, boolean learner, int learnersMax) implements MemberCommand {
        public Add {
            peerUrls = List.copyOf(peerUrls);
        }
    }

    /** Removes a member for good: its id never comes back. */
    record Remove(long id) implements MemberCommand {}

    /** Says where other members reach a member. */
    record Update(long id, List<String> peerUrls) implements MemberCommand {
        public Update {
            peerUrls = List.copyOf(peerUrls);
        }
    }

    /** Gives a learner a vote. */
    record Promote(long id) implements MemberCommand {}

    /**
     * Makes a member the only one, with a vote: all others leave for good. Written into the log of a member whose cluster is
     * lost, before it starts; no client can ask for it.
     *
     * @param peerUrls where it is reached, should the table not know it
     */
    record StandAlone(long id, List<String> peerUrls) implements MemberCommand {
        public StandAlone {
            peerUrls = List.copyOf(peerUrls);
        }
    }
}
