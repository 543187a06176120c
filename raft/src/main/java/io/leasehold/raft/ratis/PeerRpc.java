package io.leasehold.raft.ratis;

import java.util.Optional;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * The engine's own network with two things of ours: appenders that tell at once what is committed, and TLS contexts that
 * follow changed certificates. By itself it reads certificates once, at its start, and insists on a native library.
 */
final class PeerRpc extends GrpcFactory {

    /** The engine makes one of these from the class name in its properties. */
    static final class Type implements RpcType {

        private static final String PARTS = "leasehold.peer-rpc";

        /** Says what to use. */
        static void configure(
                Parameters parameters, PeerServices services, PeerAppenders appenders, Optional<PeerTls> tls) {
            GrpcConfigKeys.Server.setServicesCustomizer(parameters, services);
            parameters.put(PARTS, new Parts(services, appenders, tls), Parts.class);
        }

        @Override
        public String name() {
            return Type.class.getName();
        }

        @Override
        public ServerFactory newFactory(Parameters parameters) {
            return new PeerRpc(parameters, parameters.getNonNull(PARTS, Parts.class));
        }
    }

    /** What goes through the engine's parameters. */
    private record Parts(PeerServices services, PeerAppenders appenders, Optional<PeerTls> tls) {}

    private final Parts parts;

    private PeerRpc(Parameters parameters, Parts parts) {
        super(parameters);
        this.parts = parts;
    }

    @Override
    public LogAppender newLogAppender(Division server, LeaderState state, FollowerInfo follower) {
        return parts.appenders().newAppender(server, state, follower);
    }

    @Override
    public GrpcServices newRaftServerRpc(RaftServer server) {
        if (parts.tls().isEmpty()) {
            return super.newRaftServerRpc(server);
        }
        PeerTls tls = parts.tls().get();
        return GrpcServicesImpl.newBuilder()
                .setServer(server)
                .setCustomizer(parts.services())
                .setServerSslContextForServer(tls.forServer())
                .setServerSslContextForClient(tls.forClient())
                .build();
    }
}
