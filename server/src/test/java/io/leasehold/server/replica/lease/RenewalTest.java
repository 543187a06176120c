package io.leasehold.server.replica.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.Incarnation;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.lease.KeeperRig.Answer;
import io.leasehold.server.replica.lease.KeeperRig.Kind;
import io.leasehold.server.replica.lease.KeeperRig.Proposed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules 2, 3, 4, 5 and 10: from the mailbox to the answer of a renewal. */
final class RenewalTest {
    private static final long SECOND = KeeperRig.SECOND;
    private static final LeaseRenewal NOT_FOUND = new LeaseRenewal.NotFound();

    private final KeeperRig rig = new KeeperRig().promoted(1);

    @Test
    void is_not_acknowledged_before_leadership_is_confirmed() {
        rig.grantAndClear(7, 10);

        Answer answer = rig.renew(7);
        rig.turn();
        assertThat(answer.isThere()).isFalse();

        rig.confirm(1);
        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
    }

    @Test
    void all_that_wait_share_one_round_and_none_joins_a_round_under_way() {
        rig.grantAndClear(7, 10);
        rig.grantAndClear(8, 20);
        Answer first = rig.renew(7);
        Answer second = rig.renew(8);
        rig.turn();
        assertThat(rig.rounds).hasSize(1);

        Answer late = rig.renew(7);
        rig.turn();
        assertThat(rig.rounds).hasSize(2);

        rig.confirm(1);
        assertThat(first.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
        assertThat(second.renewal).isEqualTo(new LeaseRenewal.Renewed(20_000));
        assertThat(late.isThere()).isFalse();
        rig.confirm(1);
        assertThat(late.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
    }

    @Test
    void counts_from_the_stamp_and_not_from_the_confirmation() {
        rig.grantAndClear(7, 10);
        rig.renew(7);
        rig.turn();
        long stamped = rig.monotonicNanos;
        rig.pass(2 * SECOND);
        rig.confirm(1);

        assertThat(expiryOf(7, 12 * SECOND) - stamped).isEqualTo(10 * SECOND);
    }

    @Test
    void is_stamped_after_it_was_taken_from_the_mailbox() {
        rig.grantAndClear(7, 10);
        List<Long> arrived = new ArrayList<>();
        rig.afterReading = () -> {
            if (arrived.isEmpty()) {
                // Between the first reading of the turn and the taking of the mail.
                rig.monotonicNanos += 40 * KeeperRig.MILLI;
                arrived.add(rig.monotonicNanos);
                rig.renew(7);
            }
        };
        rig.keeper.turn();
        assertThat(arrived).hasSize(1);
        rig.turn();
        rig.confirm(1);

        assertThat(expiryOf(7, 12 * SECOND)).isGreaterThanOrEqualTo(arrived.getFirst() + 10 * SECOND);
    }

    @Test
    void that_came_before_the_deadline_is_not_overtaken_by_the_expiry_in_a_slow_turn() {
        rig.grantAndClear(7, 10);
        rig.pass(10 * SECOND - 20 * KeeperRig.MILLI);
        List<Answer> answers = new ArrayList<>();
        AtomicInteger readings = new AtomicInteger();
        rig.beforeReading = () -> {
            if (readings.incrementAndGet() == 2) {
                // It comes in time, but when the mail of this turn is already taken; and the turn is slow.
                answers.add(rig.renew(7));
                rig.monotonicNanos += 30 * KeeperRig.MILLI;
            }
        };
        rig.keeper.turn();
        rig.turn();

        assertThat(rig.proposedKinds()).doesNotContain(Kind.EXPIRE);
        rig.confirm(1);
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();
        assertThat(answers.getFirst().renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
    }

    @Test
    void confirmed_in_another_term_is_refused() {
        rig.grantAndClear(7, 10);
        Answer answer = rig.renew(7);
        rig.turn();

        rig.confirm(2);

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.NOT_PRIMARY_LESSOR));
    }

    @Test
    void fails_as_the_round_fails() {
        rig.grantAndClear(7, 10);
        Answer first = rig.renew(7);
        rig.turn();
        rig.rounds.removeFirst().refused(ErrorCode.TIMEOUT);
        Answer second = rig.renew(7);
        rig.turn();
        rig.rounds.removeFirst().refused(ErrorCode.NOT_LEADER);
        rig.turn();

        assertThat(first.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.TIMEOUT));
        assertThat(second.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.NOT_PRIMARY_LESSOR));
    }

    @Test
    void of_a_lease_whose_grant_is_committed_but_not_applied_waits_for_it() {
        Answer answer = rig.renew(7);
        rig.turn();
        rig.rounds.removeFirst().confirmed(1, rig.index + 1);
        rig.turn();
        assertThat(answer.isThere()).isFalse();

        rig.grant(7, 10);
        rig.turn();
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
    }

    @Test
    void of_an_unknown_lease_is_answered_when_all_that_was_acknowledged_is_applied() {
        Answer unknown = rig.renew(7);
        Answer zero = rig.renew(0);
        rig.turn();
        rig.rounds.removeFirst().confirmed(1, rig.index + 1);
        rig.turn();
        assertThat(unknown.isThere()).isFalse();

        rig.index++;
        rig.applied();
        rig.turn();

        assertThat(unknown.renewal).isEqualTo(NOT_FOUND);
        assertThat(zero.renewal).isEqualTo(NOT_FOUND);
    }

    @Test
    void sees_a_grant_that_lies_in_the_mailbox_when_the_index_is_already_applied() {
        Answer answer = rig.renew(7);
        rig.turn();
        rig.rounds.removeFirst().confirmed(1, rig.index + 1);
        // Its confirmation is in the mailbox before the grant is, and the index is applied before the turn.
        rig.grant(7, 10);
        rig.turn();

        assertThat(answer.renewal).isNotEqualTo(NOT_FOUND);
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();
        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
    }

    @Test
    void of_a_lease_being_revoked_waits_for_the_outcome() {
        rig.grantAndClear(7, 10);
        rig.keeper.revokeProposed(7);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        assertThat(answer.isThere()).isFalse();

        rig.revokeApplied(7);
        rig.turn();

        assertThat(answer.renewal).isEqualTo(NOT_FOUND);
    }

    @Test
    void goes_on_when_the_revoke_was_refused() {
        rig.grantAndClear(7, 10);
        rig.keeper.revokeProposed(7);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);

        rig.keeper.revokeSettled(7);
        rig.turn();

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
    }

    @Test
    void finds_the_lease_granted_anew_behind_the_revoke() {
        rig.grantAndClear(7, 10);
        rig.keeper.revokeProposed(7);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.rounds.removeFirst().confirmed(1, rig.index + 2);
        rig.turn();

        rig.revokeApplied(7);
        rig.turn();
        assertThat(answer.isThere()).as("the grant may be behind").isFalse();
        long grantIndex = rig.grant(7, 30);
        rig.turn();
        Proposed clear = rig.takeProposed(Kind.CLEAR);
        assertThat(clear.leases()).containsExactly(new Incarnation(7, grantIndex));
        rig.apply(clear);
        rig.turn();

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(30_000));
    }

    @Test
    void a_revoke_mark_outlives_the_grant_that_lies_before_it_in_the_log() {
        rig.grantAndClear(7, 10);
        // In the log: revoke, grant, revoke; applied so far: none. A follower may have answered the last one.
        rig.keeper.revokeProposed(7);
        rig.keeper.revokeProposed(7);
        rig.revokeApplied(7);
        rig.grant(7, 10);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        assertThat(answer.isThere()).isFalse();

        rig.revokeApplied(7);
        rig.turn();

        assertThat(answer.renewal).isEqualTo(NOT_FOUND);
    }

    @Test
    void a_revoke_whose_fate_is_unknown_keeps_its_mark_until_the_next_promotion() {
        rig.grantAndClear(7, 60);
        rig.keeper.revokeProposed(7);
        rig.keeper.revokeLost(7);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        assertThat(answer.isThere()).isFalse();

        rig.promoted(3);
        Answer next = rig.renew(7);
        rig.turn();
        rig.confirm(3);
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();

        assertThat(next.renewal).isEqualTo(new LeaseRenewal.Renewed(60_000));
    }

    @Test
    void a_revoke_proposed_before_the_promotion_is_applied_is_marked() {
        KeeperRig fresh = new KeeperRig();
        fresh.grant(7, 10);
        fresh.keeper.revokeProposed(7);
        fresh.promoted(1);
        Answer answer = fresh.renew(7);
        fresh.turn();
        fresh.confirm(1);

        assertThat(answer.isThere()).isFalse();
        assertThat(fresh.proposed).isEmpty();
    }

    @Test
    void the_first_renewal_after_an_anchor_is_acknowledged_when_its_clear_is_applied() {
        long grantIndex = rig.grant(7, 10);
        Answer answer = rig.renew(7);
        rig.turn();
        assertThat(rig.proposed)
                .as("decided at the confirmation, not at the stamp")
                .isEmpty();
        rig.confirm(1);

        assertThat(answer.isThere()).isFalse();
        Proposed clear = rig.takeProposed(Kind.CLEAR);
        assertThat(clear.term()).isEqualTo(1);
        assertThat(clear.leases()).containsExactly(new Incarnation(7, grantIndex));
        rig.apply(clear);
        rig.turn();
        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));

        Answer next = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        assertThat(next.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
        assertThat(rig.proposed).isEmpty();
    }

    @Test
    void a_refused_clear_fails_its_renewals_and_the_next_one_clears_again() {
        rig.grant(7, 10);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);

        rig.takeProposed(Kind.CLEAR).listener().refused();
        rig.turn();
        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.LEADER_CHANGED));

        Answer next = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        assertThat(next.isThere()).isFalse();
        assertThat(rig.proposedKinds()).containsExactly(Kind.CLEAR);
    }

    @Test
    void a_clear_under_way_is_shared() {
        rig.grant(7, 10);
        Answer first = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        Answer second = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        assertThat(rig.proposedKinds()).containsExactly(Kind.CLEAR);
        assertThat(second.isThere()).isFalse();

        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();

        assertThat(first.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
        assertThat(second.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
    }

    @Test
    void a_clear_under_way_is_not_shared_if_a_checkpoint_was_computed_since() {
        rig.grant(7, 5);
        Answer first = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        Proposed clear = rig.takeProposed(Kind.CLEAR);
        rig.pass(7 * SECOND + 1);
        assertThat(first.renewal)
                .as("its time is up, so the lease is not pinned any more")
                .isEqualTo(new LeaseRenewal.Failed(ErrorCode.TIMEOUT));
        // The lease expires while nobody renews it; the same with a longer one shows the checkpoint.
        assertThat(rig.proposedKinds()).containsExactly(Kind.EXPIRE);

        rig.grant(8, 30);
        rig.renew(8);
        rig.turn();
        rig.confirm(1);
        Proposed old = rig.takeProposed(Kind.CLEAR);
        rig.pass(13 * SECOND);
        assertThat(rig.proposedKinds()).containsExactly(Kind.EXPIRE, Kind.CHECKPOINT);
        Answer second = rig.renew(8);
        rig.turn();
        rig.confirm(1);
        assertThat(rig.proposedKinds()).containsExactly(Kind.EXPIRE, Kind.CHECKPOINT, Kind.CLEAR);
        rig.apply(clear);
        rig.apply(old);
        rig.turn();
        assertThat(second.isThere())
                .as("the checkpoint lies behind the old clear")
                .isFalse();
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();
        assertThat(second.renewal).isEqualTo(new LeaseRenewal.Renewed(30_000));
    }

    @Test
    void a_lease_that_ends_before_its_clear_is_applied_is_not_found() {
        rig.grant(7, 10);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        Proposed clear = rig.takeProposed(Kind.CLEAR);

        rig.keeper.revokeProposed(7);
        rig.revokeApplied(7);
        rig.apply(clear);
        rig.turn();

        assertThat(answer.renewal).isEqualTo(NOT_FOUND);
    }

    @Test
    void a_clear_of_the_old_incarnation_does_not_acknowledge_a_renewal_of_the_new_one() {
        rig.grant(7, 10);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        Proposed old = rig.takeProposed(Kind.CLEAR);

        rig.keeper.revokeProposed(7);
        rig.revokeApplied(7);
        rig.grant(7, 20);
        Answer next = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        rig.apply(old);
        rig.turn();
        assertThat(next.isThere()).isFalse();
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();

        assertThat(answer.isThere()).isTrue();
        assertThat(next.renewal).isEqualTo(new LeaseRenewal.Renewed(20_000));
    }

    @Test
    void a_waiting_renewal_keeps_its_lease_from_expiry_until_its_own_time_is_up() {
        rig.grantAndClear(7, 2);
        rig.pass(SECOND / 2);
        Answer answer = rig.renew(7);
        rig.pass(6 * SECOND);
        assertThat(rig.proposed).isEmpty();
        assertThat(answer.isThere()).isFalse();

        rig.pass(SECOND);
        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.TIMEOUT));
        assertThat(rig.takeProposed(Kind.EXPIRE).ids()).containsExactly(7L);

        rig.confirm(1);
        assertThat(answer.renewal)
                .as("a late confirmation changes nothing")
                .isEqualTo(new LeaseRenewal.Failed(ErrorCode.TIMEOUT));
    }

    @Test
    void of_an_expired_lease_waits_for_its_end_and_never_revives_it() {
        rig.grantAndClear(7, 2);
        rig.pass(2 * SECOND);
        Proposed expiry = rig.takeProposed(Kind.EXPIRE);
        Answer answer = rig.renew(7);
        rig.turn();
        rig.confirm(1);
        assertThat(answer.isThere()).isFalse();

        rig.apply(expiry);
        rig.turn();

        assertThat(answer.renewal).isEqualTo(NOT_FOUND);
    }

    @Test
    void fails_at_demotion_wherever_it_waits() {
        rig.grantAndClear(1, 10);
        rig.grantAndClear(2, 10);
        rig.grant(3, 10);
        rig.keeper.revokeProposed(2);
        Answer ending = rig.renew(2);
        Answer clearing = rig.renew(3);
        rig.turn();
        rig.confirm(1);
        Answer applying = rig.renew(4);
        rig.turn();
        rig.rounds.removeFirst().confirmed(1, rig.index + 1);
        rig.turn();
        Answer confirming = rig.renew(1);
        rig.turn();
        Answer inTheMailbox = rig.renew(1);

        rig.keeper.demoted(1);
        rig.turn();

        LeaseRenewal failed = new LeaseRenewal.Failed(ErrorCode.NOT_PRIMARY_LESSOR);
        assertThat(List.of(ending, clearing, applying, confirming, inTheMailbox))
                .allSatisfy(answer -> assertThat(answer.isThere()).isTrue())
                .filteredOn(answer -> answer != inTheMailbox)
                .allSatisfy(answer -> assertThat(answer.renewal).isEqualTo(failed));
        rig.confirm(1);
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.promoted(3);
        assertThat(rig.proposed).isEmpty();
    }

    @Test
    void a_demotion_of_an_earlier_term_does_not_end_a_later_reign() {
        rig.grantAndClear(7, 10);
        rig.promoted(5);
        rig.keeper.demoted(4);
        Answer answer = rig.renew(7);
        rig.turn();

        assertThat(answer.isThere()).isFalse();
        assertThat(rig.rounds).hasSize(1);
    }

    @Test
    void fails_on_a_member_that_is_not_promoted() {
        KeeperRig fresh = new KeeperRig();
        Answer answer = fresh.renew(7);
        fresh.turn();

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.NOT_PRIMARY_LESSOR));
    }

    @Test
    void is_refused_when_too_many_wait_and_taken_again_when_they_are_answered() {
        for (int i = 0; i < LeaseKeeper.RENEWALS_LIMIT; i++) {
            rig.renew(7);
        }
        assertThat(rig.renew(7).renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.TOO_MANY_REQUESTS));

        rig.turn();
        rig.confirm(1);

        assertThat(rig.renew(7).isThere()).isFalse();
    }

    @Test
    void fails_when_the_member_stops() {
        rig.grantAndClear(7, 10);
        Answer waiting = rig.renew(7);
        rig.turn();
        Answer inTheMailbox = rig.renew(7);

        rig.keeper.stop();

        LeaseRenewal stopped = new LeaseRenewal.Failed(ErrorCode.STOPPED);
        assertThat(waiting.renewal).isEqualTo(stopped);
        assertThat(inTheMailbox.renewal).isEqualTo(stopped);
        assertThat(rig.renew(7).renewal).isEqualTo(stopped);
    }

    @Test
    void of_a_single_voter_is_answered_in_the_turn_that_takes_it() {
        rig.grantAndClear(7, 10);
        rig.confirmsAtOnce = true;
        rig.pass(SECOND);
        Answer answer = rig.renew(7);
        rig.keeper.turn();

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
        long renewed = rig.monotonicNanos;
        assertThat(expiryOf(7, 12 * SECOND) - renewed).isEqualTo(10 * SECOND);
    }

    @Test
    void of_a_single_voter_waits_for_its_clear_as_any_other_and_pins_its_lease() {
        rig.confirmsAtOnce = true;
        rig.grant(7, 2);
        Answer answer = rig.renew(7);
        rig.pass(3 * SECOND);
        assertThat(answer.isThere()).isFalse();
        assertThat(rig.proposedKinds()).containsExactly(Kind.CLEAR);

        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Renewed(2_000));
        assertThat(rig.takeProposed(Kind.EXPIRE).ids()).containsExactly(7L);
    }

    @Test
    void of_a_single_voter_is_not_found_only_when_all_that_was_acknowledged_is_applied() {
        rig.confirmsAtOnce = true;
        rig.index++;
        Answer answer = rig.renew(9);
        rig.turn();
        assertThat(answer.isThere()).isFalse();

        rig.applied();
        rig.turn();

        assertThat(answer.renewal).isEqualTo(NOT_FOUND);
    }

    @Test
    void taken_with_the_news_of_a_demotion_fails() {
        rig.grantAndClear(7, 10);
        rig.confirmsAtOnce = true;
        Answer answer = rig.renew(7);
        rig.keeper.demoted(1);
        rig.turn();

        assertThat(answer.renewal).isEqualTo(new LeaseRenewal.Failed(ErrorCode.NOT_PRIMARY_LESSOR));
    }

    @Test
    void many_that_wait_for_one_lease_are_answered_once_each() {
        rig.grant(7, 10);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(rig.renew(7));
            rig.turn();
        }
        // The first is answered with its clear, the others behind the end that the lease comes to.
        rig.confirm(1);
        rig.apply(rig.takeProposed(Kind.CLEAR));
        rig.turn();
        assertThat(answers.stream().filter(Answer::isThere)).hasSize(1);
        rig.keeper.revokeProposed(7);
        rig.turn();
        while (!rig.rounds.isEmpty()) {
            rig.confirm(1);
        }
        assertThat(answers.stream().filter(Answer::isThere)).hasSize(1);

        rig.revokeApplied(7);
        rig.turn();

        assertThat(answers.getFirst().renewal).isEqualTo(new LeaseRenewal.Renewed(10_000));
        assertThat(answers.subList(1, 5)).allMatch(answer -> NOT_FOUND.equals(answer.renewal));
    }

    /** Lets time pass until the lease is proposed for expiry; the monotonic time of it. */
    private long expiryOf(long id, long withinNanos) {
        long until = rig.monotonicNanos + withinNanos;
        while (rig.monotonicNanos < until) {
            rig.monotonicNanos += KeeperRig.MILLI;
            rig.turn();
            if (rig.proposed.stream()
                    .anyMatch(p -> p.kind() == Kind.EXPIRE && p.ids().contains(id))) {
                return rig.monotonicNanos;
            }
        }
        throw new AssertionError("lease " + id + " has not expired");
    }
}
