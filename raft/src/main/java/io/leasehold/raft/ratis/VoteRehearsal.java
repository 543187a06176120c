package io.leasehold.raft.ratis;

import java.io.IOException;
import java.util.Set;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.impl.Candidacy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a follower ask the other voters now and then for a vote that they do not give. Followers have nothing else to say to
 * each other over the engine's connections, so when the leader is gone these are closed, and the code of an election was
 * never run: opening and loading took longer than the election itself.
 *
 * <p>Belongs to the thread of its {@link FollowerWatch}.
 */
final class VoteRehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(VoteRehearsal.class);

    /** Looks of the watch from one rehearsal to the next: a minute. An idle connection closes itself after half an hour. */
    private static final int LOOKS_BETWEEN = 600;

    /** A cluster that starts has its voters together by then. */
    private static final int LOOKS_AT_FIRST = 20;

    private final Division division;
    private int looksLeft = LOOKS_AT_FIRST;
    private boolean classesLoaded;

    VoteRehearsal(Division division) {
        this.division = division;
    }

    /** Called at each look at which this member follows a leader; does not wait. */
    void followed(Set<Long> voters) {
        if (looksLeft > 0) {
            looksLeft--;
            return;
        }
        looksLeft = LOOKS_BETWEEN;
        if (!classesLoaded) {
            classesLoaded = true;
            Thread.ofPlatform().name("leasehold-vote-rehearsal").daemon().start(LeaderClasses::load);
        }
        for (long voter : voters) {
            RaftPeerId id = PeerIds.toRatis(voter);
            if (!id.equals(division.getId())) {
                Thread.ofPlatform().name("leasehold-vote-rehearsal").daemon().start(() -> ask(id));
            }
        }
    }

    private void ask(RaftPeerId voter) {
        try {
            Candidacy.rehearse(division, voter);
        } catch (IOException | RuntimeException away) {
            LOG.debug("a voter does not answer", away);
        }
    }
}
