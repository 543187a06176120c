package io.leasehold.client.internal.leasing;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.VirtualTimeline;
import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.DeleteResult;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The cases of the leasing protocol, between two clients of one store, in virtual time. */
@NullUnmarked // What is not there is null here, as in a map.
final class LeasingTest {
    private static final ByteSequence K = utf8("k");
    private static final ByteSequence LEASING_K = utf8("own/k");

    private final VirtualTimeline time = new VirtualTimeline();
    private final ModelStore store = new ModelStore(time);
    private final ModelClient one = new ModelClient(time, store, 1, LeasingOptions.DEFAULT);
    private final ModelClient two = new ModelClient(time, store, 2, LeasingOptions.DEFAULT);

    private <T> T now(CompletableFuture<T> call) {
        for (int i = 0; i < 1_000 && !call.isDone(); i++) {
            time.advance(Duration.ofMillis(1));
        }
        assertThat(call).isDone();
        return Blocking.await(call);
    }

    private String read(ModelClient client) {
        return now(client.kv.get(K))
                .first()
                .map(entry -> entry.value().toUtf8())
                .orElse("absent");
    }

    private static GetResult fromCache(ModelClient client) {
        int before = client.calls;
        CompletableFuture<GetResult> got = client.kv.get(K);
        assertThat(got).isCompleted();
        assertThat(client.calls).isEqualTo(before);
        return got.join();
    }

    private void put(ModelClient client, String value) {
        now(client.kv.put(K, utf8(value)));
    }

    @Test
    void the_second_read_costs_no_call() {
        put(two, "v");
        assertThat(read(one)).isEqualTo("v");

        GetResult cached = fromCache(one);

        assertThat(cached.first()).contains(store.find(K));
        assertThat(cached.count()).isEqualTo(1);
        assertThat(cached.header().clusterId()).isEqualTo(1);
        assertThat(store.find(LEASING_K).value()).isEqualTo(ByteSequence.EMPTY);
        assertThat(store.find(LEASING_K).leaseId()).isEqualTo(one.leaseId());
    }

    @Test
    void that_a_key_is_not_there_is_cached_and_forgotten_when_another_puts_it() {
        assertThat(read(one)).isEqualTo("absent");
        assertThat(fromCache(one).count()).isZero();

        put(two, "new");

        assertThat(read(one)).isEqualTo("new");
    }

    @Test
    void a_put_of_a_key_that_nobody_owns_is_done_once() {
        long before = store.revision;

        PutResult first = now(one.kv.put(K, utf8("1"), PutOptions.DEFAULT.withPrevious()));
        PutResult second = now(one.kv.put(K, utf8("2"), PutOptions.DEFAULT.withPrevious()));
        DeleteResult deleted = now(one.kv.delete(KeyRange.single(K), true));

        assertThat(store.revision).isEqualTo(before + 3);
        assertThat(first.previous()).isEmpty();
        assertThat(second.previous().orElseThrow().value()).isEqualTo(utf8("1"));
        assertThat(deleted.deleted()).isEqualTo(1);
        assertThat(deleted.previous().get(0).version()).isEqualTo(2);
    }

    @Test
    void an_owner_gives_its_key_back_when_another_writes_it() {
        put(one, "old");
        read(one);

        put(two, "new");

        assertThat(store.find(LEASING_K)).isNull();
        assertThat(one.kv.counts().revocationsReceived()).isEqualTo(1);
        assertThat(two.kv.counts().revocationsSent()).isEqualTo(1);
        assertThat(read(one)).isEqualTo("new");
        assertThat(store.find(LEASING_K)).as("not acquired again for a while").isNull();
        time.advance(Duration.ofSeconds(3));
        read(one);
        assertThat(fromCache(one).first()).contains(store.find(K));
    }

    @Test
    void an_owners_own_put_keeps_the_cache_warm() {
        read(one);

        put(one, "mine");

        assertThat(fromCache(one).first()).contains(store.find(K));
    }

    @Test
    void a_read_during_an_own_write_asks_the_server() {
        put(one, "old");
        read(one);

        CompletableFuture<PutResult> put = one.kv.put(K, utf8("new"));
        time.settle();
        CompletableFuture<GetResult> got = one.kv.get(K);

        assertThat(got).isNotDone();
        now(put);
        assertThat(now(got).first()).isPresent();
        assertThat(fromCache(one).first().orElseThrow().value()).isEqualTo(utf8("new"));
    }

    @Test
    void puts_at_the_same_time_leave_the_newest_in_the_cache() {
        read(one);
        List<CompletableFuture<PutResult>> puts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            puts.add(one.kv.put(K, utf8("v" + i)));
        }
        puts.forEach(this::now);

        assertThat(store.find(K).version()).isEqualTo(16);
        assertThat(fromCache(one).first()).contains(store.find(K));
    }

    @Test
    void what_a_write_of_unknown_outcome_did_is_seen_by_the_next_read() {
        put(one, "old");
        read(one);
        one.loseAnswers = 1;

        CompletableFuture<PutResult> put = one.kv.put(K, utf8("new"));
        time.advance(Duration.ofSeconds(2));

        assertThat(put).isCompletedExceptionally();
        assertThat(read(one)).isEqualTo("new");
    }

    @Test
    void an_owner_that_is_cut_off_stops_answering_before_another_can_write() {
        put(one, "old");
        read(one);
        one.cut(true);

        CompletableFuture<PutResult> put = two.kv.put(K, utf8("new"));
        while (!put.isDone()) {
            assertThat(one.kv.get(K)).isCompleted();
            time.advance(Duration.ofMillis(1));
            if (!one.isValid()) {
                break;
            }
        }
        CompletableFuture<GetResult> blocked = one.kv.get(K);

        assertThat(put).isNotDone();
        assertThat(blocked).isNotDone();
        now(put);
        time.advance(Duration.ofSeconds(5));
        one.cut(false);
        assertThat(read(one)).isEqualTo("new");
    }

    @Test
    void an_owner_that_stood_still_past_its_lease_does_not_answer_from_before() {
        put(one, "old");
        read(one);
        one.stop();
        time.advance(Duration.ofNanos(2 * ModelClient.TTL_NANOS));
        put(two, "new");

        one.goOn();
        CompletableFuture<GetResult> first = one.kv.get(K);

        assertThat(first).isNotDone();
        assertThat(now(first).first().orElseThrow().value()).isEqualTo(utf8("new"));
    }

    @Test
    void a_read_while_the_key_is_being_given_back_is_not_cached() {
        put(one, "old");
        read(one);
        one.loseAnswers = 1;
        now(two.commit(new Op.TxnRequest(
                List.of(),
                List.of(Op.put(LEASING_K, LeasingKeys.REVOKE, PutOptions.DEFAULT.keepingLease())),
                List.of())));
        time.advance(Duration.ofMillis(30));

        assertThat(read(one)).isEqualTo("old");
        assertThat(one.kv.counts().cached()).isZero();
        put(two, "new");
        assertThat(read(one)).isEqualTo("new");
    }

    @Test
    void an_operator_who_deletes_leasing_keys_is_noticed() {
        put(one, "old");
        read(one);

        now(two.commit(
                new Op.TxnRequest(List.of(), List.of(Op.delete(KeyRange.prefix(utf8("own/")), false)), List.of())));
        now(two.commit(new Op.TxnRequest(List.of(), List.of(Op.put(K, utf8("past the protocol"))), List.of())));
        time.advance(Duration.ofMillis(50));

        assertThat(read(one)).isEqualTo("past the protocol");
    }

    @Test
    void a_key_on_a_lease_is_never_cached() {
        long lease = store.grant(1_000_000_000L);
        read(one);
        now(one.kv.put(K, utf8("v"), PutOptions.DEFAULT.lease(lease)));
        assertThat(one.kv.counts().cached()).isZero();
        assertThat(read(one)).isEqualTo("v");
        assertThat(read(one)).isEqualTo("v");
        assertThat(one.kv.counts().cached()).isZero();

        time.advance(Duration.ofSeconds(2));

        assertThat(read(one)).isEqualTo("absent");
    }

    @Test
    void a_put_that_keeps_the_value_does_not_empty_the_cache() {
        put(one, "keep");
        read(one);

        now(one.kv.put(K, ByteSequence.EMPTY, PutOptions.DEFAULT.keepingValue()));

        assertThat(fromCache(one).first()).contains(store.find(K));
        assertThat(store.find(K).version()).isEqualTo(2);
        assertThat(store.find(K).value()).isEqualTo(utf8("keep"));
    }

    @Test
    void options_are_honoured_by_the_cache() {
        put(one, "v");
        read(one);
        KeyValue stored = store.find(K);

        assertThat(one.kv
                        .get(K, GetOptions.DEFAULT.keysOnly())
                        .join()
                        .entries()
                        .get(0)
                        .value())
                .isEqualTo(ByteSequence.EMPTY);
        assertThat(one.kv.get(K, GetOptions.DEFAULT.countOnly()).join().entries())
                .isEmpty();
        assertThat(one.kv.get(K, GetOptions.DEFAULT.countOnly()).join().count()).isEqualTo(1);
        GetOptions older = GetOptions.DEFAULT.maxModRevision(stored.modRevision() - 1);
        assertThat(one.kv.get(K, older).join().entries()).isEmpty();
        assertThat(one.kv.get(K, GetOptions.DEFAULT.asSerializable()).join().entries())
                .containsExactly(stored);
        now(one.kv.delete(K));
        assertThat(one.kv.get(K, GetOptions.DEFAULT.countOnly()).join().count()).isZero();
    }

    @Test
    void keys_only_of_a_key_that_is_not_cached_yet_leaves_the_whole_of_it_in_the_cache() {
        put(one, "v");

        GetResult keysOnly = now(one.kv.get(K, GetOptions.DEFAULT.keysOnly()));

        assertThat(keysOnly.entries().get(0).value()).isEqualTo(ByteSequence.EMPTY);
        assertThat(fromCache(one).first()).contains(store.find(K));
    }

    @Test
    void ranges_past_revisions_and_serializable_reads_take_no_key() {
        put(one, "v");

        now(one.kv.get(KeyRange.prefix(K), GetOptions.DEFAULT));
        now(one.kv.get(K, GetOptions.DEFAULT.atRevision(store.revision)));
        now(one.kv.get(K, GetOptions.DEFAULT.asSerializable()));

        assertThat(store.find(LEASING_K)).isNull();
    }

    @Test
    void a_delete_of_a_range_takes_keys_from_their_owners_first() {
        put(one, "v");
        read(one);
        now(two.kv.put(utf8("k2"), utf8("v")));
        now(two.kv.get(utf8("k2")));

        DeleteResult deleted = now(two.kv.delete(KeyRange.prefix(K), true));

        assertThat(deleted.deleted()).isEqualTo(2);
        assertThat(read(one)).isEqualTo("absent");
        assertThat(now(two.kv.get(utf8("k2"))).entries()).isEmpty();
    }

    @Test
    void everything_behind_a_key_is_deleted_for_all_owners() {
        ByteSequence later = utf8("z");
        now(one.kv.put(later, utf8("v")));
        now(one.kv.get(later));

        now(two.kv.delete(KeyRange.from(utf8("p")), false));

        assertThat(now(one.kv.get(later)).entries()).isEmpty();
    }

    @Test
    void leasing_keys_cannot_be_touched() {
        assertThatThrownBy(() -> one.kv.put(LEASING_K, utf8("v"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one.kv.get(LEASING_K)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one.kv.delete(KeyRange.ALL, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one.kv.delete(KeyRange.from(utf8("k")), false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one.kv.txn().then(Op.delete(LEASING_K)).commit())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_txn_writes_whatever_others_own_and_is_seen_by_them() {
        ByteSequence other = utf8("other");
        put(one, "old");
        read(one);
        now(two.kv.put(other, utf8("old")));
        now(two.kv.get(other));

        TxnResult done = now(two.kv
                .txn()
                .when(Compare.value(K).equalTo(utf8("old")))
                .then(Op.put(K, utf8("new")), Op.get(other), Op.put(other, utf8("new")))
                .commit());

        assertThat(done.succeeded()).isTrue();
        assertThat(done.header().revision()).isEqualTo(store.revision);
        assertThat(done.get(1).first().orElseThrow().value()).isEqualTo(utf8("old"));
        assertThat(read(one)).isEqualTo("new");
        assertThat(two.kv.get(other).join().first().orElseThrow().value()).isEqualTo(utf8("new"));
    }

    @Test
    void nested_writes_of_both_branches_are_guarded() {
        put(one, "old");
        read(one);
        Op.TxnRequest inner = new Op.TxnRequest(
                List.of(Compare.exists(utf8("nothing"))), List.of(), List.of(Op.put(K, utf8("deep"))));
        Op.TxnRequest middle = new Op.TxnRequest(List.of(), List.of(Op.txn(inner)), List.of());

        now(two.kv.commit(new Op.TxnRequest(List.of(Compare.absent(utf8("x"))), List.of(Op.txn(middle)), List.of())));

        assertThat(read(one)).isEqualTo("deep");
    }

    @Test
    void txns_that_only_read_what_is_owned_cost_no_call_and_say_what_a_server_would() {
        Random random = new Random(5);
        List<ByteSequence> keys = List.of(utf8("a"), utf8("b"), utf8("c"));
        now(one.kv.put(keys.get(0), utf8("x")));
        now(one.kv.put(keys.get(1), utf8("y")));
        now(one.kv.put(keys.get(1), utf8("x")));
        keys.forEach(key -> now(one.kv.get(key)));
        for (int i = 0; i < 10_000; i++) {
            Op.TxnRequest txn = randomTxn(random, keys);
            int before = one.calls;

            TxnResult local = one.kv.commit(txn).join();

            assertThat(one.calls).isEqualTo(before);
            TxnResult served = store.commit(txn);
            assertThat(local.succeeded()).as("%s", txn).isEqualTo(served.succeeded());
            assertThat(local.get(0).entries()).isEqualTo(served.get(0).entries());
        }
    }

    private static Op.TxnRequest randomTxn(Random random, List<ByteSequence> keys) {
        ByteSequence key = keys.get(random.nextInt(keys.size()));
        long number = random.nextInt(6);
        Compare.Relation relation = oneOf(random, Compare.Relation.values());
        Compare.Property property = oneOf(random, Compare.Property.values());
        Compare.Operand operand = random.nextBoolean()
                ? new Compare.Operand.OfNumber(property, number)
                : new Compare.Operand.OfValue(utf8(random.nextBoolean() ? "x" : "w"));
        return new Op.TxnRequest(
                List.of(new Compare(KeyRange.single(key), relation, operand)),
                List.of(Op.get(key)),
                List.of(Op.get(keys.get(random.nextInt(keys.size())))));
    }

    private static <T> T oneOf(Random random, T[] all) {
        return all[random.nextInt(all.length)];
    }

    @Test
    void the_least_read_key_makes_room_for_another() {
        ModelClient small = new ModelClient(time, store, 3, LeasingOptions.DEFAULT.entriesMax(2));
        List.of("a", "b", "c").forEach(key -> now(small.kv.get(utf8(key))));
        time.advance(Duration.ofMillis(100));

        assertThat(small.kv.counts().cached()).isEqualTo(2);
        assertThat(small.kv.counts().evicted()).isEqualTo(1);
        assertThat(store.all()).hasSize(2);
    }

    @Test
    void keys_that_are_not_to_be_owned_are_read_from_the_server_and_written_by_the_protocol() {
        ModelClient choosy =
                new ModelClient(time, store, 4, LeasingOptions.DEFAULT.acquiring(key -> !key.startsWith(utf8("k"))));
        put(one, "v");
        read(one);
        assertThat(read(choosy)).isEqualTo("v");
        now(choosy.kv.put(K, utf8("w")));

        assertThat(read(one)).isEqualTo("w");
        assertThat(choosy.kv.counts().cached()).isZero();
    }

    @Test
    void closing_gives_everything_back_at_once_and_a_writer_that_waits_goes_on() {
        put(one, "v");
        read(one);
        one.stop();
        CompletableFuture<PutResult> waiting = two.kv.put(K, utf8("new"));
        time.advance(Duration.ofMillis(500));
        assertThat(waiting).isNotDone();

        one.goOn();
        CompletableFuture<Void> closing = one.kv.closeAsync();

        now(waiting);
        assertThat(closing).isCompleted();
        assertThat(one.kv.get(K)).isCompletedExceptionally();
        assertThatThrownBy(() -> Blocking.await(one.kv.put(K, utf8("x"))))
                .isInstanceOfSatisfying(LeaseholdException.class, closed -> assertThat(closed.kind())
                        .isEqualTo(LeaseholdException.Kind.CLOSED));
    }

    @Test
    void a_write_that_waits_ends_when_it_is_cancelled_or_its_time_is_over() {
        put(one, "v");
        read(one);
        one.stop();
        CompletableFuture<PutResult> cancelled = two.kv.put(K, utf8("new"));
        CompletableFuture<?> late = two.kv.withTimeout(Duration.ofMillis(700)).put(K, utf8("late"));
        time.advance(Duration.ofMillis(100));
        int calls = two.calls;

        cancelled.cancel(true);
        time.advance(Duration.ofMillis(500));
        assertThat(two.calls).isEqualTo(calls);
        time.advance(Duration.ofMillis(500));

        assertThatThrownBy(() -> Blocking.await(late)).isInstanceOfSatisfying(LeaseholdException.class, failed -> {
            assertThat(failed.kind()).isEqualTo(LeaseholdException.Kind.DEADLINE_EXCEEDED);
            assertThat(failed.outcomeUnknown()).isFalse();
            assertThat(failed).hasMessageContaining(Long.toHexString(one.leaseId()));
        });
        assertThat(store.find(K).value()).isEqualTo(utf8("v"));
    }

    @Test
    void a_writer_gets_the_key_of_an_owner_that_died_when_its_lease_ends() {
        put(one, "v");
        read(one);
        one.cut(true);
        one.stop();

        CompletableFuture<PutResult> put = two.kv.put(K, utf8("new"));
        time.advance(Duration.ofNanos(ModelClient.TTL_NANOS + 500_000_000L));

        assertThat(put).isCompleted();
    }

    @Test
    void after_its_lease_was_revoked_a_client_begins_anew() {
        put(one, "v");
        read(one);
        store.revoke(one.leaseId());
        time.advance(Duration.ofMillis(50));
        assertThat(one.kv.counts().cached()).isZero();

        time.advance(Duration.ofSeconds(4));
        read(one);

        assertThat(fromCache(one).first()).contains(store.find(K));
    }

    @Test
    void after_a_gap_in_what_it_hears_nothing_is_kept() {
        put(one, "v");
        read(one);

        one.missEvents();
        time.advance(Duration.ofMillis(100));

        assertThat(store.find(LEASING_K)).isNull();
        assertThat(one.kv.counts().cached()).isZero();
    }

    @Test
    void a_txn_without_conditions_is_not_nested() {
        List<Op> puts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            puts.add(Op.put(utf8("many" + i), utf8("v")));
        }
        now(one.kv.commit(new Op.TxnRequest(List.of(), puts, List.of())));

        assertThat(store.find(utf8("many99")).version()).isEqualTo(1);
    }
}
