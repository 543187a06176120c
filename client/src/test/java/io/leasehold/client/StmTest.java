package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.recipes.Isolation;
import io.leasehold.client.recipes.Stm;
import io.leasehold.client.recipes.StmOptions;
import io.leasehold.client.recipes.Transaction;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each level of isolation lets through, and how often a function is run. */
final class StmTest {
    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;
    private final Stm stm = world.client.recipes().stm();

    @AfterEach
    void close() {
        world.close();
    }

    private static StmOptions at(Isolation isolation) {
        return StmOptions.DEFAULT.at(isolation);
    }

    @ParameterizedTest
    @EnumSource
    void reads_see_the_own_writes_and_all_is_written_at_once(Isolation isolation) {
        store.put("a", "1");
        store.put("b", "1");

        String seen = stm.run(at(isolation), tx -> {
            tx.put(utf8("a"), utf8("2"));
            tx.delete(utf8("b"));
            return tx.get(utf8("a")).orElseThrow().toUtf8() + tx.get(utf8("b")) + tx.get(utf8("c"));
        });

        assertThat(seen).isEqualTo("2Optional.emptyOptional.empty");
        assertThat(store.keys()).containsExactly("a");
        assertThat(store.entry("a").getModRevision()).isEqualTo(store.revision);
    }

    @Test
    void what_was_read_must_not_have_changed_and_a_conflict_costs_one_round_more() {
        store.put("a", "1");
        store.beforeNextTxn(() -> store.beforeNextTxn(() -> store.put("a", "10")));
        AtomicInteger runs = new AtomicInteger();

        stm.run(at(Isolation.SERIALIZABLE), tx -> {
            runs.incrementAndGet();
            int a = Integer.parseInt(tx.get(utf8("a")).orElseThrow().toUtf8());
            tx.put(utf8("a"), utf8(Integer.toString(a + 1)));
            return a;
        });

        assertThat(store.value("a")).isEqualTo("11");
        assertThat(runs).hasValue(2);
        // A read, a commit that failed and brought the new value, a commit.
        assertThat(store.txns).isEqualTo(3);
    }

    @Test
    void all_reads_of_the_serializable_levels_are_of_one_revision() {
        store.put("a", "1");
        store.put("b", "1");

        String seen = stm.run(at(Isolation.SERIALIZABLE_SNAPSHOT), tx -> {
            String a = tx.get(utf8("a")).orElseThrow().toUtf8();
            if (store.value("a").equals("1")) {
                store.put("b", "2");
                store.put("a", "2");
            }
            return a + tx.get(utf8("b")).orElseThrow().toUtf8();
        });

        assertThat(seen).isEqualTo("22");
    }

    @ParameterizedTest
    @EnumSource
    void write_skew_is_possible_with_read_committed_only(Isolation isolation) {
        store.put("x", "1");
        store.put("y", "1");
        AtomicInteger runs = new AtomicInteger();

        stm.run(at(isolation), tx -> {
            boolean both = tx.get(utf8("x")).isPresent() && tx.get(utf8("y")).isPresent();
            if (runs.incrementAndGet() == 1) {
                // The other one of the two may go only if both are there, which it was.
                store.delete("y");
            }
            if (both) {
                tx.delete(utf8("x"));
            }
            return both;
        });

        assertThat(store.keys().isEmpty()).isEqualTo(isolation == Isolation.READ_COMMITTED);
    }

    @Test
    void a_blind_write_over_a_newer_one_is_refused_with_a_snapshot_only() {
        for (Isolation isolation : new Isolation[] {Isolation.SERIALIZABLE_SNAPSHOT, Isolation.SERIALIZABLE}) {
            store.put("read", "1");
            AtomicInteger runs = new AtomicInteger();
            stm.run(at(isolation), tx -> {
                tx.get(utf8("read"));
                if (runs.incrementAndGet() == 1) {
                    store.put("blind", "other");
                }
                tx.put(utf8("blind"), utf8("mine"));
                return true;
            });

            assertThat(runs).hasValue(isolation == Isolation.SERIALIZABLE_SNAPSHOT ? 2 : 1);
        }
    }

    @Test
    void attempts_are_bounded_and_the_function_s_exceptions_are_its_own() {
        store.put("a", "1");
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> stm.run(at(Isolation.SERIALIZABLE).attempts(2), tx -> {
                    tx.get(utf8("a"));
                    store.put("a", Integer.toString(runs.incrementAndGet()));
                    tx.put(utf8("a"), utf8("mine"));
                    return true;
                }))
                .isInstanceOfSatisfying(LeaseholdException.class, given -> assertThat(given.kind())
                        .isEqualTo(LeaseholdException.Kind.CONFLICT));
        assertThat(runs).hasValue(2);
        assertThatThrownBy(() -> stm.run(tx -> {
                    tx.put(utf8("a"), utf8("never"));
                    throw new UnsupportedOperationException("mine");
                }))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(store.value("a")).isEqualTo("2");
        assertThat(world.time.planned()).isLessThanOrEqualTo(1);
    }

    @Test
    void a_revision_that_is_compacted_meanwhile_means_another_attempt() {
        store.put("a", "1");
        store.put("b", "1");
        AtomicInteger runs = new AtomicInteger();

        String seen = stm.run(at(Isolation.SERIALIZABLE), tx -> {
            String a = tx.get(utf8("a")).orElseThrow().toUtf8();
            if (runs.incrementAndGet() == 1) {
                store.put("a", "2");
                store.compact();
            }
            return a + tx.get(utf8("b")).orElseThrow().toUtf8();
        });

        assertThat(seen).isEqualTo("21");
        assertThat(runs).hasValue(2);
    }

    @Test
    void a_commit_whose_answer_is_lost_is_not_repeated() {
        store.put("a", "1");
        store.failuresAfterApplying.add(Status.UNAVAILABLE.withDescription("cut"));

        assertThatThrownBy(() -> stm.run(tx -> {
                    tx.put(utf8("a"), utf8("2"));
                    return true;
                }))
                .isInstanceOfSatisfying(LeaseholdException.class, lost -> assertThat(lost.outcomeUnknown())
                        .isTrue());
        assertThat(store.value("a")).isEqualTo("2");
        assertThat(store.entry("a").getVersion()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void as_many_keys_as_servers_take_are_read_and_written(Isolation isolation) {
        stm.run(at(isolation), tx -> {
            for (int i = 0; i < 128; i++) {
                tx.get(utf8("k" + i));
                tx.put(utf8("k" + i), utf8("v"));
            }
            return true;
        });

        assertThat(store.keys()).hasSize(128);
    }

    @ParameterizedTest
    @EnumSource
    void one_key_more_is_refused_before_it_is_sent_and_the_refusal_says_what_to_set(Isolation isolation) {
        assertThatThrownBy(() -> stm.run(at(isolation), tx -> {
                    for (int i = 0; i <= 128; i++) {
                        tx.put(utf8("k" + i), utf8("v"));
                    }
                    return true;
                }))
                .isInstanceOfSatisfying(LeaseholdException.class, refused -> {
                    assertThat(refused.errorCode()).contains(ErrorCode.TOO_MANY_OPS);
                    assertThat(refused).hasMessageContaining("operationsMax").hasMessageContaining("--max-txn-ops");
                });
        assertThat(store.txns).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void servers_that_take_more_are_given_more(Isolation isolation) {
        stm.run(at(isolation).operations(200), tx -> {
            for (int i = 0; i < 200; i++) {
                tx.get(utf8("k" + i));
                tx.put(utf8("k" + i), utf8("v"));
            }
            return true;
        });

        assertThat(store.keys()).hasSize(200);
    }

    @ParameterizedTest
    @EnumSource
    void what_counts_is_what_a_level_checks(Isolation isolation) {
        StmOptions options = at(isolation).operations(4);
        Function<Transaction, Boolean> threeReadAndTwoOthersWritten = tx -> {
            tx.get(utf8("a"));
            tx.get(utf8("b"));
            tx.get(utf8("c"));
            tx.put(utf8("d"), utf8("1"));
            tx.put(utf8("e"), utf8("1"));
            return true;
        };
        Function<Transaction, Boolean> fiveRead = tx -> {
            for (int i = 0; i < 5; i++) {
                tx.get(utf8("k" + i));
            }
            return true;
        };

        assertThat(isRefused(options, threeReadAndTwoOthersWritten))
                .isEqualTo(isolation == Isolation.SERIALIZABLE_SNAPSHOT);
        assertThat(isRefused(options, fiveRead)).isEqualTo(isolation != Isolation.READ_COMMITTED);
    }

    private boolean isRefused(StmOptions options, Function<Transaction, Boolean> function) {
        try {
            stm.run(options, function);
            return false;
        } catch (LeaseholdException refused) {
            assertThat(refused.errorCode()).contains(ErrorCode.TOO_MANY_OPS);
            return true;
        }
    }

    @Test
    void a_function_that_goes_on_behind_the_refusal_is_not_committed() {
        CompletableFuture<Boolean> done = stm.runAsync(StmOptions.DEFAULT.operations(1), tx -> {
            tx.put(utf8("a"), utf8("1"));
            assertThatThrownBy(() -> tx.put(utf8("b"), utf8("1"))).isInstanceOf(LeaseholdException.class);
            return CompletableFuture.completedFuture(true);
        });
        world.settle();

        assertThat(done).isCompletedExceptionally();
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void reads_asked_for_at_once_are_of_one_revision_too() {
        store.put("a", "1");
        store.put("b", "1");
        // Behind the first read, before whatever is read next.
        store.beforeNextTxn(() -> store.beforeNextTxn(() -> {
            store.put("a", "2");
            store.put("b", "2");
        }));
        List<String> seen = new ArrayList<>();

        CompletableFuture<Boolean> done = stm.runAsync(StmOptions.DEFAULT, tx -> {
            CompletableFuture<Optional<ByteSequence>> a = tx.getAsync(utf8("a"));
            CompletableFuture<Optional<ByteSequence>> b = tx.getAsync(utf8("b"));
            return a.thenCombine(
                    b,
                    (one, other) -> seen.add(
                            one.orElseThrow().toUtf8() + other.orElseThrow().toUtf8()));
        });
        world.now(done);

        assertThat(seen).containsExactly("11", "22");
    }

    @Test
    void without_blocking_a_thread_it_does_the_same() {
        store.put("a", "1");
        store.beforeNextTxn(() -> store.beforeNextTxn(() -> store.put("a", "5")));

        CompletableFuture<String> done =
                stm.runAsync(StmOptions.DEFAULT, tx -> tx.getAsync(utf8("a")).thenApply(a -> {
                    String next = a.orElseThrow().toUtf8() + "+";
                    tx.put(utf8("a"), utf8(next));
                    return next;
                }));

        assertThat(world.now(done)).isEqualTo("5+");
        assertThat(store.value("a")).isEqualTo("5+");
    }
}
