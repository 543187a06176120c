package io.leasehold.client;

import io.leasehold.client.auth.Auth;
import io.leasehold.client.cluster.Cluster;
import io.leasehold.client.internal.admin.GrpcAuth;
import io.leasehold.client.internal.admin.GrpcCluster;
import io.leasehold.client.internal.admin.GrpcMaintenance;
import io.leasehold.client.internal.kv.GrpcKv;
import io.leasehold.client.internal.lease.GrpcLeases;
import io.leasehold.client.internal.leasing.CachingKv;
import io.leasehold.client.internal.mirror.RunningMirror;
import io.leasehold.client.internal.naming.KeyNaming;
import io.leasehold.client.internal.recipes.ClientParts;
import io.leasehold.client.internal.recipes.RecipeBook;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Namespace;
import io.leasehold.client.internal.session.KeptSessions;
import io.leasehold.client.internal.watch.RangeFollower;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.client.maintenance.Maintenance;
import io.leasehold.client.mirror.Mirror;
import io.leasehold.client.mirror.MirrorOptions;
import io.leasehold.client.naming.Naming;
import io.leasehold.client.recipes.Recipes;
import io.leasehold.client.session.Sessions;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.RangeListener;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A client of a Leasehold or etcd v3 cluster. A program needs one per cluster: everything shares its connection, one stream
 * for all watches, and one stream and one timer for all leases.
 *
 * <pre>{@code
 * try (LeaseholdClient client = LeaseholdClient.builder().endpoints("127.0.0.1:2379").build()) {
 *     Blocking.await(client.kv().put(utf8("greeting"), utf8("hello")));
 * }
 * }</pre>
 *
 * <p>Safe for any thread. It connects when it is first used, and its threads are daemons.
 */
public final class LeaseholdClient implements AutoCloseable {
    private final ClientCore core;
    private final Namespace namespace;
    private final Kv kv;
    private final Watches watches;
    private final Leases leases;
    private final Sessions sessions;
    private final Recipes recipes;
    private final Naming naming;

    private LeaseholdClient(ClientCore core, Namespace namespace) {
        this.core = core;
        this.namespace = namespace;
        Caller caller = core.caller();
        this.kv = new GrpcKv(caller, core.guard(), namespace, core.callTimeoutNanos());
        this.watches = core.watchEngine().in(namespace);
        this.leases = new GrpcLeases(caller, core.keepAliveEngine(), namespace, core.callTimeoutNanos());
        this.sessions = new KeptSessions(core.sessions(), caller, leases, kv, watches);
        ClientParts parts = new ClientParts(kv, watches, core.pauses(), caller.callbacks(), caller.random());
        this.recipes = new RecipeBook(parts);
        this.naming = new KeyNaming(parts, sessions, leases);
    }

    /** Begins a client's settings. */
    public static LeaseholdClientBuilder builder() {
        return new LeaseholdClientBuilder();
    }

    /** A client of one server, such as {@code http://127.0.0.1:2379}, with the default settings. */
    public static LeaseholdClient connect(String url) {
        return builder().endpoints(url).build();
    }

    static LeaseholdClient overTheNetwork(LeaseholdClientBuilder settings) {
        return over(ClientCore.overTheNetwork(settings), settings);
    }

    static LeaseholdClient over(ClientCore core, LeaseholdClientBuilder settings) {
        return new LeaseholdClient(core, new Namespace(settings.namespace));
    }

    /** Keys and values. */
    public Kv kv() {
        return kv;
    }

    /** Watches. */
    public Watches watches() {
        return watches;
    }

    /** Leases. */
    public Leases leases() {
        return leases;
    }

    /** Sessions. */
    public Sessions sessions() {
        return sessions;
    }

    /**
     * Opens keys and values with a cache: reads of keys that this client owns cost no call. Completes when it has its lease
     * and follows the leasing keys; fails when that cannot be had within the call time-out.
     *
     * @param prefix what stands before a key in its leasing key, with nothing in between; not empty, and the same for all
     *     clients of those keys. In a namespace it lies inside the namespace.
     */
    public CompletableFuture<LeasingKv> leasing(ByteSequence prefix, LeasingOptions options) {
        return CachingKv.open(core.caller(), kv, watches, sessions, prefix, options, core.callTimeoutNanos());
    }

    /** Locks, elections, transactions over many keys, barriers, queues. */
    public Recipes recipes() {
        return recipes;
    }

    /** Services by name, and where they are. */
    public Naming naming() {
        return naming;
    }

    /**
     * Follows a range: tells how it stands and then what happens to it, and how it stands anew should the history of something
     * missed be gone. For whoever keeps a copy of the range.
     */
    public Follower follow(KeyRange range, RangeListener listener) {
        return RangeFollower.begin(kv, watches, core.pauses(), core.caller().callbacks(), range, listener);
    }

    /**
     * Copies keys to another cluster, or under another prefix of this one, and keeps the copy up to date.
     *
     * @param destination where to; may be this client, if the two prefixes are apart from each other
     */
    public Mirror mirror(LeaseholdClient destination, MirrorOptions options) {
        return RunningMirror.begin(kv, watches, core.pauses(), core.caller().callbacks(), destination.kv(), options);
    }

    /** Users, roles and permissions. */
    public Auth auth() {
        return new GrpcAuth(core.caller(), core.callTimeoutNanos());
    }

    /** The members of the cluster. */
    public Cluster cluster() {
        return new GrpcCluster(core.caller(), core.callTimeoutNanos());
    }

    /** Status, alarms, snapshots. */
    public Maintenance maintenance() {
        return new GrpcMaintenance(core.caller(), core.callTimeoutNanos());
    }

    /**
     * This client with every key under a further prefix. It shares everything with this one; closing either closes both.
     */
    public LeaseholdClient namespaced(ByteSequence prefix) {
        return new LeaseholdClient(core, namespace.inside(prefix));
    }

    /** Where futures complete and listeners are called. */
    public Executor callbackExecutor() {
        return core.caller().callbacks();
    }

    /**
     * The client's monotonic clock, to which {@code validUntilNanos} and the like refer; compared by difference only.
     */
    public long nanoTime() {
        return core.caller().timeline().nanos();
    }

    /** The endpoints, watches and leases of this client with their states: some lines for people. */
    public String describe() {
        return core.describe();
    }

    /**
     * Ends everything: keepalives and watches end with {@code CLOSED}, open calls fail with kind {@code CLOSED}. No lease is
     * revoked. After this has returned no listener is called. Again: nothing happens.
     */
    @Override
    public void close() {
        core.close();
    }
}
