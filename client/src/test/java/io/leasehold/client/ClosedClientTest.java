package io.leasehold.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.client.internal.time.RealTimeline;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.client.mirror.Mirror;
import io.leasehold.client.mirror.MirrorOptions;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.Registration;
import io.leasehold.client.naming.RegistrationOptions;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.recipes.LeaderLatch;
import io.leasehold.client.recipes.LeaderObserver;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.recipes.StmOptions;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.RangeListener;
import io.leasehold.client.watch.RangeSnapshot;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.SnapshotRequest;
import io.leasehold.protocol.etcdserverpb.SnapshotResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing that hangs on a closed client is waited for for ever. With threads, as it is about those that are gone. */
final class ClosedClientTest {
    private static final long PATIENCE_SECONDS = 60;

    private final String name = "closed-" + UUID.randomUUID();
    private final FakeLeases leases = new FakeLeases(new VirtualTimeline());
    private final FakeStore store = new FakeStore(leases);
    private final ExecutorService serverThread = Executors.newSingleThreadExecutor();
    private final Map<String, CompletableFuture<?>> begun = new LinkedHashMap<>();
    private Server server;
    private LeaseholdClient client;
    private ThreadPoolExecutor callbacks;
    private Session session;

    /** Begins a snapshot and sends nothing of it. */
    private static final class SilentMaintenance extends MaintenanceGrpc.MaintenanceImplBase {
        @Override
        public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> pieces) {}
    }

    private static final class Watching implements LeaderLatch.Listener {
        @Override
        public void onElected(Leadership leadership) {}

        @Override
        public void onDeposed(HoldEnd why) {}
    }

    @BeforeEach
    void open() throws IOException {
        InProcessServerBuilder builder =
                InProcessServerBuilder.forName(name).executor(serverThread).addService(new SilentMaintenance());
        for (BindableService service : store.services()) {
            builder.addService(service);
        }
        server = builder.build().start();
        callbacks = (ThreadPoolExecutor) Executors.newCachedThreadPool();
        LeaseholdClientBuilder settings = LeaseholdClient.builder().endpoints("h:1");
        client = LeaseholdClient.over(
                new ClientCore(
                        settings,
                        new RealTimeline("closed-client-test"),
                        address -> InProcessChannelBuilder.forName(name).build(),
                        callbacks,
                        callbacks,
                        new Random(7)),
                settings);
        session = session();
    }

    @AfterEach
    void close() {
        client.close();
        server.shutdownNow();
        serverThread.shutdownNow();
    }

    private Session session() {
        return await(client.sessions().open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10))));
    }

    /** Everything that answers a future, against a server that has nothing yet for those that wait. */
    private void begin() {
        begun.put("read", client.kv().get(utf8("k")));
        begun.put("grant", client.leases().grant(Duration.ofSeconds(10)));
        begun.put("revoke", client.leases().revoke(77));
        begun.put("once", client.leases().keepAliveOnce(session.leaseId()));
        begun.put("snapshot", client.maintenance().snapshot("h:1", OutputStream.nullOutputStream()));
        begun.put(
                "watch",
                client.watches()
                        .watch(KeyRange.single(utf8("k")), WatchOptions.DEFAULT, batch -> {})
                        .ended());
        begun.put("follow", follow().ended());
        begun.put("mirror", mirror().ended());
        begun.put("session", client.sessions().open(SessionOptions.DEFAULT));
        begun.put("lock", client.recipes().mutex(session, utf8("held")).lock());
        begun.put("try", client.recipes().mutex(session, utf8("held")).tryLock(Duration.ofMinutes(10)));
        begun.put("campaign", client.recipes().election(utf8("held")).campaign(session, utf8("me")));
        begun.put("gate", client.recipes().barrier(utf8("held/gate")).await());
        begun.put(
                "together",
                client.recipes().doubleBarrier(session, utf8("two"), 2).enter());
        begun.put("take", client.recipes().queue(utf8("empty")).take());
        begun.put("stm", client.recipes().stm().runAsync(StmOptions.DEFAULT, tx -> tx.getAsync(utf8("k"))));
        begun.put("cache", client.leasing(utf8("lp/"), LeasingOptions.DEFAULT));
        begun.put(
                "registration",
                client.naming().endpoints("s").register(Endpoint.at("h:1"), RegistrationOptions.DEFAULT));
    }

    private Follower follow() {
        return client.follow(KeyRange.prefix(utf8("f/")), new RangeListener() {
            @Override
            public void onSnapshot(RangeSnapshot snapshot) {}

            @Override
            public void onEvents(WatchBatch batch) {}
        });
    }

    private Mirror mirror() {
        return client.mirror(client, MirrorOptions.of(utf8("from/")).to(utf8("to/")));
    }

    private void allEnd() throws Exception {
        for (Map.Entry<String, CompletableFuture<?>> call : begun.entrySet()) {
            assertThatCode(() -> {
                        try {
                            call.getValue().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        } catch (ExecutionException failed) {
                            // So it has ended.
                        }
                    })
                    .as(call.getKey())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void what_is_under_way_when_a_client_is_closed_ends() throws Exception {
        Session other = session();
        await(client.recipes().mutex(other, utf8("held")).lock());
        store.put("held/gate", "");
        leases.silent = true;
        begin();

        client.close();

        allEnd();
    }

    @Test
    void what_comes_for_the_callbacks_of_a_closed_client_is_run_and_not_refused() throws Exception {
        client.close();

        CompletableFuture.runAsync(() -> {}, callbacks).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void what_is_begun_with_a_closed_client_ends() throws Exception {
        client.close();

        begin();

        allEnd();
    }

    @Test
    void what_was_made_by_a_closed_client_can_be_closed() {
        Session other = session();
        Hold hold = await(client.recipes().mutex(other, utf8("mine")).lock());
        LeasingKv cache = await(client.leasing(utf8("lp/"), LeasingOptions.DEFAULT));
        Registration registration =
                await(client.naming().endpoints("s").register(Endpoint.at("h:1"), RegistrationOptions.DEFAULT));
        LeaderLatch latch = client.recipes().leaderLatch(other, utf8("l"), utf8("me"), new Watching());
        LeaderObserver observer = client.recipes().election(utf8("l")).observe(leader -> {});
        KeepAlive kept = client.leases().keepAlive(session.leaseId(), LeaseListener.NONE);
        Mirror mirror = mirror();
        Follower follower = follow();
        client.close();

        assertThatCode(() -> CompletableFuture.runAsync(() -> {
                            hold.close();
                            cache.close();
                            registration.close();
                            latch.close();
                            observer.close();
                            kept.close();
                            mirror.close();
                            follower.close();
                            other.close();
                            session.close();
                        })
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .doesNotThrowAnyException();
    }
}
