package io.leasehold.jetcd;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Cluster;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.Maintenance;
import io.etcd.jetcd.Watch;
import io.leasehold.client.LeaseholdClient;

/**
 * jetcd's {@link Client} over a {@link LeaseholdClient}, so that a program written for jetcd can move call by call: keys,
 * leases, watches, locks and elections. Users, members and maintenance are left to {@code LeaseholdClient}, whose forms of them
 * differ.
 *
 * <p>Safe for any thread. Futures complete and listeners are called on the client's callback executor, and fail with jetcd's
 * {@code EtcdException}, whose cause is the client's own exception.
 */
public final class JetcdAdapter implements Client {
    private final LeaseholdClient client;
    private final KV kv;
    private final Lease lease;
    private final AdaptedWatch watch;
    private final Lock lock;
    private final Election election;

    private JetcdAdapter(LeaseholdClient client) {
        this.client = client;
        this.kv = new AdaptedKv(client.kv());
        this.lease = new AdaptedLease(client.leases());
        this.watch = new AdaptedWatch(client.watches());
        this.lock = new AdaptedLock(client);
        this.election = new AdaptedElection(client);
    }

    /** Adapts a client, with its namespace and its settings; closing the adapter closes it. */
    public static Client over(LeaseholdClient client) {
        return new JetcdAdapter(client);
    }

    @Override
    public KV getKVClient() {
        return kv;
    }

    @Override
    public Lease getLeaseClient() {
        return lease;
    }

    @Override
    public Watch getWatchClient() {
        return watch;
    }

    @Override
    public Lock getLockClient() {
        return lock;
    }

    @Override
    public Election getElectionClient() {
        return election;
    }

    /** Not adapted: UnsupportedOperationException. */
    @Override
    public Auth getAuthClient() {
        throw new UnsupportedOperationException("not adapted: use LeaseholdClient.auth()");
    }

    /** Not adapted: UnsupportedOperationException. */
    @Override
    public Cluster getClusterClient() {
        throw new UnsupportedOperationException("not adapted: use LeaseholdClient.cluster()");
    }

    /** Not adapted: UnsupportedOperationException. */
    @Override
    public Maintenance getMaintenanceClient() {
        throw new UnsupportedOperationException("not adapted: use LeaseholdClient.maintenance()");
    }

    /** Closes the client below; watches end with {@code onCompleted}. */
    @Override
    public void close() {
        client.close();
    }
}
