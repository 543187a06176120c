package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leasing cache of our own client: two clients of one server, one of them behind a network that can be cut. */
final class ClientLeasingIT {
    private static final LeasingOptions OPTIONS =
            LeasingOptions.DEFAULT.ttl(Duration.ofSeconds(4)).acquirePause(Duration.ofMillis(20));

    private static final ByteSequence PREFIX = utf8("owners/");
    private static final int COUNT_EACH = 40;

    private static ServerProcess server;
    private static LeaseholdClient plain;

    private TcpProxy proxy;
    private LeaseholdClient behindProxy;
    private LeasingKv one;
    private LeasingKv two;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(ServerTarget.configured());
        plain = connect(server.endpoint());
    }

    @AfterAll
    static void stopServer() {
        plain.close();
        server.close();
    }

    @BeforeEach
    void open() {
        proxy = new TcpProxy(server.clientPort());
        behindProxy = connect(proxy.endpoint());
        one = await(behindProxy.leasing(PREFIX, OPTIONS));
        two = await(plain.leasing(PREFIX, OPTIONS));
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        behindProxy.close();
        proxy.close();
    }

    /** Patient, as the machine may be busy. */
    private static LeaseholdClient connect(String endpoint) {
        return LeaseholdClient.builder()
                .endpoints(endpoint)
                .callTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static String value(Kv kv, ByteSequence key) {
        return await(kv.get(key)).first().map(entry -> entry.value().toUtf8()).orElse("absent");
    }

    private static KeyValue stored(ByteSequence key) {
        return await(plain.kv().get(key)).first().orElseThrow();
    }

    private static long owned(ByteSequence key) {
        return await(plain.kv().get(PREFIX.concat(key))).count();
    }

    @Test
    void reads_of_an_owned_key_cost_no_call_and_see_every_write() {
        ByteSequence key = utf8("leasing/a");
        assertThat(value(one, key)).isEqualTo("absent");
        await(two.put(key, utf8("1")));
        Await.until("the key is owned again", Duration.ofSeconds(30), () -> {
            await(one.get(key));
            return one.counts().cached() == 1;
        });
        long hits = one.counts().hits();

        for (int i = 0; i < 1_000; i++) {
            assertThat(one.get(key)).isCompleted();
        }
        assertThat(one.counts().hits()).isEqualTo(hits + 1_000);
        assertThat(await(one.get(key)).first()).contains(stored(key));

        await(one.put(key, utf8("2")));
        assertThat(await(one.get(key)).first()).contains(stored(key));
        await(two.delete(key));
        assertThat(value(one, key)).isEqualTo("absent");
        assertThat(owned(key)).isLessThanOrEqualTo(1);
    }

    @Test
    void what_nobody_owns_is_written_once() {
        ByteSequence key = utf8("leasing/once");

        long first = await(two.put(key, utf8("1"))).header().revision();
        long second = await(two.put(key, utf8("2"), PutOptions.DEFAULT.withPrevious()))
                .header()
                .revision();

        assertThat(stored(key).version()).isEqualTo(2);
        assertThat(second).isEqualTo(first + 1);
        assertThat(await(two.delete(KeyRange.single(key), true)).deleted()).isEqualTo(1);
    }

    @Test
    void an_owner_that_is_cut_off_never_reads_what_another_has_overwritten() {
        ByteSequence key = utf8("leasing/cut");
        one.close();
        one = await(behindProxy.leasing(PREFIX, OPTIONS.ttl(Duration.ofSeconds(3))));
        await(one.put(key, utf8("old")));
        assertThat(value(one, key)).isEqualTo("old");
        assertThat(value(one, key)).isEqualTo("old");

        proxy.swallow(true);
        CompletableFuture<?> put = two.put(key, utf8("new"));
        while (!put.isDone()) {
            one.get(key).cancel(true);
            Await.pause(Duration.ofMillis(5));
        }
        await(put);
        CompletableFuture<?> after = one.get(key);

        assertThat(after).as("nothing is answered from the cache any more").isNotDone();
        proxy.swallow(false);
        proxy.cut();

        Await.until("it is read again", Duration.ofSeconds(30), () -> value(one, key)
                .equals("new"));
    }

    @Test
    void counting_together_loses_nothing_and_reads_nothing_stale() throws Exception {
        ByteSequence key = utf8("leasing/counter");
        await(two.put(key, utf8("0")));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> counting = new ArrayList<>();
            for (LeasingKv kv : List.of(one, two, one, two)) {
                counting.add(threads.submit(() -> count(kv, key)));
            }
            for (Future<?> each : counting) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(stored(key).value().toUtf8()).isEqualTo(Integer.toString(4 * COUNT_EACH));
        assertThat(one.counts().hits() + two.counts().hits()).isPositive();
    }

    private static void count(LeasingKv kv, ByteSequence key) {
        long seen = 0;
        for (int counted = 0; counted < COUNT_EACH; ) {
            for (int i = 0; i < 5; i++) {
                long read = Long.parseLong(value(kv, key));
                assertThat(read).isGreaterThanOrEqualTo(seen);
                seen = read;
            }
            ByteSequence now = utf8(Long.toString(seen));
            ByteSequence next = utf8(Long.toString(seen + 1));
            if (await(kv.txn()
                            .when(Compare.value(key).equalTo(now))
                            .then(Op.put(key, next))
                            .commit())
                    .succeeded()) {
                counted++;
                seen++;
            }
        }
    }

    @Test
    void ranges_are_deleted_for_all_owners_in_one_revision() {
        List<ByteSequence> keys = List.of(utf8("leasing/range/1"), utf8("leasing/range/2"), utf8("leasing/range/3"));
        for (ByteSequence key : keys) {
            await(two.put(key, utf8("v")));
            assertThat(value(one, key)).isEqualTo("v");
        }

        assertThat(await(two.delete(KeyRange.prefix(utf8("leasing/range/")), false))
                        .deleted())
                .isEqualTo(3);

        keys.forEach(key -> assertThat(value(one, key)).isEqualTo("absent"));
    }

    @Test
    void large_transactions_go_through_or_say_why_not() {
        List<Op> puts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            puts.add(Op.put(utf8("leasing/large/" + i), utf8("v")));
        }

        await(two.txn().then(puts).commit());

        assertThat(stored(utf8("leasing/large/99")).version()).isEqualTo(1);
        assertThatThrownBy(() -> await(two.txn()
                        .when(Compare.exists(utf8("leasing/large/1")))
                        .then(puts)
                        .commit()))
                .isInstanceOfSatisfying(
                        LeaseholdException.class, refused -> assertThat(refused.is(ErrorCode.TOO_MANY_OPS))
                                .isTrue())
                .hasMessageContaining("max-txn-ops");
    }

    @Test
    void closing_gives_all_keys_back_at_once() {
        ByteSequence key = utf8("leasing/closing");
        await(two.put(key, utf8("v")));
        assertThat(value(one, key)).isEqualTo("v");
        assertThat(owned(key)).isEqualTo(1);

        one.close();

        assertThat(owned(key)).isZero();
        await(two.put(key, utf8("w")));
    }

    @Test
    void an_operator_who_takes_the_leasing_keys_away_is_noticed() {
        ByteSequence key = utf8("leasing/operator");
        await(two.put(key, utf8("old")));
        assertThat(value(one, key)).isEqualTo("old");

        await(plain.kv().delete(KeyRange.prefix(PREFIX), false));
        await(plain.kv().put(key, utf8("past the protocol")));

        Await.until("the new value is read", Duration.ofSeconds(30), () -> value(one, key)
                .equals("past the protocol"));
    }

    @Test
    void a_restart_of_the_server_loses_neither_writes_nor_their_order() {
        ByteSequence key = utf8("leasing/restart");
        await(two.put(key, utf8("old")));
        assertThat(value(one, key)).isEqualTo("old");

        server.kill();
        server.restart();
        Await.until("it can be written", Duration.ofSeconds(60), () -> {
            await(two.put(key, utf8("new")));
            return true;
        });

        Await.until("it is read", Duration.ofSeconds(30), () -> value(one, key).equals("new"));
    }
}
