package io.leasehold.raft.ratis;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.ServerFactory;

/**
 * The engine's own network, over TLS contexts of ours: by itself it reads certificates once, at its start, and insists on a
 * native library.
 */
final class TlsRpc extends GrpcFactory {

    /** The engine makes one of these from the class name in its properties. */
    static final class Type implements RpcType {

        private static final String PEER_TLS = "leasehold.peer-tls";

        /** Says what to speak; the customizer must be among the parameters, too. */
        static void configure(Parameters parameters, PeerTls tls, GrpcServices.Customizer services) {
            parameters.put(PEER_TLS, new Given(tls, services), Given.class);
        }

        @Override
        public String name() {
            return Type.class.getName();
        }

        @Override
        public ServerFactory newFactory(Parameters parameters) {
            return new TlsRpc(parameters, parameters.getNonNull(PEER_TLS, Given.class));
        }
    }

    /** What goes through the engine's parameters. */
    private record Given(PeerTls tls, GrpcServices.Customizer services) {}

    private final Given given;

    private TlsRpc(Parameters parameters, Given given) {
        super(parameters);
        this.given = given;
    }

    @Override
    public GrpcServices newRaftServerRpc(RaftServer server) {
        return GrpcServicesImpl.newBuilder()
                .setServer(server)
                .setCustomizer(given.services())
                .setServerSslContextForServer(given.tls().forServer())
                .setServerSslContextForClient(given.tls().forClient())
                .build();
    }
}
