package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.Watcher;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bugs that users of jetcd have reported, by their issue's number, tried on our client with a server. */
final class JetcdBugsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private LeaseholdClient client;

    @BeforeEach
    void connect() {
        client = LeaseholdClient.builder()
                .endpoints(SERVER.endpoint())
                .callTimeout(Duration.ofSeconds(30))
                .build();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    /** 1017: a prefix is ignored within a transaction. */
    @Test
    void prefixes_hold_within_transactions() {
        for (String name : List.of("1", "2", "3")) {
            await(client.kv().put(utf8("prefix/" + name), utf8("v")));
        }

        TxnResult done = await(client.kv()
                .txn()
                .then(
                        Op.get(KeyRange.prefix(utf8("prefix/")), GetOptions.DEFAULT),
                        Op.delete(KeyRange.prefix(utf8("prefix/")), true))
                .commit());

        assertThat(done.get(0).entries()).hasSize(3);
        assertThat(done.delete(1).deleted()).isEqualTo(3);
        assertThat(done.delete(1).previous()).hasSize(3);
    }

    /** 1285, 1426: a callback that blocks stops all renewals and all calls. */
    @Test
    void a_listener_that_blocks_holds_up_no_other_lease_and_no_call() {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        KeepAlive slow = keep(new LeaseListener() {
            @Override
            public void onRenewed(LeaseRenewal renewal) {
                blocked.countDown();
                try {
                    release.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        List<LeaseRenewal> renewals = new CopyOnWriteArrayList<>();
        KeepAlive other = keep(new LeaseListener() {
            @Override
            public void onRenewed(LeaseRenewal renewal) {
                renewals.add(renewal);
            }
        });

        Await.until("the listener blocks", PATIENCE, () -> blocked.getCount() == 0);
        int before = renewals.size();
        Await.until("the other is renewed", PATIENCE, () -> renewals.size() >= before + 2);
        await(client.kv().get(utf8("anything")));

        assertThat(slow.isValid()).isTrue();
        assertThat(other.isValid()).isTrue();
        release.countDown();
    }

    private KeepAlive keep(LeaseListener listener) {
        return keep(Duration.ofSeconds(5), listener);
    }

    private KeepAlive keep(Duration ttl, LeaseListener listener) {
        return client.leases().keepAlive(await(client.leases().grant(ttl)), listener);
    }

    /** 663, 1510: watches leave streams behind. */
    @Test
    void a_thousand_watches_come_and_go_without_a_trace() {
        int threads = Thread.activeCount();
        for (int round = 0; round < 10; round++) {
            List<Watcher> watchers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                watchers.add(client.watches().watch(utf8("watched/" + i), batch -> {}));
            }
            watchers.forEach(watcher -> await(watcher.established()));
            watchers.forEach(Watcher::close);
        }

        Await.until("all are gone", PATIENCE, () -> client.describe().contains("watches: 0"));
        assertThat(Thread.activeCount()).isLessThan(threads + 100);
    }

    /** 1132: observers are called after the client was closed. */
    @Test
    void after_a_client_was_closed_its_listeners_are_told_the_end_and_nothing_more() {
        List<String> told = new CopyOnWriteArrayList<>();
        KeepAlive kept = keep(PATIENCE, new LeaseListener() {
            @Override
            public void onLost(long leaseId, LossReason reason) {
                told.add("lease " + reason);
            }
        });
        Watcher watcher = client.watches().watch(utf8("closed/k"), new WatchListener() {
            @Override
            public void onEvents(WatchBatch batch) {
                told.add("events");
            }

            @Override
            public void onEnded(WatchEnd end) {
                told.add("watch " + end.reason());
            }
        });
        await(watcher.established());

        client.close();
        try (LeaseholdClient other = LeaseholdClient.builder()
                .endpoints(SERVER.endpoint())
                .callTimeout(Duration.ofSeconds(30))
                .build()) {
            await(other.kv().put(utf8("closed/k"), utf8("v")));
        }
        Await.pause(Duration.ofMillis(500));

        assertThat(told).containsExactlyInAnyOrder("lease CLOSED", "watch CLOSED");
        assertThat(kept.isValid()).isFalse();
    }

    /** Interrupting a thread that waits leaves its call running. */
    @Test
    void a_thread_that_waits_can_be_interrupted() throws InterruptedException {
        TcpProxy proxy = new TcpProxy(Integer.parseInt(SERVER.endpoint().replaceAll(".*:", "")));
        try (LeaseholdClient behind =
                LeaseholdClient.builder().endpoints(proxy.endpoint()).build()) {
            await(behind.kv().get(utf8("anything")));
            proxy.swallow(true);
            AtomicReference<LeaseholdException> failure = new AtomicReference<>();
            Thread waiting = new Thread(() -> {
                try {
                    await(behind.kv().withTimeout(PATIENCE).put(utf8("k"), utf8("v")));
                } catch (LeaseholdException interrupted) {
                    failure.set(interrupted);
                }
            });
            waiting.start();
            waiting.interrupt();
            waiting.join(PATIENCE.toMillis());

            assertThat(failure.get().kind()).isEqualTo(LeaseholdException.Kind.CANCELLED);
        } finally {
            proxy.close();
        }
    }

    /** 464, 1099: the client does not follow the cluster's members. */
    @Test
    void the_members_endpoints_are_taken_over_when_asked_for() {
        await(client.cluster().synchronizeEndpoints());

        assertThat(client.describe()).contains(SERVER.endpoint().replaceAll(".*://", ""));
        await(client.kv().get(utf8("anything")));
    }
}
