package io.leasehold.raft.ratis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * The appenders of this member, one for each follower that it had when it last led. Any thread.
 */
final class PeerAppenders {

    /** Bounded by the members of the cluster; one that has ended takes no notice. */
    private final Map<RaftPeerId, PromptAppender> appenders = new ConcurrentHashMap<>();

    private final PeerTraffic traffic;

    PeerAppenders(PeerTraffic traffic) {
        this.traffic = traffic;
    }

    /** Called by the engine when this member becomes leader, and for each member that is added. */
    LogAppender newAppender(Division server, LeaderState state, FollowerInfo follower) {
        long memberId = PeerIds.fromRatis(follower.getId());
        PromptAppender appender = new PromptAppender(
                server, state, follower, bytes -> traffic.sent(memberId, bytes), traffic::heartbeatWasLate);
        appenders.put(follower.getId(), appender);
        return appender;
    }

    /** Called when more is committed: the followers are told now. Does not wait. */
    void tellCommitted() {
        appenders.values().forEach(LogAppender::notifyLogAppender);
    }
}
