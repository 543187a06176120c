package io.leasehold.server.config;

import io.leasehold.server.tls.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a server is told before it starts; built by {@link ConfigParser}, already checked. Immutable.
 *
 * @param name the member's name in the cluster, not empty
 * @param dataDirectory where everything durable lies; may not exist yet
 * @param client the client port
 * @param leaseHttp where lease HTTP is served; empty for nowhere
 * @param security TLS on both sides
 * @param http who may use plain HTTP, and for what
 * @param bootstrap peers and the first members; only read when the data directory is fresh
 * @param members rules for changes of the members
 * @param timing Raft's two intervals
 * @param limits bounds on requests and on the store
 * @param grpc bounds on client connections
 * @param watchProgressMillis how long a watch with progress notification may be silent
 * @param snapshotCount log entries between two checkpoints
 * @param auth how users are recognised
 * @param compaction what is compacted without being asked for
 * @param log what is logged, how and where
 * @param observation what is measured and shown beside that
 */
public record ServerConfig(
        String name,
        Path dataDirectory,
        ClientUrls client,
        List<ListenUrl> leaseHttp,
        Security security,
        HttpAccess http,
        Bootstrap bootstrap,
        MemberRules members,
        RaftTiming timing,
        RequestLimits limits,
        GrpcLimits grpc,
        long watchProgressMillis,
        long snapshotCount,
        Auth auth,
        AutoCompaction compaction,
        LogSettings log,
        Observation observation) {
    /** Copies the list. */
    public ServerConfig {
        leaseHttp = List.copyOf(leaseHttp);
    }

    /**
     * Where clients are served, and the URLs they are told in member lists.
     *
     * @param listen gRPC, and HTTP too unless {@code listenHttp} says where; not empty
     * @param advertise what member lists say; not empty
     * @param listenHttp HTTP alone; empty: HTTP is served beside gRPC
     * @param listenMetrics metrics and health alone, besides where HTTP is served
     */
    public record ClientUrls(
            List<ListenUrl> listen, List<String> advertise, List<ListenUrl> listenHttp, List<ListenUrl> listenMetrics) {
        /** Copies the lists. */
        public ClientUrls {
            listen = List.copyOf(listen);
            advertise = List.copyOf(advertise);
            listenHttp = List.copyOf(listenHttp);
            listenMetrics = List.copyOf(listenMetrics);
        }

        /** Every address that is listened on for clients, in the order of the fields. */
        public List<ListenUrl> all() {
            return Stream.of(listen, listenHttp, listenMetrics)
                    .flatMap(List::stream)
                    .toList();
        }
    }

    /** TLS towards clients and towards other members. */
    public record Security(TlsSettings client, TlsSettings peer) {}

    /**
     * Who may use plain HTTP, and for what.
     *
     * @param hosts values of the Host header that are served where there is no TLS; empty or with {@code *}: all
     * @param origins whose pages may use the answers; empty or with {@code *}: all
     * @param gateway whether JSON is served below {@code /v3/}
     */
    public record HttpAccess(Set<String> hosts, Set<String> origins, boolean gateway) {
        private static final String ANY = "*";

        /** Copies the sets. */
        public HttpAccess {
            hosts = Set.copyOf(hosts);
            origins = Set.copyOf(origins);
        }

        /** Whether requests to a host of that name, without port, are served. */
        public boolean allowsHost(String host) {
            return hosts.isEmpty() || hosts.contains(ANY) || hosts.contains(host);
        }

        /** What the answer to a page of an origin says who may use it; empty when that page may not. */
        public Optional<String> allowedOrigin(String origin) {
            if (origins.isEmpty() || origins.contains(ANY)) {
                return Optional.of(ANY);
            }
            return origins.contains(origin) ? Optional.of(origin) : Optional.empty();
        }
    }

    /**
     * The first members and this one's peer addresses; whether they fit each other is seen on a fresh directory alone.
     *
     * @param members by {@code --initial-cluster}
     * @param discovery who names the first members instead
     * @param forceNewCluster whether a member of a lost cluster becomes the only one of a new cluster; looked at once, and
     *     only when the data directory is not fresh
     */
    public record Bootstrap(
            List<ListenUrl> listenPeer,
            List<String> advertisePeer,
            List<InitialMember> members,
            Discovery discovery,
            ClusterState state,
            String token,
            boolean forceNewCluster) {
        /** Copies the lists. */
        public Bootstrap {
            listenPeer = List.copyOf(listenPeer);
            advertisePeer = List.copyOf(advertisePeer);
            members = List.copyOf(members);
        }

        private Bootstrap unforced() {
            return new Bootstrap(listenPeer, advertisePeer, members, discovery, state, token, false);
        }

        private Bootstrap foundedBy(List<InitialMember> founders) {
            return new Bootstrap(listenPeer, advertisePeer, founders, discovery, state, token, forceNewCluster);
        }
    }

    /** The same for every start but the first of the process, which alone may force a new cluster. */
    public ServerConfig again() {
        return with(bootstrap.unforced());
    }

    /** The same with the first members that were found otherwise. */
    public ServerConfig foundedBy(List<InitialMember> founders) {
        return with(bootstrap.foundedBy(founders));
    }

    private ServerConfig with(Bootstrap other) {
        return new ServerConfig(
                name,
                dataDirectory,
                client,
                leaseHttp,
                security,
                http,
                other,
                members,
                timing,
                limits,
                grpc,
                watchProgressMillis,
                snapshotCount,
                auth,
                compaction,
                log,
                observation);
    }

    /**
     * Rules for changes of the members.
     *
     * @param strict whether a change is refused that could cost the quorum
     * @param learnersMax learners there may be at once
     */
    public record MemberRules(boolean strict, int learnersMax) {}

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

    /**
     * How users are recognised.
     *
     * @param token {@code simple}, or {@code jwt} and its options
     * @param simpleTtlSeconds how long a simple token lives unused
     * @param bcryptCost 4 to 31
     */
    public record Auth(String token, long simpleTtlSeconds, int bcryptCost) {}

    /** What is compacted without being asked for. */
    public sealed interface AutoCompaction {
        /** Nothing. */
        record Off() implements AutoCompaction {}

        /** What is older than this. */
        record Periodic(long retentionMillis) implements AutoCompaction {}

        /** All but the newest revisions. */
        record Revisions(long retained) implements AutoCompaction {}
    }

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

    /**
     * What is logged, how and where.
     *
     * @param outputs every line goes to each of them; at least one
     * @param rotation when the file among the outputs makes room for a new one; null for never
     */
    public record LogSettings(
            LogLevel level, LogFormat format, List<LogOutput> outputs, @Nullable LogRotation rotation) {
        /** Copies the list. */
        public LogSettings {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * What is measured and shown.
     *
     * @param extensiveMetrics whether the time of every call is measured
     * @param slowCallMillis unary calls that take longer are logged; 0 for none
     * @param debugPages whether {@code /debug} is served
     * @param tracing where spans go; null for nowhere
     */
    public record Observation(
            boolean extensiveMetrics, long slowCallMillis, boolean debugPages, @Nullable Tracing tracing) {}

    /**
     * OpenTelemetry traces.
     *
     * @param address host and port of an OTLP receiver (gRPC)
     * @param serviceName what the receiver knows this service by
     * @param instanceId tells members apart; empty for none
     * @param samplesPerMillion how many of a million calls that come without a trace of their own are traced
     */
    public record Tracing(String address, String serviceName, String instanceId, int samplesPerMillion) {}
}
