package io.leasehold.lease.lessor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How leases end: the channel, renewals that wait, the spread after a promotion. Time is advanced by hand. */
@Timeout(60)
final class LessorExpiryTest {
    private final LessorRig rig = new LessorRig();
    private final Lessor lessor = rig.lessor;
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @BeforeEach
    void promote() {
        lessor.promote(Duration.ZERO);
    }

    @AfterEach
    void endCallers() {
        lessor.stop();
        callers.shutdownNow();
    }

    @Test
    void an_expired_lease_is_handed_over_and_not_before_its_time() {
        rig.granted(7, 2);
        rig.advance(Duration.ofNanos(1_999_999_999));
        assertThat(lessor.tick()).isZero();

        rig.advance(Duration.ofNanos(1));

        assertThat(lessor.tick()).isOne();
        assertThat(rig.takeAll()).containsExactly(List.of(7L));
    }

    @Test
    void batches_come_earliest_first_and_are_bounded() {
        for (long id = 1; id <= 501; id++) {
            rig.granted(id, 1_000 - id);
        }
        rig.advance(Duration.ofSeconds(1_000));

        assertThat(lessor.tick()).isEqualTo(500);
        assertThat(lessor.tick()).isOne();

        List<List<Long>> batches = rig.takeAll();
        assertThat(batches.get(0)).hasSize(500).startsWith(501L, 500L);
        assertThat(batches.get(1)).containsExactly(1L);
    }

    @Test
    void a_channel_nobody_drains_blocks_nobody_and_loses_nothing() throws InterruptedException {
        int leases = (ExpiredLeases.BATCHES_MAX + 4) * LessorState.BATCH_LEASES_MAX;
        for (long id = 1; id <= leases; id++) {
            rig.granted(id, 2);
        }
        rig.granted(-1, 60);
        for (int tick = 0; tick < 100; tick++) {
            rig.advance(Duration.ofMillis(100));
            lessor.tick();
        }

        assertThat(lessor.renew(-1)).isEqualTo(new Answer.Done<>(60L));
        List<Long> seen = new ArrayList<>();
        for (int tick = 0; tick < 100; tick++) {
            for (List<Long> batch : rig.takeAll()) {
                batch.forEach(id -> assertThat(lessor.revoke(id)).isEmpty());
                seen.addAll(batch);
            }
            lessor.tick();
        }
        assertThat(seen).hasSize(leases).doesNotHaveDuplicates();
        assertThat(lessor.leases()).hasSize(1);
    }

    @Test
    void a_lease_taken_and_not_revoked_comes_again() {
        rig.granted(7, 2);
        rig.advance(Duration.ofSeconds(2));
        lessor.tick();
        assertThat(rig.takeAll()).hasSize(1);

        rig.advance(Duration.ofNanos(LessorState.RETRY_NANOS - 1));
        assertThat(lessor.tick()).isZero();
        rig.advance(Duration.ofNanos(1));
        lessor.tick();

        assertThat(rig.takeAll()).containsExactly(List.of(7L));
        lessor.revoke(7);
        rig.advance(Duration.ofNanos(LessorState.RETRY_NANOS));
        assertThat(lessor.tick()).isZero();
    }

    @Test
    void demote_empties_the_channel_which_stays_the_same() {
        ExpiredLeases channel = lessor.expiredLeases();
        rig.granted(7, 2);
        rig.advance(Duration.ofSeconds(2));
        lessor.tick();

        lessor.demote();

        assertThat(channel.poll()).isEmpty();
        assertThat(lessor.expiredLeases()).isSameAs(channel);
    }

    @Test
    void take_waits_for_a_batch_and_ends_with_stop() throws Exception {
        Future<?> taken = whenWaiting(() -> lessor.expiredLeases().take().orElseThrow());
        rig.granted(7, 2);
        rig.advance(Duration.ofSeconds(2));
        lessor.tick();
        assertThat(taken.get()).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(1);

        Future<Boolean> ended = whenWaiting(() -> lessor.expiredLeases().take().isEmpty());
        lessor.stop();

        assertThat(ended.get()).isTrue();
        assertThat(lessor.expiredLeases().take(Duration.ZERO)).isEmpty();
    }

    @Test
    void renew_of_an_expired_lease_waits_until_it_is_revoked() throws Exception {
        rig.granted(7, 2);
        rig.advance(Duration.ofSeconds(2));

        Future<Answer<Long>> renewal = whenWaiting(() -> lessor.renew(7));
        lessor.revoke(7);

        assertThat(renewal.get()).isEqualTo(new Answer.Refused<Long>(LessorError.LEASE_NOT_FOUND));
    }

    @Test
    void renew_of_a_lease_being_revoked_waits_until_its_keys_are_gone() throws Exception {
        rig.granted(7, 60);
        rig.attach(7, "a");
        List<Future<Answer<Long>>> renewals = new ArrayList<>();
        rig.onDelete = key -> renewals.add(whenWaiting(() -> lessor.renew(7)));

        lessor.revoke(7);

        assertThat(renewals.getFirst().get()).isEqualTo(new Answer.Refused<Long>(LessorError.LEASE_NOT_FOUND));
    }

    @Test
    void demote_and_stop_wake_renewals_that_wait() throws Exception {
        Stream<Runnable> endings = Stream.of(lessor::demote, lessor::stop);
        for (Runnable ending : endings.toList()) {
            lessor.promote(Duration.ZERO);
            lessor.grant(7, 2);
            rig.advance(Duration.ofSeconds(2));

            Future<Answer<Long>> renewal = whenWaiting(() -> lessor.renew(7));
            ending.run();

            assertThat(renewal.get()).isEqualTo(new Answer.Refused<Long>(LessorError.NOT_PRIMARY));
        }
    }

    @Test
    void a_second_promotion_lets_a_renewal_that_waits_through() throws Exception {
        rig.granted(7, 2);
        rig.advance(Duration.ofSeconds(2));

        Future<Answer<Long>> renewal = whenWaiting(() -> lessor.renew(7));
        lessor.promote(Duration.ZERO);

        assertThat(renewal.get()).isEqualTo(new Answer.Done<>(2L));
    }

    @Test
    void a_stopped_lessor_is_never_primary_again() throws InterruptedException {
        rig.granted(7, 2);
        lessor.stop();
        lessor.stop();

        lessor.promote(Duration.ZERO);

        assertThat(lessor.renew(7)).isEqualTo(new Answer.Refused<Long>(LessorError.NOT_PRIMARY));
        assertThat(lessor.tick()).isZero();
    }

    @Test
    void after_a_promotion_at_most_750_of_many_leases_end_in_a_second() {
        lessor.demote();
        for (long id = 1; id <= 5_000; id++) {
            rig.granted(id, 10);
        }

        lessor.promote(Duration.ofSeconds(1));

        List<Long> leftNanos = lessor.leases().stream()
                .map(lease -> lease.remaining().toNanos())
                .toList();
        assertThat(leftNanos.getFirst()).isEqualTo(11_000_000_000L);
        assertThat(leftNanos.getLast()).isEqualTo(17_000_000_000L);
        assertThat(IntStream.range(750, 5_000))
                .allMatch(at -> leftNanos.get(at) - leftNanos.get(at - 750) >= 1_000_000_000L);
    }

    @Test
    void fewer_leases_are_not_spread() {
        lessor.demote();
        for (long id = 1; id <= 999; id++) {
            rig.granted(id, 10);
        }

        lessor.promote(Duration.ZERO);

        assertThat(lessor.leases()).allMatch(lease -> lease.remaining().equals(Duration.ofSeconds(10)));
    }

    @Test
    void callers_on_many_threads_leave_no_key_at_a_dead_lease() throws Exception {
        List<Future<Integer>> attachers = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            String key = "key-" + caller;
            attachers.add(callers.submit(() -> {
                int attached = 0;
                for (int round = 0; round < 2_000; round++) {
                    lessor.grant(7, 60);
                    attached += lessor.attach(7, List.of(LeaseItem.of(key))).isEmpty() ? 1 : 0;
                    lessor.revoke(7);
                    lessor.lookup(7).ifPresent(Lease::keys);
                }
                return attached;
            }));
        }
        int attached = 0;
        for (Future<Integer> attacher : attachers) {
            attached += attacher.get();
        }
        // Which of them gets between the others' grants and revokes is chance; that none ever does is not.
        assertThat(attached).isPositive();
        lessor.revoke(7);

        assertThat(lessor.leases()).isEmpty();
        assertThat(rig.store.load()).isEmpty();
        for (int caller = 0; caller < 4; caller++) {
            assertThat(lessor.getLease(LeaseItem.of("key-" + caller))).isEmpty();
        }
    }

    /** Calls on a thread of its own, and returns once that thread waits for something. */
    private <T> Future<T> whenWaiting(Callable<T> call) {
        Thread[] caller = new Thread[1];
        CountDownLatch begun = new CountDownLatch(1);
        Future<T> future = callers.submit(() -> {
            caller[0] = Thread.currentThread();
            begun.countDown();
            return call.call();
        });
        try {
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        while (!waits(caller[0]) && !future.isDone() && !Thread.interrupted()) {
            Thread.onSpinWait();
        }
        assertThat(future.isDone()).as("it waits").isFalse();
        return future;
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }
}
