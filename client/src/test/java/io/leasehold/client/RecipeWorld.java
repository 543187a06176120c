package io.leasehold.client;

import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client of a fake store, with sessions, in virtual time. */
final class RecipeWorld implements AutoCloseable {
    final VirtualTimeline time = new VirtualTimeline();
    final FakeLeases leases = new FakeLeases(time);
    final FakeStore store = new FakeStore(leases);
    final VirtualCluster cluster = new VirtualCluster(time).server(store.services());
    final LeaseholdClient client = cluster.client();

    Session session() {
        return session(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10)));
    }

    Session session(SessionOptions options) {
        return now(client.sessions().open(options));
    }

    <T> T now(CompletableFuture<T> call) {
        return cluster.now(call);
    }

    void settle() {
        time.settle();
    }

    static String hex(Session session) {
        return Long.toHexString(session.leaseId());
    }

    static ByteSequence utf8(String text) {
        return ByteSequence.utf8(text);
    }

    @Override
    public void close() {
        client.close();
        cluster.close();
    }
}
