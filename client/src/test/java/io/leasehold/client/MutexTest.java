package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Op;
import io.leasehold.client.recipes.FencedLock;
import io.leasehold.client.recipes.FencedReadWriteLock;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.recipes.Mutex;
import io.leasehold.client.recipes.Semaphore;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets a lock, who loses it, and what is left behind. */
final class MutexTest {
    private static final Status CUT = Status.UNAVAILABLE.withDescription("cut");

    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;

    @AfterEach
    void close() {
        world.close();
    }

    private Mutex mutex(Session session) {
        return world.client.recipes().mutex(session, utf8("mx"));
    }

    private static LeaseholdException.Kind failure(CompletableFuture<?> call) {
        try {
            Blocking.await(call);
        } catch (LeaseholdException failed) {
            return failed.kind();
        }
        throw new AssertionError("did not fail");
    }

    private static List<HoldEnd> endsOf(Hold hold) {
        List<HoldEnd> ends = new ArrayList<>();
        Futures.onEnd(hold.ended(), (how, never) -> ends.add(Objects.requireNonNull(how)));
        return ends;
    }

    @Test
    void the_key_is_the_name_and_the_lease_in_hex_and_its_create_revision_the_token() {
        Session session = world.session();

        Hold hold = world.now(mutex(session).lock());

        String key = "mx/" + RecipeWorld.hex(session);
        assertThat(store.keys()).containsExactly(key);
        assertThat(store.value(key)).isEmpty();
        assertThat(store.entry(key).getLease()).isEqualTo(session.leaseId());
        assertThat(hold.token()).isEqualTo(store.entry(key).getCreateRevision());
        assertThat(hold.isValid()).isTrue();
    }

    @Test
    void those_who_wait_get_it_in_the_order_in_which_they_asked_with_growing_tokens() {
        List<CompletableFuture<Hold>> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            asked.add(mutex(world.session()).lock());
            world.settle();
        }

        long token = 0;
        for (int i = 0; i < 5; i++) {
            assertThat(asked.subList(i + 1, 5)).noneMatch(CompletableFuture::isDone);
            Hold hold = world.now(asked.get(i));
            assertThat(hold.token()).isGreaterThan(token);
            token = hold.token();
            world.now(hold.release());
        }
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void a_holder_that_leaves_costs_two_reads_however_many_wait() {
        CompletableFuture<Hold> next = mutex(world.session()).lock();
        List<CompletableFuture<Hold>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(mutex(world.session()).lock());
            world.settle();
        }

        for (CompletableFuture<Hold> behind : waiting) {
            int before = store.ranges;
            world.now(world.now(next).release());
            next = behind;
            world.settle();
            assertThat(next).isDone();
            assertThat(store.ranges - before).isEqualTo(2);
        }
    }

    @Test
    void a_waiter_fails_at_once_when_its_session_is_revoked_while_the_holder_lives() {
        Hold held = world.now(mutex(world.session()).lock());
        Session doomed = world.session();
        CompletableFuture<Hold> waiting = mutex(doomed).lock();
        CompletableFuture<Hold> behind = mutex(world.session()).lock();
        world.settle();

        store.expire(doomed.leaseId());
        world.settle();

        assertThat(failure(waiting)).isEqualTo(LeaseholdException.Kind.SESSION_LOST);
        assertThat(behind).isNotDone();
        world.now(held.release());
        world.settle();
        assertThat(behind).isCompleted();
    }

    @Test
    void a_waiter_fails_when_its_session_is_closed_or_orphaned() {
        world.now(mutex(world.session()).lock());
        Session closed = world.session();
        Session orphaned = world.session();
        CompletableFuture<Hold> one = mutex(closed).lock();
        CompletableFuture<Hold> two = mutex(orphaned).lock();
        world.settle();

        world.now(closed.closeAsync());
        orphaned.orphan();
        world.settle();

        assertThat(failure(one)).isEqualTo(LeaseholdException.Kind.SESSION_LOST);
        assertThat(failure(two)).isEqualTo(LeaseholdException.Kind.SESSION_LOST);
        assertThat(failure(mutex(closed).lock())).isEqualTo(LeaseholdException.Kind.SESSION_LOST);
    }

    @Test
    void the_holder_is_told_once_that_the_lock_is_lost_with_its_lease_and_its_writes_are_refused() {
        Session session = world.session();
        Hold first = world.now(mutex(session).lock());
        List<HoldEnd> ends = endsOf(first);
        CompletableFuture<Hold> next = mutex(world.session()).lock();
        world.settle();
        assertThat(world.now(world.client
                                .kv()
                                .txn()
                                .when(first.guard())
                                .then(Op.put(utf8("guarded"), utf8("1")))
                                .commit())
                        .succeeded())
                .isTrue();

        store.expire(session.leaseId());
        world.time.advance(Duration.ofSeconds(20));

        Hold second = world.now(next);
        assertThat(ends).containsExactly(HoldEnd.KEY_DELETED);
        assertThat(first.isValid()).isFalse();
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(world.now(world.client
                                .kv()
                                .txn()
                                .when(first.guard())
                                .then(Op.put(utf8("guarded"), utf8("2")))
                                .commit())
                        .succeeded())
                .isFalse();
        world.now(first.release());
        assertThat(second.isValid()).isTrue();
    }

    @Test
    void without_any_server_the_lock_is_lost_when_the_lease_can_no_longer_be_relied_on() {
        Hold hold = world.now(mutex(world.session()).lock());
        List<HoldEnd> ends = endsOf(hold);

        world.cluster.stop(0);
        world.time.advance(Duration.ofSeconds(9));
        assertThat(ends).isEmpty();
        world.time.advance(Duration.ofSeconds(1));

        assertThat(ends).containsExactly(HoldEnd.SESSION_LOST);
        assertThat(hold.isValid()).isFalse();
    }

    @Test
    void a_key_that_somebody_deletes_is_a_lost_lock_and_the_session_goes_on() {
        Session session = world.session();
        Hold hold = world.now(mutex(session).lock());

        store.delete("mx/" + RecipeWorld.hex(session));
        world.settle();

        assertThat(hold.ended()).isCompletedWithValue(HoldEnd.KEY_DELETED);
        assertThat(session.isValid()).isTrue();
        assertThat(world.now(mutex(session).lock()).token()).isGreaterThan(hold.token());
    }

    @Test
    void the_loss_is_noticed_also_when_its_history_is_compacted_during_an_outage() {
        Session session = world.session();
        Hold hold = world.now(mutex(session).lock());
        CompletableFuture<Hold> next = mutex(world.session()).lock();
        world.settle();

        world.store.events.cut();
        store.delete("mx/" + RecipeWorld.hex(session));
        store.put("other", "1");
        store.compact();
        store.put("other", "2");
        world.time.advance(Duration.ofSeconds(2));

        assertThat(hold.ended()).isCompletedWithValue(HoldEnd.KEY_DELETED);
        assertThat(next).isCompleted();
    }

    @Test
    void an_unlock_that_is_repeated_does_not_take_a_later_lock_of_the_same_session() {
        Session session = world.session();
        Hold first = world.now(mutex(session).lock());
        store.failuresAfterApplying.add(CUT);

        CompletableFuture<Void> released = first.release();
        CompletableFuture<Hold> again = mutex(session).lock();
        world.settle();
        assertThat(released).isNotDone();
        world.time.advance(Duration.ofSeconds(1));

        assertThat(released).isCompleted();
        assertThat(again).isCompleted();
        assertThat(world.now(again).ended()).isNotDone();
        assertThat(store.keys()).hasSize(1);
    }

    @Test
    void a_lock_whose_answer_is_lost_is_had_all_the_same() {
        store.failuresAfterApplying.add(CUT);

        CompletableFuture<Hold> locked = mutex(world.session()).lock();
        world.time.advance(Duration.ofSeconds(1));

        assertThat(locked).isCompleted();
        assertThat(store.keys()).hasSize(1);
    }

    @Test
    void one_session_cannot_have_it_twice() {
        Session session = world.session();
        Hold first = world.now(mutex(session).lock());
        CompletableFuture<Hold> second = mutex(session).lock();
        world.settle();
        assertThat(second).isNotDone();
        assertThat(world.now(mutex(session).tryLock())).isEmpty();

        world.now(first.release());
        world.settle();

        assertThat(second).isCompleted();
        assertThat(world.now(second).token()).isGreaterThan(first.token());
    }

    @Test
    void who_tries_in_vain_leaves_no_key() {
        Session session = world.session();
        Hold held = world.now(mutex(session).lock());
        Session other = world.session();

        assertThat(world.now(mutex(other).tryLock())).isEmpty();
        assertThat(store.keys()).containsExactly("mx/" + RecipeWorld.hex(session));

        world.now(held.release());
        Optional<Hold> now = world.now(mutex(other).tryLock());
        assertThat(now).isPresent();
    }

    @Test
    void who_waits_for_a_time_gives_up_then_and_leaves_no_key() {
        Session holder = world.session();
        world.now(mutex(holder).lock());
        CompletableFuture<Optional<Hold>> limited = mutex(world.session()).tryLock(Duration.ofSeconds(3));

        world.time.advance(Duration.ofMillis(2_900));
        assertThat(limited).isNotDone();
        world.time.advance(Duration.ofMillis(200));

        assertThat(limited).isCompletedWithValue(Optional.empty());
        assertThat(store.keys()).containsExactly("mx/" + RecipeWorld.hex(holder));
    }

    @Test
    void a_key_that_is_being_taken_away_still_is_when_its_session_is_orphaned() {
        Hold held = world.now(mutex(world.session()).lock());
        Session session = world.session();
        CompletableFuture<Hold> waiting = mutex(session).lock();
        world.settle();
        store.failures.add(CUT);

        waiting.cancel(true);
        session.orphan();
        world.time.advance(Duration.ofSeconds(1));

        assertThat(store.keys()).containsExactly(held.key().toUtf8());
    }

    @Test
    void cancelling_takes_the_waiting_key_away() {
        Session holder = world.session();
        world.now(mutex(holder).lock());
        CompletableFuture<Hold> waiting = mutex(world.session()).lock();
        world.settle();

        waiting.cancel(true);
        world.settle();

        assertThat(store.keys()).containsExactly("mx/" + RecipeWorld.hex(holder));
        assertThat(store.events.watchers).hasSize(1);
    }

    @Test
    void a_regranting_session_loses_its_lock_with_the_lease_and_may_lock_again() {
        Session session =
                world.session(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10)).regranting());
        Hold hold = world.now(mutex(session).lock());

        store.expire(session.leaseId());
        world.time.advance(Duration.ofSeconds(15));

        assertThat(hold.ended()).isDone();
        assertThat(hold.isValid()).isFalse();
        assertThat(session.isValid()).isTrue();
        assertThat(world.now(mutex(session).lock()).isValid()).isTrue();
    }

    @Test
    void nothing_is_watched_or_planned_when_all_is_released() {
        Session session = world.session();
        int planned = world.time.planned();
        Hold hold = world.now(mutex(session).lock());
        CompletableFuture<Optional<Hold>> other = mutex(world.session()).tryLock(Duration.ofSeconds(30));
        world.settle();
        world.now(hold.release());
        world.now(world.now(other).orElseThrow().release());
        world.settle();

        assertThat(store.events.watchers).isEmpty();
        assertThat(world.time.planned()).isLessThanOrEqualTo(planned + 1);
    }

    @Test
    void the_form_of_the_jdk_is_re_entrant_and_shows_the_hold() {
        FencedLock lock = mutex(world.session()).asLock();

        assertThat(lock.tryLock()).isTrue();
        assertThat(lock.tryLock()).isTrue();
        long token = lock.hold().token();
        lock.unlock();
        assertThat(lock.hold().token()).isEqualTo(token);
        lock.unlock();

        assertThat(store.keys()).isEmpty();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThatThrownBy(lock::hold).isInstanceOf(IllegalMonitorStateException.class);
        assertThatThrownBy(lock::newCondition).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_thread_that_lost_the_lock_is_told_when_it_asks_again_and_may_unlock() {
        Session session = world.session();
        FencedLock lock = mutex(session).asLock();
        assertThat(lock.tryLock()).isTrue();
        store.delete("mx/" + RecipeWorld.hex(session));
        world.settle();

        assertThatThrownBy(lock::tryLock)
                .isInstanceOfSatisfying(LeaseholdException.class, lost -> assertThat(lost.kind())
                        .isEqualTo(LeaseholdException.Kind.SESSION_LOST));
        lock.unlock();
        assertThat(lock.tryLock()).isTrue();
    }

    @Test
    void readers_share_a_writer_is_alone_and_nobody_overtakes() {
        FencedReadWriteLock one = world.client.recipes().readWriteLock(world.session(), utf8("rw"));
        FencedReadWriteLock two = world.client.recipes().readWriteLock(world.session(), utf8("rw"));

        Hold firstReader = world.now(one.readLock().lock());
        Hold secondReader = world.now(two.readLock().lock());
        CompletableFuture<Hold> writer = one.writeLock().lock();
        CompletableFuture<Hold> lateReader = two.readLock().lock();
        world.settle();

        assertThat(store.keys()).filteredOn(key -> key.startsWith("rw/read/")).hasSize(3);
        assertThat(store.keys()).filteredOn(key -> key.startsWith("rw/write/")).hasSize(1);
        world.now(secondReader.release());
        assertThat(writer).isNotDone();
        world.now(firstReader.release());
        Hold writes = world.now(writer);
        assertThat(lateReader).isNotDone();
        world.now(writes.release());
        assertThat(world.now(lateReader).token()).isGreaterThan(firstReader.token());
    }

    @Test
    void permits_are_had_by_as_many_as_there_are_in_order() {
        Session session = world.session();
        Semaphore semaphore = world.client.recipes().semaphore(session, utf8("sem"), 2);
        List<CompletableFuture<Hold>> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            asked.add(semaphore.acquire());
            world.settle();
        }
        assertThat(asked).filteredOn(CompletableFuture::isDone).containsExactlyElementsOf(asked.subList(0, 2));
        assertThat(world.now(semaphore.tryAcquire())).isEmpty();

        int before = store.ranges;
        world.now(world.now(asked.get(1)).release());
        world.settle();
        assertThat(asked).filteredOn(CompletableFuture::isDone).containsExactlyElementsOf(asked.subList(0, 3));
        assertThat(store.ranges - before).isEqualTo(2);

        asked.get(3).cancel(true);
        world.now(world.now(asked.get(0)).release());
        world.settle();
        assertThat(asked.get(4)).isCompleted();
    }
}
