package io.leasehold.raft.ratis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;

/**
 * The engine's network when there is nobody to talk to: it holds the peer port, so that no other process takes it, and
 * nothing more. The engine's gRPC would cost a sole voter a second network stack, in time at every start and in memory.
 */
final class SoleVoterRpc implements RaftServerRpc {

    /** The engine makes one of these from the class name in its properties. */
    static final class Type implements RpcType {

        private static final String PLACE = "leasehold.listen-addresses";

        /** Says which network to use, and where it listens. */
        static void configure(Parameters parameters, List<ListenAddress> listen) {
            parameters.put(PLACE, new Place(listen), Place.class);
        }

        @Override
        public String name() {
            return Type.class.getName();
        }

        @Override
        public ServerFactory newFactory(Parameters parameters) {
            Place place = parameters.getNonNull(PLACE, Place.class);
            return new ServerFactory() {
                @Override
                public RaftServerRpc newRaftServerRpc(RaftServer server) {
                    return new SoleVoterRpc(Type.this, place.listen(), server);
                }

                @Override
                public RpcType getRpcType() {
                    return Type.this;
                }
            };
        }
    }

    /** What goes through the engine's parameters. */
    private record Place(List<ListenAddress> listen) {}

    private final RpcType type;
    private final List<ListenAddress> listen;
    private final RaftServer server;
    private final List<ServerSocketChannel> sockets = new ArrayList<>();

    private SoleVoterRpc(RpcType type, List<ListenAddress> listen, RaftServer server) {
        this.type = type;
        this.listen = listen;
        this.server = server;
    }

    @Override
    public void start() throws IOException {
        for (ListenAddress address : listen) {
            ServerSocketChannel socket = ServerSocketChannel.open();
            sockets.add(socket);
            PeerPort.bind(socket, address.toSocketAddress());
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerSocketChannel socket : sockets) {
            socket.close();
        }
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
        return listen.getFirst().toSocketAddress();
    }

    @Override
    public RpcType getRpcType() {
        return type;
    }

    /** Comes with the voter itself at each election; more than that is a mistake in the settings. */
    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
        if (peers.stream().anyMatch(peer -> !peer.getId().equals(server.getId()))) {
            throw new IllegalStateException("a sole voter was given peers: " + peers);
        }
    }

    @Override
    public void handleException(RaftPeerId peer, Exception exception, boolean reconnect) {
        // There is no connection to be made anew.
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        throw nobody();
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) throws IOException {
        throw nobody();
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) throws IOException {
        throw nobody();
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
            throws IOException {
        throw nobody();
    }

    private static IOException nobody() {
        return new IOException("a sole voter has nobody to call");
    }
}
