package io.leasehold.client;

import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A client that keeps leases alive, and may watch, in virtual time, on a server of the test's own. */
abstract class KeptLeases {
    static final Duration TEN = Duration.ofSeconds(10);

    final VirtualTimeline time = new VirtualTimeline();
    final FakeLeases leases = new FakeLeases(time);
    final FakeWatches watches = new FakeWatches();
    final VirtualCluster cluster = new VirtualCluster(time).server(leases, watches);
    final LeaseholdClient client = cluster.client();
    final LeaseLog log = new LeaseLog();

    @AfterEach
    final void close() {
        time.settle();
        client.close();
        cluster.close();
    }

    final LeaseGrant grant(Duration ttl) {
        return cluster.now(client.leases().grant(ttl));
    }

    final KeepAlive keep(LeaseGrant grant) {
        KeepAlive kept = client.leases().keepAlive(grant, log);
        time.settle();
        return kept;
    }

    final void advance(long millis) {
        time.advance(Duration.ofMillis(millis));
    }
}
