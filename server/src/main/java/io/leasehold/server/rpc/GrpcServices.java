package io.leasehold.server.rpc;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.server.auth.Authentication;
import io.leasehold.server.auth.SimpleTokens;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.snapshot.SnapshotFiles;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Every gRPC service of a member, ready to be added to a server, with what all calls have in common around them. One
 * instance may serve several servers: the one behind the client port and the one inside the process.
 */
public final class GrpcServices {
    private final Replica replica;
    private final ReadCounters reads = new ReadCounters(Ticker.system());
    private final Promotions promotions = new Promotions();
    private final StreamingCalls streams = new StreamingCalls();
    private final HealthStatusManager health = new HealthStatusManager();
    private final List<ServerServiceDefinition> all;

    /**
     * @param replica what the services work on
     * @param loops the event loops of the connections; the server must run its callbacks on them directly
     * @param slowReads runs large ranges and walks through the whole store; must not be an event loop
     * @param snapshots where snapshots are written
     * @param freshLeaseIds ids for leases whose client left the choice to us; any thread, never 0, never the same twice
     * @param authentication how callers are recognised
     * @param settings limits of requests
     */
    public GrpcServices(
            Replica replica,
            Iterable<EventExecutor> loops,
            Executor slowReads,
            SnapshotFiles snapshots,
            LongSupplier freshLeaseIds,
            Authentication authentication,
            RpcSettings settings) {
        this.replica = replica;
        if (authentication.tokens() instanceof SimpleTokens tokens) {
            replica.followTokens(tokens::changed);
        }
        Gate gate = new Gate(replica, authentication, slowReads);
        CallThreads threads = new CallThreads(loops);
        Headers headers = new Headers(replica);
        MetadataInterceptor interceptor = new MetadataInterceptor(replica, threads, streams);
        BindableService healthService = health.getHealthService();
        this.all = List.of(
                        new KvService(gate, threads, headers, reads, settings.txnOpsMax()).definition(),
                        watch(threads, headers, gate),
                        new LeaseService(gate, threads, headers, freshLeaseIds, settings.leaseTtlMinSeconds())
                                .definition(),
                        new LeaseExtensionService(gate, threads, headers, freshLeaseIds, settings.txnOpsMax())
                                .definition(),
                        new ClusterService(gate, threads, headers, freshLeaseIds, settings.learnersMax(), promotions)
                                .definition(),
                        new MaintenanceService(gate, threads, headers, snapshots, reads).definition(),
                        new AuthService(gate, threads, headers, authentication).definition(),
                        new LockService(gate, threads, headers, freshLeaseIds).definition(),
                        new ElectionService(gate, threads, headers, freshLeaseIds).definition(),
                        // It reads the descriptors when it is first asked, so starting pays nothing for it.
                        ProtoReflectionServiceV1.newInstance().bindService(),
                        healthService.bindService())
                .stream()
                .map(service -> ServerInterceptors.intercept(ServiceDefinitions.complete(service), interceptor))
                .map(service -> withSlowCalls(service, replica, settings.slowCallNanos()))
                .toList();
    }

    private static ServerServiceDefinition withSlowCalls(
            ServerServiceDefinition service, Replica replica, long slowCallNanos) {
        return slowCallNanos == 0
                ? service
                : ServerInterceptors.intercept(
                        service, new SlowCalls(Ticker.system(), slowCallNanos, replica::delaysSince));
    }

    /** Reads answered so far. Any thread. */
    public ReadCounters reads() {
        return reads;
    }

    /** What became of promotions so far. Any thread. */
    public Promotions promotions() {
        return promotions;
    }

    /** The services with their interceptors. */
    public List<ServerServiceDefinition> all() {
        return all;
    }

    /**
     * To be called by one thread once per election time-out: after three calls in a row without a leader, streams whose
     * clients insist on one are ended.
     */
    public void lookForLeader() {
        streams.lookForLeader(() -> replica.status().leaderId() != 0);
    }

    /** Ends all streams with "server stopped" and tells health checks so. Any thread; before the servers are shut down. */
    public void stop() {
        health.enterTerminalState();
        streams.endAll();
    }

    private ServerServiceDefinition watch(CallThreads threads, Headers headers, Gate gate) {
        return ServerServiceDefinition.builder(WatchGrpc.SERVICE_NAME)
                .addMethod(Methods.WATCH, WatchCall.handler(threads, headers, gate))
                .build();
    }
}
