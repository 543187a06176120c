package io.leasehold.lease.lessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checkpoints that a lessor has made by itself; two lessors behind one checkpointer stand for two members of a cluster. */
class LessorCheckpointTest {
    private final LessorRig rig = new LessorRig();
    private final LessorRig other = new LessorRig();
    private final Lessor lessor = rig.lessor;
    private final List<LeaseCheckpoint> noted = new ArrayList<>();
    private boolean refusing;

    @BeforeEach
    void promote() {
        lessor.setCheckpointer(this::note);
        lessor.promote(Duration.ZERO);
    }

    private boolean note(List<LeaseCheckpoint> checkpoints) {
        if (refusing) {
            return false;
        }
        noted.addAll(checkpoints);
        for (LeaseCheckpoint checkpoint : checkpoints) {
            lessor.checkpoint(checkpoint.id(), checkpoint.remainingSeconds());
            other.lessor.checkpoint(checkpoint.id(), checkpoint.remainingSeconds());
        }
        return true;
    }

    private void grantOnBoth(long id, long ttlSeconds) {
        rig.granted(id, ttlSeconds);
        other.granted(id, ttlSeconds);
    }

    private void pass(Duration time) {
        rig.advance(time);
        other.advance(time);
        lessor.tick();
    }

    @Test
    void a_lease_that_nobody_renews_is_checkpointed_five_times() {
        grantOnBoth(7, 1_000);

        for (int second = 0; second < 999; second++) {
            pass(Duration.ofSeconds(1));
        }

        assertThat(noted).extracting(LeaseCheckpoint::remainingSeconds).containsExactly(600L, 300L, 150L, 75L, 37L);
    }

    @Test
    void a_lease_renewed_in_time_is_never_checkpointed() throws InterruptedException {
        grantOnBoth(7, 60);

        for (int round = 0; round < 10; round++) {
            pass(Duration.ofSeconds(20));
            lessor.renew(7);
        }

        assertThat(noted).isEmpty();
    }

    @Test
    void the_next_primary_goes_on_where_the_checkpoint_was() {
        grantOnBoth(7, 3_600);
        pass(Duration.ofMinutes(25));

        lessor.demote();
        other.lessor.promote(Duration.ofSeconds(1));

        // 3600 - 1500 s were left when it was noted, and nothing passed since.
        assertThat(other.lessor.lookup(7).orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(2_101));
    }

    @Test
    void a_renewal_takes_the_checkpoint_back_everywhere_before_it_is_answered() throws InterruptedException {
        grantOnBoth(7, 60);
        pass(Duration.ofSeconds(30));

        assertThat(lessor.renew(7)).isEqualTo(new Answer.Done<>(60L));

        assertThat(noted).containsExactly(new LeaseCheckpoint(7, 30), new LeaseCheckpoint(7, 0));
        other.lessor.promote(Duration.ZERO);
        assertThat(other.lessor.lookup(7).orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void a_renewal_is_refused_when_the_checkpoint_cannot_be_taken_back() throws InterruptedException {
        grantOnBoth(7, 60);
        pass(Duration.ofSeconds(30));
        refusing = true;

        assertThat(lessor.renew(7)).isEqualTo(new Answer.Refused<Long>(LessorError.NOT_PRIMARY));

        assertThat(lessor.lookup(7).orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void a_checkpoint_that_was_refused_is_made_again_with_what_is_left_by_then() {
        grantOnBoth(7, 60);
        refusing = true;
        pass(Duration.ofSeconds(24));
        refusing = false;

        pass(Duration.ofSeconds(3));

        assertThat(noted).containsExactly(new LeaseCheckpoint(7, 33));
    }

    @Test
    @Timeout(30)
    void a_renewal_that_meets_a_checkpoint_on_its_way_comes_behind_it() throws Exception {
        grantOnBoth(7, 60);
        CompletableFuture<Answer<Long>> renewal = new CompletableFuture<>();
        Thread renewing = Thread.ofPlatform().unstarted(() -> renewal.complete(renewed()));
        lessor.setCheckpointer(checkpoints -> {
            if (noted.isEmpty()) {
                // Computed and not noted yet: the renewal may not be answered without taking it back.
                renewing.start();
                while (renewing.getState() != Thread.State.WAITING && !renewal.isDone()) {
                    Thread.onSpinWait();
                }
                assertThat(renewal.isDone()).isFalse();
            }
            return note(checkpoints);
        });

        pass(Duration.ofSeconds(30));

        assertThat(renewal.get()).isEqualTo(new Answer.Done<>(60L));
        assertThat(noted).containsExactly(new LeaseCheckpoint(7, 30), new LeaseCheckpoint(7, 0));
        other.lessor.promote(Duration.ZERO);
        assertThat(other.lessor.lookup(7).orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(60));
    }

    private Answer<Long> renewed() {
        try {
            return lessor.renew(7);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void many_are_given_in_lists_of_a_thousand_and_expiry_is_not_held_up() {
        for (long id = 1; id <= 2_500; id++) {
            grantOnBoth(id, 60);
        }
        List<Integer> sizes = new ArrayList<>();
        lessor.setCheckpointer(checkpoints -> sizes.add(checkpoints.size()) && note(checkpoints));
        grantOnBoth(9_999, 20);

        rig.advance(Duration.ofSeconds(30));
        int ticks = 0;
        while (lessor.tick() > 0) {
            ticks++;
        }

        assertThat(sizes).allMatch(size -> size <= Lessor.CHECKPOINTS_MAX);
        assertThat(noted)
                .extracting(LeaseCheckpoint::id)
                .doesNotHaveDuplicates()
                .hasSize(2_500);
        assertThat(ticks).isLessThan(10);
        assertThat(rig.takeAll()).containsExactly(List.of(9_999L));
    }

    @Test
    void without_a_checkpointer_nothing_is_noted() {
        other.granted(7, 60);
        other.lessor.promote(Duration.ZERO);
        other.advance(Duration.ofSeconds(59));

        other.lessor.tick();

        assertThat(other.store.load()).containsExactly(new StoredLease(7, 60, 0));
    }

    @Test
    void a_checkpoint_of_nothing_is_refused() {
        assertThatThrownBy(() -> new LeaseCheckpoint(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LeaseCheckpoint(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
