package io.leasehold.server.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything a server is told before it starts; built by {@link ConfigParser}, already checked. Immutable.
 *
 * @param name the member's name in the cluster, not empty
 * @param dataDirectory where everything durable lies; may not exist yet
 * @param client the client port
 * @param leaseHttp where lease HTTP is served; empty for nowhere
 * @param bootstrap peers and the first members; only read when the data directory is fresh
 * @param timing Raft's two intervals
 * @param limits bounds on requests and on the store
 * @param grpc bounds on client connections
 * @param watchProgressMillis how long a watch with progress notification may be silent
 * @param snapshotCount log entries between two checkpoints
 * @param log what is logged, how and where
 */
public record ServerConfig(
        String name,
        Path dataDirectory,
        ClientUrls client,
        List<ListenUrl> leaseHttp,
        Bootstrap bootstrap,
        RaftTiming timing,
        RequestLimits limits,
        GrpcLimits grpc,
        long watchProgressMillis,
        long snapshotCount,
        LogSettings log) {
    /** Copies the list. */
    public ServerConfig {
        leaseHttp = List.copyOf(leaseHttp);
    }

    /** Where clients are served, and the URLs they are told in member lists. Neither is empty. */
    public record ClientUrls(List<ListenUrl> listen, List<String> advertise) {
        /** Copies both lists. */
        public ClientUrls {
            listen = List.copyOf(listen);
            advertise = List.copyOf(advertise);
        }
    }

    /**
     * The first members and this one's peer addresses. The member's own name is among {@code members}, with exactly
     * {@code advertisePeer} as its URLs.
     */
    public record Bootstrap(
            List<ListenUrl> listenPeer,
            List<String> advertisePeer,
            List<InitialMember> members,
            ClusterState state,
            String token) {
        /** Copies the lists. */
        public Bootstrap {
            listenPeer = List.copyOf(listenPeer);
            advertisePeer = List.copyOf(advertisePeer);
            members = List.copyOf(members);
        }
    }

    /** One member of {@code --initial-cluster}: its URLs in the order given. */
    public record InitialMember(String name, List<String> peerUrls) {
        /** Copies the list. */
        public InitialMember {
            peerUrls = List.copyOf(peerUrls);
        }
    }

    /** Whether {@code --initial-cluster} founds a cluster or joins one. */
    public enum ClusterState {
        NEW,
        EXISTING
    }

    /** Milliseconds; {@code electionMillis} is at least five heartbeats and at most 50,000. */
    public record RaftTiming(int heartbeatMillis, int electionMillis) {}

    /**
     * Bounds on requests and the store.
     *
     * @param maxRequestBytes largest request that may be proposed, encoded
     * @param maxTxnOps most operations in one branch of a transaction
     * @param quotaBytes store size that raises NOSPACE; 0 means there is no quota
     */
    public record RequestLimits(int maxRequestBytes, int maxTxnOps, long quotaBytes) {
        /** Room a message may have over the largest request, for the wrapping around it; etcd's number. */
        public static final int OVERHEAD_BYTES = 512 * 1024;

        /** The largest gRPC message taken in; bigger ones are refused by the transport. */
        public int maxMessageBytes() {
            return maxRequestBytes + OVERHEAD_BYTES;
        }
    }

    /**
     * Bounds on client connections.
     *
     * @param maxConcurrentStreams streams per connection, at least 1
     * @param keepAliveMinMillis clients that ping faster are sent away; 0 switches the policing off
     * @param keepAliveIntervalMillis how long a connection may be silent before the server pings it
     * @param keepAliveTimeoutMillis how long the answer to such a ping may take
     */
    public record GrpcLimits(
            int maxConcurrentStreams,
            long keepAliveMinMillis,
            long keepAliveIntervalMillis,
            long keepAliveTimeoutMillis) {}

    /** How much is logged; etcd's names. PANIC and FATAL are the same as ERROR here. */
    public enum LogLevel {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** The form of a log line. */
    public enum LogFormat {
        /** One JSON object per line, with etcd's (zap's) keys. */
        JSON,
        /** For people. */
        CONSOLE
    }

    /** Where the log goes. */
    public enum LogOutput {
        STDERR,
        STDOUT
    }

    /** What is logged, how and where. */
    public record LogSettings(LogLevel level, LogFormat format, LogOutput output) {}
}
