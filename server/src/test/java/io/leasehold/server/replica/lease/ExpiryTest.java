package io.leasehold.server.replica.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.Remaining;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.lease.KeeperRig.Answer;
import io.leasehold.server.replica.lease.KeeperRig.Kind;
import io.leasehold.server.replica.lease.KeeperRig.Proposed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Rules 1, 6, 7, 9 and 11: what the keeper proposes of its own accord, and what it says of the time left. */
final class ExpiryTest {
    private static final long SECOND = KeeperRig.SECOND;
    private static final long TICK = 10 * KeeperRig.MILLI;

    private final KeeperRig rig = new KeeperRig().promoted(4);

    @Test
    void a_lease_is_proposed_for_expiry_with_the_term_and_its_incarnation() {
        long grantIndex = rig.grant(7, 2);
        rig.pass(2 * SECOND - TICK);
        assertThat(rig.proposedKinds()).doesNotContain(Kind.EXPIRE);

        rig.pass(TICK);

        Proposed expiry = rig.takeProposed(Kind.EXPIRE);
        assertThat(expiry.term()).isEqualTo(4);
        assertThat(expiry.leases()).containsExactly(new Incarnation(7, grantIndex));
    }

    @Test
    void an_idle_lease_ends_within_two_ticks_of_its_deadline() {
        rig.grant(7, 2);
        rig.pass(2 * SECOND);
        rig.apply(rig.takeProposed(Kind.EXPIRE));
        rig.pass(2 * TICK);

        LeaseStats stats = rig.keeper.stats();
        assertThat(stats.expired()).isEqualTo(1);
        assertThat(stats.latenessSumNanos()).isLessThan(2 * TICK);
        assertThat(stats.latenessCounts().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1);
        assertThat(stats.leases()).isZero();
    }

    @Test
    void a_refused_expiry_is_proposed_again_at_the_next_tick_and_stays_marked() {
        rig.grantAndClear(7, 1);
        rig.pass(SECOND);
        rig.takeProposed(Kind.EXPIRE).listener().refused();
        rig.turn();
        assertThat(rig.proposed).as("not in a tight loop").isEmpty();
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(4);
        assertThat(answer.isThere()).as("never revived").isFalse();

        rig.pass(TICK);

        Proposed again = rig.takeProposed(Kind.EXPIRE);
        assertThat(again.ids()).containsExactly(7L);
        rig.apply(again);
        rig.turn();
        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.NotFound());
    }

    @Test
    void a_refused_expiry_of_a_lease_revoked_meanwhile_is_dropped() {
        rig.grantAndClear(7, 1);
        rig.pass(SECOND);
        rig.takeProposed(Kind.EXPIRE).listener().refused();
        rig.keeper.revokeProposed(7);
        rig.revokeApplied(7);
        rig.grant(7, 60);
        rig.pass(5 * TICK);

        assertThat(rig.proposed).isEmpty();
    }

    @Test
    void many_leases_go_into_bounded_commands_and_those_one_after_the_other() {
        int leases = 4 * ExpiryPace.LEASES_UNHURRIED;
        for (long id = 1; id <= leases; id++) {
            rig.grant(id, 1);
        }
        rig.pass(SECOND);

        assertThat(rig.proposed).hasSize(1);
        assertThat(rig.proposed).allSatisfy(p -> assertThat(p.leases()).hasSize(ExpiryPace.LEASES_UNHURRIED));
        Set<Long> ended = new HashSet<>();
        while (!rig.proposed.isEmpty()) {
            Proposed expiry = rig.takeProposed(Kind.EXPIRE);
            ended.addAll(expiry.ids());
            rig.apply(expiry);
            rig.turn();
        }
        assertThat(ended).hasSize(leases);
        assertThat(rig.table.size()).isZero();
    }

    @Test
    void the_end_of_many_leases_rests_for_longer_than_it_works_until_it_is_late() {
        int leases = 40 * ExpiryPace.LEASES_UNHURRIED;
        for (long id = 1; id <= leases; id++) {
            rig.grant(id, 1);
        }
        rig.pass(SECOND);
        rig.monotonicNanos += 4 * KeeperRig.MILLI;
        rig.apply(rig.takeProposed(Kind.EXPIRE));
        rig.turn();
        rig.monotonicNanos += 4 * KeeperRig.MILLI;
        rig.turn();
        assertThat(rig.proposed).as("resting").isEmpty();
        rig.monotonicNanos += 4 * KeeperRig.MILLI;
        rig.turn();
        assertThat(rig.proposed).as("rested").hasSize(1);

        rig.monotonicNanos += leases * ExpiryPace.ALLOWED_NANOS_PER_LEASE;
        rig.turn();

        assertThat(rig.proposed).as("late").hasSize(ExpiryPace.HURRIED_LIMIT);
        assertThat(rig.proposed.getLast().leases()).as("late").hasSize(ExpiryPace.LEASES_HURRIED);
        rig.apply(rig.takeProposed(Kind.EXPIRE));
        rig.turn();
        assertThat(rig.proposed).as("late, and no rest").hasSize(ExpiryPace.HURRIED_LIMIT);
    }

    @Test
    void leases_that_an_expiry_did_not_get_to_are_proposed_again_at_once_in_smaller_commands() {
        LongStream.rangeClosed(1, 40).forEach(id -> rig.grant(id, 1));
        rig.pass(SECOND);
        Proposed whole = rig.takeProposed(Kind.EXPIRE);
        List<Incarnation> done = whole.leases().subList(0, 10);
        rig.keeper.ended(done);

        whole.listener().applied();
        rig.turn();

        Proposed next = rig.takeProposed(Kind.EXPIRE);
        assertThat(next.leases()).isEqualTo(whole.leases().subList(10, 20));
        rig.apply(next);
        rig.turn();
        assertThat(rig.takeProposed(Kind.EXPIRE).leases())
                .as("whole ones are done, so twice as many")
                .isEqualTo(whole.leases().subList(20, 40));
    }

    @Test
    void a_log_that_refuses_for_good_is_asked_less_and_less_often() {
        rig.grant(7, 1);
        rig.pass(SECOND);
        int asked = 0;
        for (int tick = 0; tick < 500; tick++) {
            while (!rig.proposed.isEmpty()) {
                rig.proposed.remove(0).listener().refused();
                asked++;
            }
            rig.pass(TICK);
        }

        assertThat(asked).isBetween(10, 20);
    }

    @Test
    void expiries_that_nobody_answers_for_long_are_neither_lost_nor_repeated() {
        LongStream.rangeClosed(1, 20).forEach(id -> rig.grant(id, 1));
        rig.pass(11 * SECOND);

        assertThat(rig.proposed).hasSize(1);
        rig.apply(rig.takeProposed(Kind.EXPIRE));
        rig.pass(TICK);
        assertThat(rig.table.size()).isZero();
        assertThat(rig.proposed).isEmpty();
    }

    @Test
    void a_lease_that_nobody_renews_is_checkpointed_five_times_at_most() {
        long grantIndex = rig.grant(7, 100);
        List<Long> left = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rig.pass(SECOND);
            while (rig.proposedKinds().contains(Kind.CHECKPOINT)) {
                Proposed checkpoint = rig.takeProposed(Kind.CHECKPOINT);
                assertThat(checkpoint.term()).isEqualTo(4);
                assertThat(checkpoint.remaining()).hasSize(1).first().satisfies(r -> {
                    assertThat(r.grantIndex()).isEqualTo(grantIndex);
                    left.add(r.leftMillis());
                });
                rig.apply(checkpoint);
            }
        }

        assertThat(left).containsExactly(60_000L, 30_000L, 15_000L, 7_500L, 3_750L);
        assertThat(rig.proposedKinds()).containsExactly(Kind.EXPIRE);
    }

    @Test
    void a_refused_checkpoint_is_computed_anew_and_not_sent_again() {
        long grantIndex = rig.grant(7, 10);
        rig.pass(4 * SECOND);
        Proposed refused = rig.takeProposed(Kind.CHECKPOINT);
        assertThat(refused.remaining()).containsExactly(new Remaining(7, grantIndex, 6_000));

        refused.listener().refused();
        rig.turn();
        assertThat(rig.proposed).isEmpty();
        rig.pass(TICK);

        assertThat(rig.takeProposed(Kind.CHECKPOINT).remaining()).containsExactly(new Remaining(7, grantIndex, 5_990));
    }

    @Test
    void a_checkpoint_refused_after_a_renewal_does_not_land_behind_its_clear() {
        rig.grantAndClear(7, 10);
        rig.pass(4 * SECOND);
        Proposed checkpoint = rig.takeProposed(Kind.CHECKPOINT);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(4);
        assertThat(rig.proposedKinds())
                .as("the checkpoint was computed, so a clear is needed")
                .containsExactly(Kind.CLEAR);

        checkpoint.listener().refused();
        rig.pass(TICK);
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.pass(TICK);

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
        assertThat(rig.proposed).isEmpty();
    }

    @Test
    void a_promotion_goes_on_where_the_anchor_stands() {
        rig.grant(7, 10);
        rig.pass(3 * SECOND);
        rig.keeper.demoted(4);
        rig.promoted(5);

        rig.pass(7 * SECOND - TICK);
        assertThat(rig.proposedKinds()).doesNotContain(Kind.EXPIRE);
        rig.pass(TICK);
        assertThat(rig.takeProposed(Kind.EXPIRE).term()).isEqualTo(5);
    }

    @Test
    void a_cleared_lease_gets_its_ttl_once_however_many_leaders_follow() {
        rig.grantAndClear(7, 2);
        long start = rig.monotonicNanos;
        for (long term = 5; !rig.proposedKinds().contains(Kind.EXPIRE); term++) {
            rig.keeper.demoted(term - 1);
            rig.promoted(term);
            rig.pass(600 * KeeperRig.MILLI);
            assertThat(rig.monotonicNanos - start)
                    .as("TTL, grace and one reign")
                    .isLessThan(5 * SECOND);
        }
    }

    @Test
    void a_restart_takes_the_same_way_with_anchors_that_count_from_it() {
        KeeperRig restarted = new KeeperRig();
        restarted.table.grant(7, 10, 50, restarted.clock.now());
        restarted.promoted(9);

        restarted.pass(10 * SECOND - TICK);
        assertThat(restarted.proposedKinds()).doesNotContain(Kind.EXPIRE);
        restarted.pass(TICK);
        assertThat(restarted.takeProposed(Kind.EXPIRE).leases()).containsExactly(new Incarnation(7, 50));
    }

    @Test
    void time_without_a_leader_is_given_to_leases_whose_time_ran_out_in_it() {
        KeeperRig follower = new KeeperRig();
        follower.keeper.leaderChanged(2);
        follower.keeper.marked(2, 8);
        follower.turn();
        follower.table.grant(7, 3, 50, follower.clock.now());
        follower.pass(2 * SECOND);
        follower.keeper.leaderChanged(0);
        follower.turn();
        follower.pass(6 * SECOND);
        follower.promoted(9);

        follower.pass(2 * SECOND - TICK);
        assertThat(follower.proposedKinds()).doesNotContain(Kind.EXPIRE);
        follower.pass(TICK);
        assertThat(follower.proposedKinds()).contains(Kind.EXPIRE);
    }

    @Test
    void a_leader_that_cannot_commit_its_marker_counts_as_none() {
        KeeperRig elected = new KeeperRig();
        elected.keeper.leaderChanged(2);
        elected.keeper.marked(2, 8);
        elected.turn();
        elected.table.grant(7, 3, 50, elected.clock.now());
        elected.pass(2 * SECOND);
        elected.keeper.leaderChanged(KeeperRig.MEMBER_ID);
        elected.turn();
        elected.pass(6 * SECOND);
        Answer askedTooEarly = elected.renew(7);
        elected.turn();
        elected.promoted(9);
        Answer askedAgain = elected.renew(7);
        elected.pass(TICK);

        assertThat(askedTooEarly.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.NOT_PRIMARY_LESSOR));
        assertThat(elected.proposedKinds()).doesNotContain(Kind.EXPIRE);
        elected.confirm(9);
        elected.apply(elected.takeProposed(Kind.CLEAR));
        elected.turn();
        assertThat(askedAgain.renewal).isEqualTo(new LeaseRenewal.Renewed(3_000));
    }

    /** Case 52 of docs/lease-cases.md. */
    @Test
    void a_day_of_renewals_leaves_nothing_behind_once_all_leases_are_revoked() {
        int leases = 50_000;
        for (int id = 1; id <= leases; id++) {
            rig.grant(id, 12 * 3_600);
        }
        rig.turn();
        for (int hour = 1; hour <= 24; hour++) {
            passInLargeSteps(3_600 * SECOND);
            if (hour % 8 == 0) {
                renewAll(leases);
            }
        }
        assertThat(rig.proposedKinds()).doesNotContain(Kind.EXPIRE);

        for (int id = 1; id <= leases; id++) {
            rig.revokeApplied(id);
        }
        passInLargeSteps(SECOND);

        assertThat(rig.table.size()).isZero();
        assertThat(rig.keeper.stats().leases()).isZero();
        assertThat(rig.keeper.stats().waitingRenewals()).isZero();
    }

    private void renewAll(int leases) {
        List<Answer> answers = new ArrayList<>();
        for (int id = 1; id <= leases; id++) {
            answers.add(rig.renew(id));
        }
        rig.turn();
        rig.confirm(rig.term);
        for (Proposed command : List.copyOf(rig.proposed)) {
            rig.proposed.remove(command);
            rig.apply(command);
        }
        rig.turn();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(12 * 3_600_000L)));
    }

    /** In the largest steps that the lease clock counts in full. */
    private void passInLargeSteps(long nanos) {
        for (long passed = 0; passed < nanos; passed += SECOND / 2) {
            rig.monotonicNanos += SECOND / 2;
            rig.turn();
        }
    }

    @Test
    void a_stall_of_the_process_is_not_counted() {
        rig.grantAndClear(7, 2);
        rig.pass(SECOND);

        rig.monotonicNanos += 10 * SECOND;
        rig.turn();
        assertThat(rig.proposedKinds()).doesNotContain(Kind.EXPIRE);
        rig.pass(SECOND - 3 * TICK);
        assertThat(rig.proposedKinds()).doesNotContain(Kind.EXPIRE);

        rig.pass(3 * TICK);
        assertThat(rig.proposedKinds()).contains(Kind.EXPIRE);
        assertThat(rig.keeper.stats().clockStalls()).isEqualTo(1);
    }

    @Test
    void the_time_left_is_told_in_whole_seconds_and_goes_below_zero() {
        rig.grant(7, 60);

        assertThat(remaining(7)).isEqualTo(new LeaseRemaining.Known(59, 60));
        rig.pass(60 * SECOND);
        assertThat(remaining(7)).isEqualTo(new LeaseRemaining.Known(0, 60));
        rig.pass(SECOND);
        assertThat(remaining(7)).isEqualTo(new LeaseRemaining.Known(-1, 60));
        rig.apply(rig.takeProposed(Kind.EXPIRE));
        assertThat(remaining(7)).isEqualTo(new LeaseRemaining.Unknown());
        rig.keeper.demoted(4);
        assertThat(remaining(7)).isEqualTo(new LeaseRemaining.NotLeading());
    }

    @Test
    void leases_are_listed_by_the_time_they_have_left() {
        rig.grant(1, 60);
        rig.grant(-2, 10);
        rig.grant(3, 30);
        List<long[]> listed = new ArrayList<>();
        rig.keeper.list(listing -> listed.add(listing.idsByRemaining()), () -> {});
        rig.turn();
        rig.revokeApplied(3);
        rig.keeper.list(listing -> listed.add(listing.idsByRemaining()), () -> {});
        rig.turn();

        assertThat(listed.getFirst()).containsExactly(-2, 3, 1);
        assertThat(listed.getLast()).containsExactly(-2, 1);
    }

    private LeaseRemaining remaining(long id) {
        List<LeaseRemaining> answers = new ArrayList<>();
        rig.keeper.remaining(id, answers::add);
        rig.turn();
        return answers.getFirst();
    }
}
