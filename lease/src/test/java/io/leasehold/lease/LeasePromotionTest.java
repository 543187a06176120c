package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.LeaseDeadlines.Renewed;
import org.junit.jupiter.api.Test;

final class LeasePromotionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long GRACE = 2 * SECOND;
    private static final long PROMOTED = 100 * SECOND;
    private static final int LEASES = 3_000;

    private final LeaseTable table = new LeaseTable();
    private final LeaderlessTime leaderless = new LeaderlessTime(0);

    LeasePromotionTest() {
        leaderless.leaderKnown(true, 0);
        for (int id = 1; id <= LEASES; id++) {
            // Some ran out before the promotion, some are renewed, some are not.
            table.grant(id, 1 + id % 200, id, id * (SECOND / 100));
            if (id % 3 == 0) {
                table.clear(id, id);
            }
        }
        table.marker(PROMOTED);
    }

    @Test
    void in_slices_it_comes_to_what_it_comes_to_in_one_piece() {
        LeaseDeadlines whole = LeaseDeadlines.promoted(table.image(), PROMOTED, GRACE, leaderless);
        LeasePromotion promotion = promotion();
        int slices = 0;
        while (promotion.isUnderWay()) {
            promotion.some(700);
            slices++;
        }

        assertThat(slices).isEqualTo(5);
        promotion.deadlines().check();
        assertThat(promotion.deadlines().ids()).isEqualTo(whole.ids());
        assertThat(promotion.deadlines().deadlines()).isEqualTo(whole.deadlines());
        assertThat(promotion.deadlines().nextDueNanos()).isEqualTo(whole.nextDueNanos());
    }

    @Test
    void what_happens_to_leases_meanwhile_holds() {
        LeasePromotion promotion = promotion();
        LeaseDeadlines deadlines = promotion.deadlines();
        promotion.some(1_000);

        assertThat(deadlines.renew(5, PROMOTED + SECOND)).isEqualTo(Renewed.ANCHORED);
        assertThat(deadlines.end(6, 6)).isTrue();
        deadlines.grant(9_999, 9_999, 60, PROMOTED);
        deadlines.markRevoke(7, true);
        promotion.some(LEASES);

        deadlines.check();
        assertThat(promotion.isUnderWay()).isFalse();
        assertThat(deadlines.size()).isEqualTo(LEASES);
        assertThat(deadlines.deadlineNanos(5)).isEqualTo(PROMOTED + SECOND + 6 * SECOND);
        assertThat(deadlines.contains(6)).isFalse();
        assertThat(deadlines.deadlineNanos(9_999)).isEqualTo(PROMOTED + 60 * SECOND);
        assertThat(deadlines.renew(7, PROMOTED)).isEqualTo(Renewed.ENDING);
    }

    @Test
    void a_lease_that_ended_before_its_turn_does_not_come_and_its_id_may_be_granted_anew() {
        LeasePromotion promotion = promotion();
        promotion.some(1_000);

        promotion.ended(2_000, 2_000);
        promotion.deadlines().grant(2_000, 10_000, 60, PROMOTED);
        promotion.ended(2_001, 2_001);
        promotion.some(LEASES);

        promotion.deadlines().check();
        assertThat(promotion.deadlines().contains(2_000, 10_000)).isTrue();
        assertThat(promotion.deadlines().contains(2_001)).isFalse();
        assertThat(promotion.deadlines().size()).isEqualTo(LEASES - 1);
    }

    private LeasePromotion promotion() {
        return new LeasePromotion(table.image(), PROMOTED, GRACE, leaderless);
    }
}
