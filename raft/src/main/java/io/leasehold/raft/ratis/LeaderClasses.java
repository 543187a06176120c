package io.leasehold.raft.ratis;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes of the engine that only a member needs which is elected. Loaded before, they do not have to be while nobody
 * leads: some sixty come from the jars then, one after the other.
 *
 * <p>They are loaded and not initialized: an election may begin meanwhile, and two threads that initialize classes which need
 * each other would wait for each other for ever.
 *
 * <p>By name, because most of them are the engine's own business. One that a release does not have is none to be loaded.
 */
final class LeaderClasses {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderClasses.class);

    private static final List<String> NAMES = List.of(
            "org.apache.ratis.server.impl.LeaderElection",
            "org.apache.ratis.server.impl.LeaderStateImpl",
            "org.apache.ratis.server.impl.FollowerInfoImpl",
            "org.apache.ratis.server.impl.TransferLeadership",
            "org.apache.ratis.server.leader.FollowerInfo",
            "org.apache.ratis.server.leader.LogAppenderDefault",
            "org.apache.ratis.server.leader.LogAppenderDaemon",
            "org.apache.ratis.server.raftlog.RaftLogBase",
            "org.apache.ratis.grpc.server.GrpcLogAppender",
            "org.apache.ratis.grpc.metrics.GrpcServerMetrics",
            "org.apache.ratis.retry.RetryPolicy",
            "org.apache.ratis.retry.ExponentialBackoffRetry",
            "org.apache.ratis.retry.MultipleLinearRandomRetry",
            "org.apache.ratis.proto.RaftProtos$StartLeaderElectionRequestProto",
            "org.apache.ratis.proto.RaftProtos$StartLeaderElectionReplyProto",
            "org.apache.ratis.proto.RaftProtos$InstallSnapshotResult",
            "org.apache.ratis.thirdparty.io.grpc.stub.ClientCallStreamObserver",
            "org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls",
            "io.leasehold.raft.ratis.PromptAppender",
            "io.leasehold.raft.MembershipSteps");

    private LeaderClasses() {}

    /** Loads them all, and those inside them. Takes some hundredths of a second at the first call, nothing later. */
    static void load() {
        for (String name : NAMES) {
            try {
                load(Class.forName(name, false, LeaderClasses.class.getClassLoader()));
            } catch (ClassNotFoundException | LinkageError notThere) {
                LOG.debug("a class of the engine's leader cannot be loaded name={}", name, notThere);
            }
        }
    }

    private static void load(Class<?> outer) throws ClassNotFoundException {
        for (Class<?> inner : outer.getDeclaredClasses()) {
            load(Class.forName(inner.getName(), false, LeaderClasses.class.getClassLoader()));
        }
    }
}
