package io.leasehold.server.replica.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.Incarnation;
import io.leasehold.server.replica.lease.KeeperRig.Answer;
import io.leasehold.server.replica.lease.KeeperRig.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A promotion of more leases than one turn takes in: nobody is told of a lease that it is not there before all are. */
final class PromotionTest {
    private static final int LEASES = 3 * Reign.PROMOTED_PER_TURN;
    private static final int LAST = LEASES;

    private final KeeperRig rig = new KeeperRig();

    @BeforeEach
    void promote() {
        for (int id = 1; id <= LEASES; id++) {
            rig.table.grant(id, 60, id, rig.clock.advance(rig.monotonicNanos));
        }
        rig.index = LEASES;
        rig.term = 1;
        rig.applied();
        rig.table.marker(rig.clock.advance(rig.monotonicNanos));
        rig.keeper.promoted(1, rig.table.image());
    }

    @Test
    void renewals_of_leases_taken_in_go_on_while_others_wait() {
        Answer first = rig.renew(1);
        Answer last = rig.renew(LAST);
        Answer unknown = rig.renew(LAST + 1);
        assertThat(rig.keeper.turn()).as("more is to do").isTrue();
        rig.rounds.removeFirst().confirmed(1, rig.index);
        assertThat(rig.keeper.turn()).isTrue();

        assertThat(first.isThere()).as("waits for its clear").isFalse();
        assertThat(last.isThere()).isFalse();
        assertThat(unknown.isThere()).isFalse();
        assertThat(rig.takeProposed(Kind.CLEAR).ids()).containsExactly(1L);

        rig.turn();
        assertThat(rig.takeProposed(Kind.CLEAR).ids()).containsExactly((long) LAST);
        assertThat(unknown.renewal).isEqualTo(new LeaseRenewal.NotFound());
    }

    @Test
    void questions_wait_for_the_whole() {
        List<Object> answers = new ArrayList<>();
        rig.keeper.remaining(LAST, answers::add);
        rig.keeper.list(listing -> answers.add(listing.size()), () -> answers.add("not leading"));
        rig.keeper.turn();
        assertThat(answers).isEmpty();

        rig.turn();
        assertThat(answers).containsExactly(new LeaseRemaining.Known(59, 60), LEASES);
    }

    @Test
    void questions_are_answered_when_the_reign_ends_first() {
        List<Object> answers = new ArrayList<>();
        rig.keeper.remaining(LAST, answers::add);
        rig.keeper.turn();
        rig.keeper.demoted(1);
        rig.turn();

        assertThat(answers).containsExactly(new LeaseRemaining.NotLeading());
    }

    @Test
    void a_lease_that_ended_before_it_was_taken_in_is_gone() {
        rig.keeper.turn();
        rig.keeper.ended(List.of(new Incarnation(LAST, LAST)));
        Answer ended = rig.renew(LAST);
        rig.turn();
        rig.confirm(1);

        assertThat(ended.renewal).isEqualTo(new LeaseRenewal.NotFound());
    }
}
