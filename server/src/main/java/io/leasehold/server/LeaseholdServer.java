package io.leasehold.server;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.leasehold.lease.LeaseLimits;
import io.leasehold.lease.leasehttp.LeaseHttp;
import io.leasehold.lease.leasehttp.LeaseHttpHandler;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.raft.ratis.PeerTls;
import io.leasehold.server.auth.Authentication;
import io.leasehold.server.auth.Passwords;
import io.leasehold.server.auth.TokenOptions;
import io.leasehold.server.auth.Tokens;
import io.leasehold.server.bootstrap.ServiceRecords;
import io.leasehold.server.compaction.AutoCompactor;
import io.leasehold.server.compaction.CompactionSchedule;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.ServerConfig.Tracing;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.front.ClientPort;
import io.leasehold.server.front.HttpPort;
import io.leasehold.server.front.PortRole;
import io.leasehold.server.front.PortServices;
import io.leasehold.server.gateway.GatewayEndpoint;
import io.leasehold.server.http.DebugEndpoint;
import io.leasehold.server.http.HealthChecks;
import io.leasehold.server.http.HealthEndpoint;
import io.leasehold.server.http.HttpEndpoint;
import io.leasehold.server.http.LeaseHttpEndpoint;
import io.leasehold.server.http.MetricsEndpoint;
import io.leasehold.server.http.VarsEndpoint;
import io.leasehold.server.http.VersionEndpoint;
import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.metrics.DelayMetrics;
import io.leasehold.server.metrics.EngineMetrics;
import io.leasehold.server.metrics.GrpcMetrics;
import io.leasehold.server.metrics.HealthMetrics;
import io.leasehold.server.metrics.KeyMetrics;
import io.leasehold.server.metrics.LeaseMetrics;
import io.leasehold.server.metrics.MemberMetrics;
import io.leasehold.server.metrics.Metrics;
import io.leasehold.server.metrics.ProcessMetrics;
import io.leasehold.server.metrics.SpaceMetrics;
import io.leasehold.server.peersocket.PeerSockets;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.server.rpc.GrpcServices;
import io.leasehold.server.rpc.LeaseIds;
import io.leasehold.server.rpc.RpcSettings;
import io.leasehold.server.snapshot.SnapshotFiles;
import io.leasehold.server.tls.TlsContexts;
import io.leasehold.server.trace.CallTraces;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in this JVM: data directory, replica and client port, started and stopped together.
 *
 * <p>Starting takes the client addresses and the directory first, so that a mistake is told before anything is written;
 * clients that connect meanwhile wait in the kernel's queue until the member can serve them.
 */
public final class LeaseholdServer implements AutoCloseable {
    /** A walk through the whole store must not keep all large ranges waiting. */
    private static final int SLOW_READ_THREADS = 2;

    private final ServerConfig config;
    private final ClusterIdentity identity;
    private final ClientPort port;
    private final DataDirectory directory;
    private final PeerSockets peerSockets;
    private final ReplicaNode replica;
    private final Authentication authentication;
    private final GrpcServices services;
    private final ExecutorService slowReads;
    private @Nullable ScheduledFuture<?> leaderWatch;
    private @Nullable Removal removal;
    private @Nullable AutoCompactor compactor;
    private @Nullable HttpPort leaseHttp;
    private @Nullable CallTraces traces;
    private boolean closed;

    private LeaseholdServer(
            ServerConfig config,
            ClusterIdentity identity,
            ClientPort port,
            DataDirectory directory,
            PeerSockets peerSockets,
            ReplicaNode replica,
            Authentication authentication,
            SnapshotFiles snapshots) {
        this.config = config;
        this.identity = identity;
        this.port = port;
        this.directory = directory;
        this.peerSockets = peerSockets;
        this.replica = replica;
        this.authentication = authentication;
        this.slowReads = Executors.newFixedThreadPool(
                SLOW_READ_THREADS,
                Thread.ofPlatform().name("leasehold-read-", 1).daemon().factory());
        this.services = new GrpcServices(
                replica,
                port.loops(),
                slowReads,
                snapshots,
                freshLeaseIds(identity.memberId()),
                authentication,
                rpcSettings(config));
    }

    /**
     * Starts a server and waits until it serves.
     *
     * @param fatal what happens when the member can no longer go on; the server does not close itself
     * @throws StartRefused when something around it is in the way: the message says what, in one line
     */
    public static LeaseholdServer start(ServerConfig given, FatalHandler fatal) {
        ServerConfig config = given;
        Authentication authentication = authentication(config);
        ClientPort port = ClientPort.bind(config.client());
        DataDirectory directory = null;
        PeerSockets peerSockets = null;
        ReplicaNode replica = null;
        try {
            directory = DataDirectory.open(config.dataDirectory());
            config = FirstMembers.discover(config, directory, ServiceRecords.ofTheSystem());
            EtcdDirectory.takeOver(config, directory);
            Optional<TlsContexts> tls = ClientTls.open(config, directory);
            Optional<PeerTls> peerTls = PeerSecurity.open(config, directory);
            ClusterIdentity identity = ReplicaStart.identity(config, directory, peerTls);
            peerSockets = PeerSockets.open(config.bootstrap().listenPeer());
            replica = ReplicaStart.start(config, identity, directory, peerTls, peerSockets.engineAddresses(), fatal);
            LeaseholdServer server = new LeaseholdServer(
                    config, identity, port, directory, peerSockets, replica, authentication, directory.snapshots());
            server.serve(tls);
            var unusedFetched = replica.fetched().thenRun(fatal::startAnew);
            server.removal =
                    Removal.follow(replica, Joining.askingOthers(server.config, identity, directory, peerTls), fatal);
            return server;
        } catch (RuntimeException e) {
            if (replica != null) {
                replica.close();
            }
            if (peerSockets != null) {
                peerSockets.close();
            }
            if (directory != null) {
                directory.close();
            }
            port.close();
            throw e;
        }
    }

    private void serve(Optional<TlsContexts> tls) {
        int maxMessageBytes = config.limits().maxMessageBytes();
        Metrics metrics = metrics();
        List<ServerServiceDefinition> definitions = definitions();
        GrpcMetrics grpcMetrics =
                GrpcMetrics.addTo(metrics, definitions, config.observation().extensiveMetrics());
        List<HttpEndpoint> probes = probes(metrics);
        port.serve(
                new PortServices(
                        config.grpc(),
                        maxMessageBytes,
                        definitions,
                        List.of(grpcMetrics),
                        config.http(),
                        endpoints(definitions, probes, maxMessageBytes),
                        probes),
                tls);
        if (!config.leaseHttp().isEmpty()) {
            LeaseHttpHandler handler =
                    new LeaseHttpHandler(new ReplicaLeases(replica, port.loops().next()));
            leaseHttp = HttpPort.open(
                    config.leaseHttp(),
                    "listen-lease-http-urls",
                    LeaseHttp.REQUEST_BYTES_MAX,
                    List.of(new LeaseHttpEndpoint(handler)));
        }
        long electionMillis = config.timing().electionMillis();
        leaderWatch = port.loops()
                .next()
                .scheduleAtFixedRate(services::lookForLeader, electionMillis, electionMillis, TimeUnit.MILLISECONDS);
        compactor = compactionSchedule(Ticker.system())
                .map(schedule -> AutoCompactor.start(
                        schedule, replica, Ticker.system(), port.loops().next()))
                .orElse(null);
    }

    private List<ServerServiceDefinition> definitions() {
        Tracing tracing = config.observation().tracing();
        if (tracing == null) {
            return services.all();
        }
        CallTraces started = CallTraces.start(tracing);
        traces = started;
        return services.all().stream()
                .map(service -> ServerInterceptors.intercept(service, started))
                .toList();
    }

    private Metrics metrics() {
        Metrics metrics = new Metrics();
        MemberMetrics.addTo(metrics, replica, services.promotions());
        LeaseMetrics.addTo(metrics, replica);
        DelayMetrics.addTo(metrics, replica.delays());
        KeyMetrics.addTo(metrics, replica, services.reads());
        EngineMetrics.addTo(metrics, replica, services.reads());
        SpaceMetrics.addTo(metrics, replica);
        ProcessMetrics.addTo(metrics);
        return metrics;
    }

    /** What the listeners for metrics serve, and those for clients as well. */
    private List<HttpEndpoint> probes(Metrics metrics) {
        ReplicaHealth health = new ReplicaHealth(replica);
        HealthMetrics told = HealthMetrics.addTo(metrics);
        return List.of(
                new HealthEndpoint(health, told),
                HealthChecks.livez(health, told),
                HealthChecks.readyz(health, told),
                new MetricsEndpoint(Metrics.CONTENT_TYPE, metrics::text));
    }

    private List<HttpEndpoint> endpoints(
            List<ServerServiceDefinition> definitions, List<HttpEndpoint> probes, int maxMessageBytes) {
        List<HttpEndpoint> endpoints = new ArrayList<>();
        if (config.http().gateway()) {
            endpoints.add(new GatewayEndpoint(
                    definitions,
                    maxMessageBytes,
                    config.grpc().maxConcurrentStreams(),
                    () -> authentication.certificateUsers() && replica.auth().enabled()));
        }
        endpoints.addAll(probes);
        endpoints.add(new VersionEndpoint(new ReplicaHealth(replica)));
        endpoints.add(config.observation().debugPages() ? new DebugEndpoint() : new VarsEndpoint());
        return endpoints;
    }

    /** Where it listens for clients, with the ports that the system chose. */
    public List<ListenUrl> addresses() {
        return port.addresses();
    }

    /** Where it serves lease HTTP, with the ports that the system chose; empty when nowhere. */
    public List<ListenUrl> leaseHttpAddresses() {
        return leaseHttp == null ? List.of() : leaseHttp.addresses();
    }

    /** Where it listens for one purpose, with the ports that the system chose. */
    public List<ListenUrl> addresses(PortRole role) {
        return port.addresses(role);
    }

    /** What the server was started with. */
    public ServerConfig config() {
        return config;
    }

    /** Ids of the cluster and of this member. */
    public ClusterIdentity identity() {
        return identity;
    }

    /** The replica behind the services, for callers in the same JVM. */
    public Replica replica() {
        return replica;
    }

    /** How many leases have run out while this member led. Any thread. */
    long expiredLeases() {
        return replica.leaseStats().expired();
    }

    /**
     * Stops: ends streams, lets running calls finish, makes a checkpoint, gives the ports and the directory back.
     * Idempotent, bounded by some seconds.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (leaderWatch != null) {
            leaderWatch.cancel(false);
        }
        if (removal != null) {
            removal.close();
        }
        if (compactor != null) {
            compactor.close();
        }
        services.stop();
        if (leaseHttp != null) {
            leaseHttp.close();
        }
        port.close();
        replica.close();
        peerSockets.close();
        if (traces != null) {
            traces.close();
        }
        slowReads.shutdown();
        authentication.close();
        directory.close();
    }

    @ReadsClock("ids chosen after a restart must differ from those before it")
    private static LeaseIds freshLeaseIds(long memberId) {
        return new LeaseIds(memberId, System.currentTimeMillis());
    }

    private Optional<CompactionSchedule> compactionSchedule(Ticker ticker) {
        return switch (config.compaction()) {
            case ServerConfig.AutoCompaction.Off off -> Optional.empty();
            case ServerConfig.AutoCompaction.Periodic periodic ->
                Optional.of(new CompactionSchedule.Periodic(
                        TimeUnit.MILLISECONDS.toNanos(periodic.retentionMillis()),
                        ticker.nanos(),
                        replica.snapshot().revision()));
            case ServerConfig.AutoCompaction.Revisions revisions ->
                Optional.of(new CompactionSchedule.Revisions(revisions.retained()));
        };
    }

    @ReadsClock("signed tokens end at a time of day")
    private static Authentication authentication(ServerConfig config) {
        ServerConfig.Auth auth = config.auth();
        try {
            Duration simpleTtl = Duration.ofSeconds(auth.simpleTtlSeconds());
            Tokens tokens = TokenOptions.tokens(auth.token(), simpleTtl, Ticker.system(), InstantSource.system());
            return new Authentication(
                    tokens,
                    new Passwords(auth.bcryptCost()),
                    config.security().client().clientCertAuth());
        } catch (IllegalArgumentException e) {
            throw new StartRefused("--auth-token: " + e.getMessage(), e);
        }
    }

    private static RpcSettings rpcSettings(ServerConfig config) {
        LeaseLimits limits =
                LeaseLimits.of(config.timing().electionMillis(), config.timing().heartbeatMillis());
        return new RpcSettings(
                config.limits().maxTxnOps(),
                limits.minTtlSeconds(),
                TimeUnit.MILLISECONDS.toNanos(config.observation().slowCallMillis()),
                config.members().learnersMax());
    }
}
