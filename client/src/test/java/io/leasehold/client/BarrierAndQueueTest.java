package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.recipes.Barrier;
import io.leasehold.client.recipes.DoubleBarrier;
import io.leasehold.client.recipes.PrioritizedQueue;
import io.leasehold.client.recipes.WorkQueue;
import io.leasehold.client.session.Session;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gates and queues. */
final class BarrierAndQueueTest {
    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_gate_is_waited_at_until_somebody_opens_it() {
        Barrier barrier = world.client.recipes().barrier(utf8("gate"));
        assertThat(world.now(barrier.hold())).isTrue();
        assertThat(world.now(barrier.hold())).isFalse();
        CompletableFuture<Void> waiting = barrier.await();
        CompletableFuture<Void> given = barrier.await();
        world.settle();
        given.cancel(true);

        assertThat(store.keys()).containsExactly("gate");
        assertThat(waiting).isNotDone();
        assertThat(world.now(barrier.release())).isTrue();
        world.settle();

        assertThat(waiting).isCompleted();
        world.now(barrier.await());
        assertThat(world.now(barrier.release())).isFalse();
        assertThat(store.events.watchers).isEmpty();
    }

    @Test
    void an_item_whose_taking_was_not_answered_is_said_to_be_perhaps_taken() {
        WorkQueue queue = world.client.recipes().queue(utf8("q"));
        world.now(queue.put(utf8("only")));
        store.failuresAfterApplying.add(Status.UNAVAILABLE.withDescription("cut"));

        CompletableFuture<ByteSequence> taken = queue.take();
        world.settle();

        assertThatThrownBy(() -> Blocking.await(taken))
                .isInstanceOfSatisfying(LeaseholdException.class, lost -> assertThat(lost.outcomeUnknown())
                        .isTrue());
        assertThat(store.keys()).isEmpty();
        assertThat(store.events.watchers).isEmpty();
    }

    @Test
    void a_gate_held_by_a_session_opens_when_that_dies() {
        Session session = world.session();
        Barrier barrier = world.client.recipes().barrier(utf8("gate"));
        world.now(barrier.hold(session));
        CompletableFuture<Void> waiting = barrier.await();
        world.settle();

        store.expire(session.leaseId());
        world.settle();

        assertThat(waiting).isCompleted();
    }

    private DoubleBarrier party(Session session) {
        return world.client.recipes().doubleBarrier(session, utf8("db"), 3);
    }

    @Test
    void all_enter_together_and_leave_together_and_nothing_is_left() {
        List<DoubleBarrier> parties = List.of(party(world.session()), party(world.session()), party(world.session()));
        List<CompletableFuture<Void>> entered = new ArrayList<>();
        for (DoubleBarrier party : parties) {
            assertThat(entered).noneMatch(CompletableFuture::isDone);
            entered.add(party.enter());
            world.settle();
        }
        assertThat(entered).allMatch(CompletableFuture::isDone);
        assertThat(store.keys()).hasSize(4).contains("db/ready");

        List<CompletableFuture<Void>> left = new ArrayList<>();
        for (DoubleBarrier party : parties) {
            assertThat(left).noneMatch(CompletableFuture::isDone);
            left.add(party.leave());
            world.settle();
        }

        assertThat(left).allMatch(CompletableFuture::isDone);
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void who_comes_when_all_places_are_taken_is_refused() {
        DoubleBarrier one = world.client.recipes().doubleBarrier(world.session(), utf8("pair"), 1);
        store.put("pair/waiters/1", "");
        CompletableFuture<Void> late = one.enter();
        world.settle();

        assertThatThrownBy(() -> world.now(late)).hasMessageContaining("too many clients");
        world.settle();
        assertThat(store.keys()).containsExactly("pair/waiters/1");
    }

    @Test
    void one_that_dies_inside_does_not_keep_the_others() {
        Session mortal = world.session();
        DoubleBarrier dies = party(mortal);
        DoubleBarrier one = party(world.session());
        DoubleBarrier two = party(world.session());
        List<CompletableFuture<Void>> entered = List.of(dies.enter(), one.enter(), two.enter());
        world.settle();
        assertThat(entered).allMatch(CompletableFuture::isDone);

        CompletableFuture<Void> left = one.leave();
        CompletableFuture<Void> leftToo = two.leave();
        world.settle();
        assertThat(left).isNotDone();
        store.expire(mortal.leaseId());
        world.settle();

        assertThat(left).isCompleted();
        assertThat(leftToo).isCompleted();
    }

    @Test
    void who_waits_to_enter_fails_when_its_session_is_lost() {
        Session session = world.session();
        CompletableFuture<Void> entering = party(session).enter();
        world.settle();

        store.expire(session.leaseId());
        world.settle();

        assertThatThrownBy(() -> world.now(entering))
                .isInstanceOfSatisfying(LeaseholdException.class, lost -> assertThat(lost.kind())
                        .isEqualTo(LeaseholdException.Kind.SESSION_LOST));
    }

    @Test
    void items_are_taken_in_the_order_in_which_they_were_put_and_siblings_are_left_alone() {
        WorkQueue queue = world.client.recipes().queue(utf8("q"));
        store.put("q2/1", "another queue's");
        assertThat(world.now(queue.poll())).isEmpty();
        for (int i = 0; i < 20; i++) {
            world.now(queue.put(utf8("item " + i)));
        }

        for (int i = 0; i < 20; i++) {
            assertThat(world.now(queue.take())).isEqualTo(utf8("item " + i));
        }
        CompletableFuture<ByteSequence> waiting = queue.take();
        CompletableFuture<ByteSequence> given = queue.take();
        world.settle();
        given.cancel(true);
        world.now(queue.put(utf8("late")));
        world.settle();

        assertThat(waiting).isCompletedWithValue(utf8("late"));
        assertThat(store.keys()).containsExactly("q2/1");
    }

    @Test
    void an_item_that_another_takes_first_is_not_taken_twice() {
        WorkQueue queue = world.client.recipes().queue(utf8("q"));
        world.now(queue.put(utf8("only")));
        store.beforeNextTxn(() -> store.keys().forEach(store::delete));

        assertThat(world.now(queue.poll())).isEqualTo(Optional.empty());
    }

    @Test
    void an_item_whose_taker_has_gone_is_put_back() {
        WorkQueue queue = world.client.recipes().queue(utf8("q"));
        CompletableFuture<ByteSequence> take = queue.take();
        world.settle();
        // The item comes, and while it is being taken its taker goes.
        store.beforeNextTxn(() -> store.beforeNextTxn(() -> take.cancel(true)));
        world.now(queue.put(utf8("only")));
        world.settle();

        assertThat(take).isCancelled();
        assertThat(world.now(queue.poll())).contains(utf8("only"));
    }

    @Test
    void lower_numbers_come_first_and_keys_are_those_of_go() {
        PrioritizedQueue queue = world.client.recipes().prioritizedQueue(utf8("pq"));
        world.now(queue.put(utf8("later"), 7));
        world.now(queue.put(utf8("last"), 7));
        world.now(queue.put(utf8("first"), 3));

        assertThat(store.keys())
                .containsExactly(
                        "__pq/00003",
                        "__pq/00007",
                        "pq/00003/0000000000000000",
                        "pq/00007/0000000000000000",
                        "pq/00007/0000000000000001");
        assertThat(world.now(queue.take())).isEqualTo(utf8("first"));
        assertThat(world.now(queue.take())).isEqualTo(utf8("later"));
        assertThat(world.now(queue.poll())).contains(utf8("last"));
        assertThatThrownBy(() -> queue.put(utf8("x"), 65_536)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_number_drawn_from_an_old_state_is_drawn_again() {
        PrioritizedQueue queue = world.client.recipes().prioritizedQueue(utf8("pq"));
        store.beforeNextTxn(() -> {
            store.put("pq/00001/0000000000000000", "other");
            store.put("__pq/00001", "");
            store.delete("pq/00001/0000000000000000");
        });

        world.now(queue.put(utf8("mine"), 1));
        world.time.advance(Duration.ofSeconds(1));

        assertThat(store.txns).isEqualTo(2);
        assertThat(world.now(queue.take())).isEqualTo(utf8("mine"));
    }
}
