package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.Op;
import io.leasehold.client.mirror.Mirror;
import io.leasehold.client.mirror.MirrorOptions;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mirrors within one store: what they copy, and what they do when they missed something. */
final class MirrorTest {
    private static final MirrorOptions OPTIONS = MirrorOptions.of(utf8("a/")).to(utf8("b/"));

    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;

    @AfterEach
    void close() {
        world.close();
    }

    private Mirror mirror(MirrorOptions options) {
        Mirror mirror = world.client.mirror(world.client, options);
        world.settle();
        return mirror;
    }

    private List<String> copies() {
        return store.keys().stream().filter(key -> key.startsWith("b/")).toList();
    }

    @Test
    void everything_is_copied_under_the_other_prefix_and_then_every_change() {
        store.put("a/1", "one");
        store.put("a/2", "two");
        store.put("other", "x");
        long before = store.revision;

        Mirror mirror = mirror(OPTIONS);
        assertThat(copies()).containsExactly("b/1", "b/2");
        assertThat(mirror.copied()).isCompletedWithValue(before);
        store.put("a/1", "changed");
        store.delete("a/2");
        store.put("a/3", "three");
        world.settle();

        assertThat(copies()).containsExactly("b/1", "b/3");
        assertThat(store.value("b/1")).isEqualTo("changed");
        assertThat(mirror.changes()).isEqualTo(5);
        mirror.close();
        store.put("a/4", "four");
        world.settle();
        assertThat(copies()).containsExactly("b/1", "b/3");
        assertThat(mirror.ended()).isCompleted();
    }

    @Test
    void what_one_transaction_changed_is_changed_in_one() {
        Mirror mirror = mirror(OPTIONS);
        world.now(world.client
                .kv()
                .txn()
                .then(Op.put(utf8("a/1"), utf8("1")), Op.put(utf8("a/2"), utf8("2")), Op.put(utf8("a/3"), utf8("3")))
                .commit());
        world.settle();

        assertThat(copies()).hasSize(3).allMatch(key -> store.entry(key).getModRevision() == store.revision);
        mirror.close();
    }

    @Test
    void transactions_are_no_larger_than_those_may_be() {
        for (int i = 0; i < 10; i++) {
            store.put("a/" + i, "v");
        }
        int before = store.txns;

        Mirror mirror = mirror(OPTIONS.operationsPerTransaction(4));

        assertThat(copies()).hasSize(10);
        assertThat(store.txns - before).isEqualTo(4);
        mirror.close();
    }

    @Test
    void an_interrupted_mirror_goes_on_where_it_was_and_makes_the_deletions_it_missed() {
        store.put("a/1", "one");
        store.put("a/2", "two");
        MirrorOptions resumable = OPTIONS.resumable(utf8("progress"));
        Mirror first = mirror(resumable);
        first.close();
        world.settle();
        store.delete("a/1");
        store.put("a/3", "three");
        int reads = store.ranges;

        Mirror second = mirror(resumable);
        world.settle();

        assertThat(copies()).containsExactly("b/2", "b/3");
        assertThat(store.value("progress")).isEqualTo(Long.toString(second.revision()));
        assertThat(store.ranges - reads).as("reads nothing but the progress").isEqualTo(1);
        second.close();
    }

    @Test
    void both_sides_are_compared_when_history_is_gone() {
        store.put("a/1", "one");
        store.put("a/2", "two");
        Mirror mirror = mirror(OPTIONS.prune());
        store.events.cut();
        store.delete("a/1");
        store.put("a/3", "three");
        store.put("unrelated", "x");
        store.compact();

        world.time.advance(Duration.ofSeconds(2));
        store.put("a/4", "four");
        world.settle();

        assertThat(copies()).containsExactly("b/2", "b/3", "b/4");
        mirror.close();
    }

    @Test
    void extra_keys_are_deleted_only_when_that_is_wanted() {
        store.put("a/1", "one");
        store.put("b/0", "extra");
        store.put("b/9", "extra");
        mirror(OPTIONS).close();
        assertThat(copies()).containsExactly("b/0", "b/1", "b/9");

        mirror(OPTIONS.prune()).close();

        assertThat(copies()).containsExactly("b/1");
    }

    @Test
    void a_mirror_that_may_not_write_ends_and_says_why() {
        store.put("a/1", "one");
        store.beforeNextTxn(() -> store.failures.add(ErrorCode.PERMISSION_DENIED.toStatus()));

        Mirror mirror = mirror(OPTIONS);

        assertThatThrownBy(() -> Blocking.await(mirror.ended()))
                .isInstanceOfSatisfying(LeaseholdException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(LeaseholdException.Kind.PERMISSION_DENIED));
        assertThat(mirror.copied()).isCompletedExceptionally();
    }
}
