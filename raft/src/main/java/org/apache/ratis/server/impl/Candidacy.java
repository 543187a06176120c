package org.apache.ratis.server.impl;

import java.io.IOException;
import java.util.OptionalLong;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * The engine's way to stand for election, with the round that asks first whether anybody would vote. The engine keeps it to
 * itself and takes it when its own timer says so; this class is in its package so that a better timer can take it too.
 *
 * <p>Any thread; {@link #begin} may wait for the engine's monitor, which it holds while it forces a vote to disk.
 */
public final class Candidacy {

    private Candidacy() {}

    /** How long a follower has heard no leader and granted no vote; empty on a member that is no voter's follower now. */
    public static OptionalLong silenceMillis(Division division) {
        RaftServerImpl server = (RaftServerImpl) division;
        if (!server.getInfo().isFollower() || !server.isRunning()) {
            return OptionalLong.empty();
        }
        return server.getRole()
                .getFollowerState()
                .map(state -> OptionalLong.of(state.getLastRpcTime().elapsedTimeMs()))
                .orElse(OptionalLong.empty());
    }

    /**
     * Stands for election, under the conditions of the engine's own timer: nothing was heard for so long, and no entry of a
     * leader is being written here, however slow the disk.
     *
     * @return whether the election began
     */
    public static boolean begin(Division division, long silenceMillis) {
        RaftServerImpl server = (RaftServerImpl) division;
        synchronized (server) {
            boolean due = server.getInfo().isFollower()
                    && server.isRunning()
                    && server.getRole()
                            .getFollowerState()
                            .filter(state -> state.getOutstandingOp() == 0
                                    && state.getLastRpcTime().elapsedTimeMs() >= silenceMillis
                                    && !state.lostMajorityHeartbeatsRecently())
                            .isPresent();
            if (due) {
                server.changeToCandidate(false);
            }
            return due;
        }
    }

    /**
     * Has a leader step down because somebody who takes part has reached a later term, also where the engine does not listen
     * to him; soon, on the engine's own thread.
     *
     * @return whether the term is a later one
     */
    public static boolean giveWay(LeaderState leader, long term) {
        LeaderStateImpl leads = (LeaderStateImpl) leader;
        boolean later = term > leads.getCurrentTerm();
        if (later) {
            leads.submitStepDownEvent(term, LeaderState.StepDownReason.HIGHER_TERM);
        }
        return later;
    }

    /**
     * Asks another voter whether it would vote for a member without a log, which nobody does who has one, and changes nothing
     * anywhere. What an election needs is there afterwards: the connection, which the engine opens with the first vote, and
     * the code on both sides. Waits for the answer, some seconds at most.
     *
     * @throws IOException when the other one does not answer
     */
    public static void rehearse(Division division, RaftPeerId voter) throws IOException {
        RaftServerImpl server = (RaftServerImpl) division;
        TermIndex nothing = TermIndex.valueOf(0, 0);
        server.getServerRpc()
                .requestVote(ServerProtoUtils.toRequestVoteRequestProto(server.getMemberId(), voter, 0, nothing, true));
    }
}
