package io.leasehold.raft.ratis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * The appenders of this member, one for each follower that it had when it last led. Any thread.
 */
final class PeerAppenders {

    private static final String PARAMETER = "leasehold.appenders";

    /** Bounded by the members of the cluster; one that has ended takes no notice. */
    private final Map<RaftPeerId, PromptAppender> appenders = new ConcurrentHashMap<>();

    /** Has the engine use its gRPC with appenders of ours. */
    void configure(Parameters parameters) {
        parameters.put(PARAMETER, this, PeerAppenders.class);
    }

    /** Called when more is committed: the followers are told now. Does not wait. */
    void tellCommitted() {
        appenders.values().forEach(LogAppender::notifyLogAppender);
    }

    private LogAppender newAppender(Division server, LeaderState state, FollowerInfo follower) {
        PromptAppender appender = new PromptAppender(server, state, follower);
        appenders.put(follower.getId(), appender);
        return appender;
    }

    /** The engine makes one of these from the class name in its properties. */
    static final class Type implements RpcType {

        @Override
        public String name() {
            return Type.class.getName();
        }

        @Override
        public ServerFactory newFactory(Parameters parameters) {
            PeerAppenders appenders = parameters.getNonNull(PARAMETER, PeerAppenders.class);
            return new GrpcFactory(parameters) {
                @Override
                public LogAppender newLogAppender(Division server, LeaderState state, FollowerInfo follower) {
                    return appenders.newAppender(server, state, follower);
                }
            };
        }
    }
}
