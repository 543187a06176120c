package io.leasehold.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.LogMembership.LogMember;
import io.leasehold.raft.MembershipSteps.Plan;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MembershipStepsTest {
    private static final Plan THREE = new Plan(Set.of(1L, 2L, 3L), Set.of());
    private static final Plan AND_A_LISTENER = new Plan(Set.of(1L, 2L, 3L), Set.of(4L));

    @Test
    void nothing_is_to_be_done_when_both_agree() {
        assertThat(MembershipSteps.next(1, THREE, voters(1, 2, 3), id -> true, id -> true))
                .isEmpty();
    }

    @Test
    void a_newcomer_listens_first_and_only_when_it_is_heard() {
        assertThat(MembershipSteps.next(1, THREE, voters(1, 2, 3, 4), id -> false, id -> true))
                .isEmpty();
        assertThat(MembershipSteps.next(1, THREE, voters(1, 2, 3, 4), id -> true, id -> true))
                .contains(AND_A_LISTENER);
    }

    @Test
    void a_listener_that_does_not_know_that_it_is_one_gets_no_vote() {
        assertThat(MembershipSteps.next(1, AND_A_LISTENER, voters(1, 2, 3, 4), id -> true, id -> id != 4))
                .isEmpty();
        assertThat(MembershipSteps.next(1, AND_A_LISTENER, voters(1, 2, 3, 4), id -> true, id -> true))
                .contains(new Plan(Set.of(1L, 2L, 3L, 4L), Set.of()));
    }

    @Test
    void a_learner_stays_a_listener() {
        List<LogMember> table = List.of(member(1, false), member(2, false), member(3, false), member(4, true));

        assertThat(MembershipSteps.next(1, AND_A_LISTENER, table, id -> true, id -> true))
                .isEmpty();
    }

    @Test
    void who_is_removed_goes_first_voter_or_not() {
        assertThat(MembershipSteps.next(1, AND_A_LISTENER, voters(1, 2, 4), id -> true, id -> true))
                .contains(new Plan(Set.of(1L, 2L), Set.of(4L)));
        assertThat(MembershipSteps.next(1, AND_A_LISTENER, voters(1, 2, 3), id -> true, id -> true))
                .contains(THREE);
    }

    @Test
    void a_leader_that_goes_hands_over_to_a_voter_that_stays_and_is_heard() {
        assertThat(MembershipSteps.successor(AND_A_LISTENER, voters(2, 3, 4), id -> id != 2))
                .contains(3L);
        assertThat(MembershipSteps.successor(AND_A_LISTENER, voters(4), id -> true))
                .isEmpty();
    }

    @Test
    void a_leader_that_goes_takes_newcomers_in_when_nobody_else_could_lead() {
        Plan alone = new Plan(Set.of(1L), Set.of());

        assertThat(MembershipSteps.successor(alone, voters(2), id -> true)).isEmpty();
        assertThat(MembershipSteps.next(1, alone, voters(2), id -> true, id -> true))
                .contains(new Plan(Set.of(1L), Set.of(2L)));
    }

    private static List<LogMember> voters(long... ids) {
        return Arrays.stream(ids).mapToObj(id -> member(id, false)).toList();
    }

    private static LogMember member(long id, boolean learner) {
        return new LogMember(id, List.of("127.0.0.1:1"), learner);
    }
}
