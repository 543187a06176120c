package io.leasehold.interop.jetcd;

import static io.leasehold.interop.jetcd.JetcdClient.answer;
import static io.leasehold.interop.jetcd.JetcdClient.bytes;
import static io.leasehold.interop.jetcd.JetcdClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.election.LeaderResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.lock.LockResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.jetcd.JetcdAdapter;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Our client behind jetcd's interfaces: what holds of jetcd holds of it, and what hangs or gets lost there does not. */
final class AdapterIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static ServerProcess server;
    private static Client adapter;
    private static JetcdClient client;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(ServerTarget.configured());
        adapter = JetcdAdapter.over(LeaseholdClient.builder()
                .endpoints("http://" + server.endpoint())
                .callTimeout(Duration.ofSeconds(30))
                .build());
        client = new JetcdClient(adapter);
    }

    @AfterAll
    static void stop() {
        adapter.close();
        server.close();
    }

    @Nested
    final class KeyValues extends KeyValueFacts {
        @Override
        JetcdClient client() {
            return client;
        }
    }

    @Nested
    final class Leases extends LeaseFacts {
        @Override
        JetcdClient client() {
            return client;
        }
    }

    @Nested
    final class Watches extends WatchFacts {
        @Override
        JetcdClient client() {
            return client;
        }
    }

    private static long grant() {
        return answer(client.lease().grant(60)).getID();
    }

    @Test
    void ranges_are_those_that_jetcd_means() {
        for (String key : List.of("range/a", "range/b", "range/c")) {
            answer(client.kv().put(bytes(key), bytes("v")));
        }

        assertThat(keys("range/a", GetOption.builder().withRange(bytes("range/c"))))
                .containsExactly("range/a", "range/b");
        assertThat(keys("range/b", GetOption.builder().withRange(bytes("\0")).withLimit(2)))
                .startsWith("range/b", "range/c");
        assertThat(keys("", GetOption.builder().isPrefix(true))).contains("range/a", "range/b", "range/c");
        assertThat(keys(
                        "range/",
                        GetOption.builder()
                                .isPrefix(true)
                                .withSortField(GetOption.SortTarget.KEY)
                                .withSortOrder(GetOption.SortOrder.DESCEND)))
                .containsExactly("range/c", "range/b", "range/a");
        GetResponse counted = answer(client.kv()
                .get(
                        bytes("range/"),
                        GetOption.builder().isPrefix(true).withCountOnly(true).build()));
        assertThat(counted.getCount()).isEqualTo(3);
        assertThat(counted.getKvs()).isEmpty();
    }

    private static List<String> keys(String key, GetOption.Builder option) {
        return answer(client.kv().get(bytes(key), option.build())).getKvs().stream()
                .map(entry -> text(entry.getKey()))
                .toList();
    }

    @Test
    void refusals_have_jetcds_codes_and_etcds_words() {
        assertThatThrownBy(() -> answer(client.lease().revoke(4711)))
                .isInstanceOfSatisfying(EtcdException.class, refused -> assertThat(refused.getErrorCode())
                        .isEqualTo(ErrorCode.NOT_FOUND));
        assertThatThrownBy(() -> answer(client.kv().put(bytes(""), bytes("v"))))
                .isInstanceOfSatisfying(EtcdException.class, refused -> assertThat(refused.getErrorCode())
                        .isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("etcdserver: key is not provided");
        assertThatThrownBy(adapter::getMaintenanceClient).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_namespace_holds_in_all_forms() {
        Client inside = JetcdAdapter.over(LeaseholdClient.builder()
                .endpoints(server.endpoint())
                .namespace(ByteSequence.utf8("inside/"))
                .build());
        try (inside) {
            answer(inside.getKVClient().put(bytes("a"), bytes("1")));
            LockResponse locked = answer(inside.getLockClient().lock(bytes("lock"), grant()));

            assertThat(text(answer(client.kv().get(bytes("inside/a")))
                            .getKvs()
                            .get(0)
                            .getValue()))
                    .isEqualTo("1");
            assertThat(text(locked.getKey())).startsWith("lock/");
            assertThat(answer(client.kv().get(bytes("inside/" + text(locked.getKey()))))
                            .getCount())
                    .isOne();
        }
    }

    @Test
    void a_lock_goes_from_one_lease_to_the_next() {
        long first = grant();
        long second = grant();

        LockResponse held = answer(client.lock().lock(bytes("lock"), first));
        LockResponse again = answer(client.lock().lock(bytes("lock"), first));
        CompletableFuture<LockResponse> waiting = client.lock().lock(bytes("lock"), second);

        assertThat(text(held.getKey())).isEqualTo("lock/" + Long.toHexString(first));
        assertThat(again.getKey()).isEqualTo(held.getKey());
        assertThat(waiting).isNotDone();
        answer(client.lock().unlock(held.getKey()));
        assertThat(text(answer(waiting).getKey())).isEqualTo("lock/" + Long.toHexString(second));
        answer(client.lease().revoke(second));
        assertThat(answer(client.lock().lock(bytes("lock"), 0)).getKey()).isNotNull();
    }

    @Test
    void a_lock_for_a_lease_that_is_gone_is_refused() {
        assertThatThrownBy(() -> answer(client.lock().lock(bytes("gone"), 4711)))
                .isInstanceOfSatisfying(EtcdException.class, refused -> assertThat(refused.getErrorCode())
                        .isEqualTo(ErrorCode.NOT_FOUND));
    }

    @Test
    void who_gives_up_waiting_leaves_no_key() {
        LockResponse held = answer(client.lock().lock(bytes("given-up"), grant()));
        CompletableFuture<LockResponse> waiting = client.lock().lock(bytes("given-up"), grant());
        Await.until("it waits", LIMIT, () -> waiters("given-up/") == 2);

        waiting.cancel(true);

        Await.until("its key is gone", LIMIT, () -> waiters("given-up/") == 1);
        answer(client.lock().unlock(held.getKey()));
    }

    private static long waiters(String prefix) {
        return answer(client.kv()
                        .get(bytes(prefix), GetOption.builder().isPrefix(true).build()))
                .getCount();
    }

    @Test
    void a_leader_proclaims_resigns_and_is_observed() {
        List<String> seen = new CopyOnWriteArrayList<>();
        client.election().observe(bytes("election"), new Election.Listener() {
            @Override
            public void onNext(LeaderResponse leader) {
                seen.add(text(leader.getKv().getValue()));
            }

            @Override
            public void onError(Throwable failed) {
                seen.add("failed");
            }

            @Override
            public void onCompleted() {}
        });
        assertThatThrownBy(() -> answer(client.election().leader(bytes("election"))))
                .hasMessageContaining("election: no leader");
        CampaignResponse first = answer(client.election().campaign(bytes("election"), grant(), bytes("a")));
        CompletableFuture<CampaignResponse> second = client.election().campaign(bytes("election"), grant(), bytes("b"));
        Await.until("a is seen", LIMIT, () -> seen.contains("a"));

        answer(client.election().proclaim(first.getLeader(), bytes("a2")));
        assertThat(text(answer(client.election().leader(bytes("election")))
                        .getKv()
                        .getValue()))
                .isEqualTo("a2");
        answer(client.election().resign(first.getLeader()));

        assertThat(text(answer(second).getLeader().getName())).isEqualTo("election");
        Await.until("b is seen", LIMIT, () -> seen.contains("b"));
        assertThat(seen).doesNotContain("failed").startsWith("a");
        assertThatThrownBy(() -> answer(client.election().proclaim(first.getLeader(), bytes("a3"))))
                .isInstanceOf(EtcdException.class);
    }

    @Test
    void nothing_waits_for_ever_without_a_server() {
        Client alone = JetcdAdapter.over(LeaseholdClient.builder()
                .endpoints("127.0.0.1:1")
                .callTimeout(Duration.ofMillis(500))
                .build());
        try (alone) {
            assertThatThrownBy(() -> answer(alone.getKVClient()
                            .put(
                                    bytes("k"),
                                    bytes("v"),
                                    PutOption.builder().withPrevKV().build())))
                    .isInstanceOf(EtcdException.class)
                    .hasMessageContaining("127.0.0.1:1");
        }
    }
}
