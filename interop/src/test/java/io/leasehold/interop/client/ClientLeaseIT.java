package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.lease.Revocation;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionListener;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.session.SessionTicket;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.RangeListener;
import io.leasehold.client.watch.RangeSnapshot;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases and sessions of our own client, with the server and the network in trouble. */
final class ClientLeaseIT {
    private static ServerProcess server;

    private TcpProxy first;
    private TcpProxy second;
    private LeaseholdClient client;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(ServerTarget.configured());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** Two ways to the one server stand for two members. */
    @BeforeEach
    void connect() {
        first = new TcpProxy(server.clientPort());
        second = new TcpProxy(server.clientPort());
        client = LeaseholdClient.builder()
                .endpoints(first.endpoint(), second.endpoint())
                .build();
    }

    @AfterEach
    void disconnect() {
        client.close();
        first.close();
        second.close();
    }

    private KeepAlive keep(long ttlSeconds) {
        LeaseGrant granted = await(client.leases().grant(Duration.ofSeconds(ttlSeconds)));
        return client.leases().keepAlive(granted, LeaseListener.NONE);
    }

    private boolean exists(long leaseId) {
        return await(client.leases().timeToLive(leaseId, false)).exists();
    }

    @Test
    void a_lease_is_granted_kept_listed_and_revoked() {
        KeepAlive kept = keep(3);
        await(client.kv().put(utf8("lease/a"), utf8("v"), PutOptions.DEFAULT.lease(kept.leaseId())));

        Await.pause(Duration.ofSeconds(5));
        assertThat(kept.isValid()).isTrue();
        assertThat(await(client.leases().timeToLive(kept.leaseId(), true)).keys())
                .containsExactly(utf8("lease/a"));
        assertThat(await(client.leases().list())).contains(kept.leaseId());
        assertThat(await(client.leases().revoke(kept.leaseId()))).isEqualTo(Revocation.REVOKED);

        assertThat(kept.lost()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(LossReason.REVOKED);
        assertThat(await(client.kv().get(utf8("lease/a"))).entries()).isEmpty();
        assertThat(await(client.leases().revoke(kept.leaseId()))).isEqualTo(Revocation.ALREADY_GONE);
    }

    @Test
    void a_revocation_by_somebody_else_is_noticed_at_the_next_renewal() {
        KeepAlive kept = keep(3);
        try (LeaseholdClient other =
                LeaseholdClient.builder().endpoints(server.endpoint()).build()) {
            await(other.leases().revoke(kept.leaseId()));
        }

        assertThat(kept.lost()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(LossReason.SERVER_SAID_GONE);
    }

    @Test
    void leases_outlive_cut_connections() {
        List<KeepAlive> kept = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            kept.add(keep(4));
        }

        for (int i = 0; i < 8; i++) {
            Await.pause(Duration.ofSeconds(1));
            first.cut();
            second.cut();
        }

        assertThat(kept).allMatch(KeepAlive::isValid);
        assertThat(kept).allMatch(lease -> exists(lease.leaseId()));
    }

    @Test
    void a_way_that_swallows_everything_is_left_within_a_second() {
        KeepAlive kept = keep(4);
        await(client.kv().put(utf8("failover"), utf8("v")));
        TcpProxy used = client.describe().contains(first.endpoint() + "  <- in use") ? first : second;

        used.swallow(true);
        long began = client.nanoTime();
        await(client.kv().get(utf8("failover")));
        long tookMillis = (client.nanoTime() - began) / 1_000_000;
        Await.pause(Duration.ofSeconds(5));

        assertThat(tookMillis).isLessThan(4_500);
        assertThat(kept.isValid()).isTrue();
        assertThat(exists(kept.leaseId())).isTrue();
    }

    @Test
    void leases_outlive_a_restart_of_the_server() {
        KeepAlive kept = keep(30);

        server.kill();
        long killed = client.nanoTime();
        server.restart();
        Await.until(
                "the lease is renewed again",
                Duration.ofSeconds(60),
                () -> kept.validFor().compareTo(Duration.ofSeconds(30).minusNanos(client.nanoTime() - killed)) > 0);

        assertThat(exists(kept.leaseId())).isTrue();
    }

    @Test
    void leases_outlive_a_server_that_stands_still_for_a_while() {
        KeepAlive kept = keep(6);

        server.pause();
        Await.pause(Duration.ofSeconds(3));
        server.resume();
        Await.pause(Duration.ofSeconds(4));

        assertThat(kept.isValid()).isTrue();
        assertThat(exists(kept.leaseId())).isTrue();
    }

    @Test
    void a_client_that_is_cut_off_gives_its_lease_up_before_the_server_does() {
        KeepAlive kept = keep(3);
        await(client.kv().put(utf8("fence"), utf8("v"), PutOptions.DEFAULT.lease(kept.leaseId())));
        Await.pause(Duration.ofSeconds(2));

        // When the deletion is seen it has happened, however late this thread looks; the holder's word is computed on
        // the spot.
        CompletableFuture<Duration> leftAtDeletion = new CompletableFuture<>();
        try (LeaseholdClient other =
                LeaseholdClient.builder().endpoints(server.endpoint()).build()) {
            Follower following = other.follow(KeyRange.single(utf8("fence")), new RangeListener() {
                @Override
                public void onSnapshot(RangeSnapshot snapshot) {
                    if (snapshot.entries().isEmpty()) {
                        leftAtDeletion.complete(kept.validFor());
                    }
                }

                @Override
                public void onEvents(WatchBatch batch) {
                    leftAtDeletion.complete(kept.validFor());
                }
            });

            first.swallow(true);
            second.swallow(true);

            assertThat(leftAtDeletion.orTimeout(30, TimeUnit.SECONDS).join()).isZero();
            following.close();
        }
        assertThat(kept.lost().orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(LossReason.LOCAL_DEADLINE);
    }

    @Test
    void what_hangs_on_a_session_ends_with_it() {
        Session session = await(client.sessions().open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(5))));
        await(session.attach(utf8("session/a"), utf8("v")));
        assertThat(session.isValid()).isTrue();

        session.close();

        assertThat(await(client.kv().get(utf8("session/a"))).entries()).isEmpty();
        assertThat(session.ended()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(SessionEnd.CLOSED);
        assertThat(session.isValid()).isFalse();
    }

    @Test
    void an_orphaned_session_leaves_its_lease_to_its_time() {
        Session session = await(client.sessions().open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(3))));

        session.orphan();

        assertThat(session.ended()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(SessionEnd.ORPHANED);
        assertThat(exists(session.leaseId())).isTrue();
        Await.until("the lease has ended", Duration.ofSeconds(30), () -> !exists(session.leaseId()));
    }

    @Test
    void a_session_that_regrants_puts_its_keys_on_a_new_lease() {
        List<String> told = new CopyOnWriteArrayList<>();
        Session session = await(client.sessions()
                .open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(3)).regranting()));
        session.listen(new SessionListener() {
            @Override
            public void onLeaseLost(long leaseId) {
                told.add("lost");
            }

            @Override
            public void onRegranted(long leaseId) {
                told.add("regranted");
            }
        });
        await(session.attach(utf8("regrant/a"), utf8("mine")));
        await(session.attach(utf8("regrant/b"), utf8("mine")));
        long before = session.leaseId();
        await(client.leases().revoke(before));
        await(client.kv().put(utf8("regrant/b"), utf8("another's")));

        Await.until("regranted", Duration.ofSeconds(30), () -> told.contains("regranted"));

        assertThat(told).containsExactly("lost", "regranted");
        assertThat(session.leaseId()).isNotEqualTo(before);
        assertThat(await(client.kv().get(utf8("regrant/a")))
                        .first()
                        .orElseThrow()
                        .leaseId())
                .isEqualTo(session.leaseId());
        assertThat(await(client.kv().get(utf8("regrant/b")))
                        .first()
                        .orElseThrow()
                        .value())
                .isEqualTo(utf8("another's"));
        session.close();
    }

    @Test
    void a_session_that_is_resumed_ends_for_its_earlier_incarnation() {
        SessionOptions options =
                SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10)).resumable(utf8("epoch/"));
        Session earlier = await(client.sessions().open(options));
        await(earlier.attach(utf8("resumed/a"), utf8("v")));
        SessionTicket ticket = SessionTicket.parse(earlier.ticket().toString());
        List<Compare> guard = earlier.guard();

        Session later = await(client.sessions().resume(ticket, options));

        assertThat(later.epoch()).isEqualTo(earlier.epoch() + 1);
        assertThat(later.leaseId()).isEqualTo(earlier.leaseId());
        assertThat(earlier.ended()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(SessionEnd.TAKEN_OVER);
        ByteSequence key = utf8("resumed/guarded");
        assertThat(await(client.kv()
                                .txn()
                                .when(guard)
                                .then(Op.put(key, utf8("old")))
                                .commit())
                        .succeeded())
                .isFalse();
        assertThat(await(client.kv()
                                .txn()
                                .when(later.guard())
                                .then(Op.put(key, utf8("new")))
                                .commit())
                        .succeeded())
                .isTrue();
        later.close();
        assertThat(await(client.kv().get(utf8("resumed/a"))).entries()).isEmpty();
    }

    @Test
    void a_session_ends_with_its_thread_or_its_heartbeat() throws InterruptedException {
        Thread owner = new Thread(() -> Await.pause(Duration.ofMillis(300)));
        owner.start();
        Session bound = await(client.sessions().open(SessionOptions.DEFAULT.boundTo(owner)));
        Session beating = await(client.sessions().open(SessionOptions.DEFAULT.boundToHeartbeat(Duration.ofSeconds(2))));
        owner.join();
        for (int i = 0; i < 10; i++) {
            Await.pause(Duration.ofMillis(150));
            beating.heartbeat();
        }
        assertThat(beating.isEnded()).isFalse();

        assertThat(bound.ended()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(SessionEnd.OWNER_GONE);
        assertThat(beating.ended()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(SessionEnd.OWNER_GONE);
        Await.until("the leases are revoked", Duration.ofSeconds(30), () -> !exists(bound.leaseId()));
    }
}
