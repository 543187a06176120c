package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.TimeToLive;
import io.leasehold.interop.RunningServer;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys and values through our own client. */
final class ClientKvIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static LeaseholdClient client;

    @BeforeAll
    static void connect() {
        client = LeaseholdClient.builder().endpoints(SERVER.endpoint()).build();
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    private static void put(String key, String value) {
        await(client.kv().put(utf8(key), utf8(value)));
    }

    private static String value(String key) {
        return await(client.kv().get(utf8(key))).first().orElseThrow().value().toUtf8();
    }

    private static List<String> keys(GetResult result) {
        return result.entries().stream().map(entry -> entry.key().toUtf8()).toList();
    }

    @Test
    void what_is_put_is_read_with_its_revisions() {
        long first = await(client.kv().put(utf8("kv/a"), utf8("1"))).header().revision();
        long second = await(client.kv().put(utf8("kv/a"), utf8("2"))).header().revision();

        KeyValue entry = await(client.kv().get(utf8("kv/a"))).first().orElseThrow();

        assertThat(entry.value()).isEqualTo(utf8("2"));
        assertThat(entry.createRevision()).isEqualTo(first);
        assertThat(entry.modRevision()).isEqualTo(second);
        assertThat(entry.version()).isEqualTo(2);
        assertThat(await(client.kv().get(utf8("kv/a"), GetOptions.DEFAULT.atRevision(first)))
                        .first()
                        .orElseThrow()
                        .value())
                .isEqualTo(utf8("1"));
    }

    @Test
    void a_put_answers_what_it_replaced_and_a_delete_what_was_there() {
        put("prev/a", "1");

        assertThat(await(client.kv().put(utf8("prev/a"), utf8("2"), PutOptions.DEFAULT.withPrevious()))
                        .previous()
                        .orElseThrow()
                        .value())
                .isEqualTo(utf8("1"));
        var deleted = await(client.kv().delete(KeyRange.prefix(utf8("prev/")), true));
        assertThat(deleted.deleted()).isEqualTo(1);
        assertThat(deleted.previous())
                .singleElement()
                .extracting(KeyValue::value)
                .isEqualTo(utf8("2"));
        assertThat(await(client.kv().delete(utf8("prev/a"))).deleted()).isZero();
    }

    @Test
    void ranges_are_sorted_limited_counted_and_filtered() {
        put("range/a", "3");
        put("range/b", "2");
        put("range/c", "1");
        KeyRange range = KeyRange.prefix(utf8("range/"));

        GetResult byValue = await(client.kv()
                .get(
                        range,
                        GetOptions.DEFAULT
                                .sortedBy(Sort.Target.VALUE, Sort.Order.ASCENDING)
                                .limit(2)));
        GetResult counted = await(client.kv().get(range, GetOptions.DEFAULT.countOnly()));
        GetResult keysOnly =
                await(client.kv().get(range, GetOptions.DEFAULT.keysOnly().asSerializable()));

        assertThat(keys(byValue)).containsExactly("range/c", "range/b");
        assertThat(byValue.more()).isTrue();
        assertThat(byValue.count()).isEqualTo(3);
        assertThat(counted.entries()).isEmpty();
        assertThat(counted.count()).isEqualTo(3);
        assertThat(keysOnly.entries()).allMatch(entry -> entry.value().isEmpty());
        long firstRevision = keysOnly.entries().get(0).modRevision();
        assertThat(keys(await(client.kv().get(range, GetOptions.DEFAULT.maxModRevision(firstRevision)))))
                .containsExactly("range/a");
    }

    @Test
    void a_walk_sees_every_key_once_as_they_were_when_it_began() {
        for (int i = 100; i < 350; i++) {
            put("walk/" + i, "old");
        }
        List<KeyValue> seen = new ArrayList<>();

        for (KeyValue entry : client.kv().pages(KeyRange.prefix(utf8("walk/")), GetOptions.DEFAULT, 40)) {
            seen.add(entry);
            if (seen.size() == 60) {
                put("walk/349", "new");
                put("walk/9", "new");
            }
        }

        assertThat(seen).hasSize(250).allMatch(entry -> entry.value().equals(utf8("old")));
        assertThat(seen).extracting(KeyValue::key).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void a_transaction_answers_each_operation_at_its_place() {
        put("txn/a", "1");

        TxnResult result = await(client.kv()
                .txn()
                .when(Compare.value(utf8("txn/a")).equalTo(utf8("1")), Compare.absent(utf8("txn/b")))
                .then(Op.get(utf8("txn/a")), Op.put(utf8("txn/b"), utf8("2")), Op.delete(utf8("txn/a")))
                .then(Op.txn(new Op.TxnRequest(
                        List.of(Compare.absent(utf8("txn/b"))), List.of(Op.get(utf8("txn/b"))), List.of())))
                .otherwise(Op.get(utf8("txn/b")))
                .commit());

        assertThat(result.succeeded()).isTrue();
        assertThat(result.get(0).first().orElseThrow().value()).isEqualTo(utf8("1"));
        assertThat(result.put(1).header().revision()).isEqualTo(result.header().revision());
        assertThat(result.delete(2).deleted()).isEqualTo(1);
        assertThat(result.txn(3).get(0).first().orElseThrow().value()).isEqualTo(utf8("2"));
    }

    @Test
    void all_that_can_be_compared_is_compared() {
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(60)));
        var put = await(client.kv().put(utf8("cmp/a"), utf8("v"), PutOptions.DEFAULT.lease(lease.id())));
        long revision = put.header().revision();
        ByteSequence key = utf8("cmp/a");

        assertThat(holds(Compare.lease(key).equalTo(lease.id()))).isTrue();
        assertThat(holds(Compare.version(key).lessThan(2))).isTrue();
        assertThat(holds(Compare.modRevision(key).equalTo(revision))).isTrue();
        assertThat(holds(Compare.createRevision(key).greaterThan(revision))).isFalse();
        assertThat(holds(Compare.value(key).notEqualTo(utf8("w")))).isTrue();
        assertThat(holds(Compare.createRevision(KeyRange.prefix(utf8("cmp/"))).lessThan(revision + 1)))
                .isTrue();
        assertThat(holds(Compare.lease(KeyRange.prefix(utf8("cmp/"))).equalTo(0)))
                .isFalse();
    }

    private static boolean holds(Compare compare) {
        return await(client.kv().txn().when(compare).commit()).succeeded();
    }

    @Test
    void a_namespace_is_not_left_by_any_range() {
        LeaseholdClient inside = client.namespaced(utf8("ns/"));
        put("ns", "before");
        put("nt", "behind");
        await(inside.kv().put(utf8("a"), utf8("1")));
        await(inside.kv().put(utf8("\u00ff"), utf8("2")));
        LeaseGrant lease = await(inside.leases().grant(Duration.ofSeconds(60)));
        await(inside.kv().put(utf8("leased"), utf8("3"), PutOptions.DEFAULT.lease(lease.id())));

        assertThat(keys(await(inside.kv().get(KeyRange.ALL, GetOptions.DEFAULT))))
                .containsExactly("a", "leased", "\u00ff");
        assertThat(keys(await(inside.kv().get(KeyRange.from(utf8("b")), GetOptions.DEFAULT))))
                .containsExactly("leased", "\u00ff");
        TimeToLive left = await(inside.leases().timeToLive(lease.id(), true));
        assertThat(left.keys()).containsExactly(utf8("leased"));
        await(inside.kv().delete(KeyRange.ALL, false));
        assertThat(value("ns")).isEqualTo("before");
        assertThat(value("nt")).isEqualTo("behind");
        assertThatThrownBy(() -> inside.kv().get(ByteSequence.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_large_answer_is_taken() {
        ByteSequence megabyte = ByteSequence.wrap(new byte[1_000_000]);
        for (int i = 0; i < 12; i++) {
            await(client.kv().put(utf8("large/" + i), megabyte));
        }

        assertThat(await(client.kv().get(KeyRange.prefix(utf8("large/")), GetOptions.DEFAULT))
                        .entries())
                .hasSize(12);
        await(client.kv().delete(KeyRange.prefix(utf8("large/")), false));
    }

    @Test
    void a_refusal_is_told_by_its_code() {
        assertThatThrownBy(() -> await(client.kv().put(ByteSequence.EMPTY, utf8("v"))))
                .isInstanceOfSatisfying(LeaseholdException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(LeaseholdException.Kind.REFUSED);
                    assertThat(refused.is(ErrorCode.EMPTY_KEY)).isTrue();
                    assertThat(refused.outcomeUnknown()).isFalse();
                });
        assertThatThrownBy(() -> await(client.kv().get(utf8("a"), GetOptions.DEFAULT.atRevision(1L << 40))))
                .isInstanceOfSatisfying(
                        LeaseholdException.class, refused -> assertThat(refused.is(ErrorCode.FUTURE_REVISION))
                                .isTrue());
    }

    @Test
    void without_any_server_a_call_fails_in_time_and_names_the_endpoints() {
        try (LeaseholdClient lost = LeaseholdClient.builder()
                .endpoints("127.0.0.1:1", "127.0.0.1:2")
                .callTimeout(Duration.ofMillis(700))
                .build()) {
            assertThatThrownBy(() -> await(lost.kv().get(utf8("a"))))
                    .isInstanceOfSatisfying(LeaseholdException.class, failed -> {
                        assertThat(failed.kind()).isEqualTo(LeaseholdException.Kind.UNAVAILABLE);
                        assertThat(failed).hasMessageContaining("127.0.0.1:1").hasMessageContaining("127.0.0.1:2");
                    });
        }
    }

    @Test
    void closing_a_client_ends_all_its_calls() {
        try (TcpProxy proxy = new TcpProxy(SERVER.process().clientPort())) {
            LeaseholdClient closing =
                    LeaseholdClient.builder().endpoints(proxy.endpoint()).build();
            await(closing.kv().get(utf8("a")));
            proxy.swallow(true);
            List<CompletableFuture<GetResult>> open = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                open.add(closing.kv().get(utf8("a")));
            }

            closing.close();

            assertThat(open).allSatisfy(call -> assertThatThrownBy(() -> await(call))
                    .isInstanceOfSatisfying(LeaseholdException.class, closed -> assertThat(closed.kind())
                            .isEqualTo(LeaseholdException.Kind.CLOSED)));
        }
    }

    @Test
    void members_status_and_alarms_are_told() {
        assertThat(await(client.cluster().members())).singleElement().satisfies(member -> assertThat(member.name())
                .isEqualTo("n1"));
        var status = await(client.maintenance().status(SERVER.endpoint()));
        assertThat(status.version()).isNotEmpty();
        assertThat(status.leaderId()).isEqualTo(status.header().memberId());
        assertThat(await(client.maintenance().alarms())).isEmpty();
        assertThat(await(client.maintenance().hash(SERVER.endpoint(), 0))
                        .header()
                        .revision())
                .isPositive();
        assertThat(await(client.cluster().synchronizeEndpoints())).containsExactly(SERVER.endpoint());
    }
}
