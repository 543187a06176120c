package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.lease.LeaseDeadlines.Renewed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeaseDeadlinesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 100 * SECOND;
    private static final long GRACE = 2 * SECOND;

    private final LeaseDeadlines deadlines = new LeaseDeadlines();

    @Test
    void a_lease_expires_at_its_deadline_and_not_a_nanosecond_before() {
        deadlines.grant(7, 1, 1, START);

        assertThat(polled(deadlines, START + SECOND - 1)).isEmpty();
        assertThat(polled(deadlines, START + SECOND)).containsExactly("expired 7@1");
        assertThat(polled(deadlines, START + 9 * SECOND)).as("handed over once").isEmpty();
    }

    @Test
    void a_renewal_moves_the_deadline_from_when_it_was_received_and_never_back() {
        deadlines.grant(7, 1, 10, START);

        deadlines.renew(7, START + 5);
        deadlines.renew(7, START + 3);

        assertThat(deadlines.deadlineNanos(7)).isEqualTo(START + 5 + 10 * SECOND);
    }

    @Test
    void an_expired_lease_is_never_revived() {
        deadlines.grant(7, 1, 1, START);
        polled(deadlines, START + SECOND);

        assertThat(deadlines.renew(7, START + SECOND)).isEqualTo(Renewed.ENDING);
        assertThat(deadlines.deadlineNanos(7)).isEqualTo(START + SECOND);
    }

    @Test
    void a_revoke_mark_stops_renewal_and_poll_until_it_is_taken_back() {
        deadlines.grant(7, 1, 1, START);
        deadlines.markRevoke(7, true);

        assertThat(deadlines.renew(7, START)).isEqualTo(Renewed.ENDING);
        assertThat(polled(deadlines, START + 5 * SECOND)).isEmpty();

        deadlines.markRevoke(7, false);
        assertThat(polled(deadlines, START + 5 * SECOND)).containsExactly("expired 7@1");
    }

    @Test
    void a_pinned_lease_is_neither_expired_nor_checkpointed() {
        deadlines.grant(7, 1, 10, START);
        deadlines.pin(7, true);

        assertThat(polled(deadlines, START + 4 * SECOND)).isEmpty();
        assertThat(polled(deadlines, START + 11 * SECOND)).isEmpty();

        deadlines.pin(7, false);
        assertThat(polled(deadlines, START + 11 * SECOND)).containsExactly("expired 7@1");
    }

    @Test
    void an_anchor_needs_one_clear() {
        deadlines.grant(7, 1, 60, START);
        assertThat(deadlines.renew(7, START)).isEqualTo(Renewed.ANCHORED);

        deadlines.clearProposed(7, 1);
        assertThat(deadlines.renew(7, START)).isEqualTo(Renewed.CLEAR);

        deadlines.clearRefused(7, 1);
        assertThat(deadlines.renew(7, START)).isEqualTo(Renewed.ANCHORED);
    }

    @Test
    void a_computed_checkpoint_needs_a_clear_before_it_is_even_proposed() {
        deadlines.grant(7, 1, 10, START);
        deadlines.clearProposed(7, 1);

        assertThat(polled(deadlines, START + 4 * SECOND)).containsExactly("checkpoint 7@1 6000");

        assertThat(deadlines.renew(7, START + 5 * SECOND)).isEqualTo(Renewed.ANCHORED);
    }

    @Test
    void checkpoints_come_at_fixed_shares_of_the_ttl() {
        deadlines.grant(7, 1, 100, START);
        long end = START + 100 * SECOND;

        assertThat(polled(deadlines, end - 60 * SECOND - 1)).isEmpty();
        assertThat(polled(deadlines, end - 60 * SECOND)).containsExactly("checkpoint 7@1 60000");
        assertThat(polled(deadlines, end - 30 * SECOND - 1)).isEmpty();
        assertThat(polled(deadlines, end - 30 * SECOND)).containsExactly("checkpoint 7@1 30000");
        assertThat(polled(deadlines, end - 15 * SECOND - 1)).isEmpty();
        assertThat(polled(deadlines, end - 15 * SECOND)).containsExactly("checkpoint 7@1 15000");
        assertThat(polled(deadlines, end - 7_500_000_000L)).containsExactly("checkpoint 7@1 7500");
        assertThat(polled(deadlines, end - 3_750_000_000L)).containsExactly("checkpoint 7@1 3750");
        assertThat(polled(deadlines, end - 1)).isEmpty();
        assertThat(polled(deadlines, end)).containsExactly("expired 7@1");
    }

    @Test
    void no_checkpoint_is_made_with_less_than_a_second_left() {
        deadlines.grant(1, 1, 2, START);
        deadlines.grant(2, 2, 1, START);

        assertThat(polled(deadlines, START + 800_000_000L)).containsExactly("checkpoint 1@1 1200");
        assertThat(polled(deadlines, START + SECOND - 1)).isEmpty();

        deadlines.grant(3, 3, 2, START + 10 * SECOND);
        assertThat(polled(deadlines, START + 11 * SECOND + 1))
                .as("polled late")
                .containsExactly("expired 2@2", "expired 1@1");
    }

    @Test
    void a_late_checkpoint_says_what_is_left_by_then_rounded_up() {
        deadlines.grant(7, 1, 100, START);

        assertThat(polled(deadlines, START + 75 * SECOND + 1)).containsExactly("checkpoint 7@1 25000");
        assertThat(polled(deadlines, START + 84 * SECOND)).isEmpty();
        assertThat(polled(deadlines, START + 85 * SECOND)).containsExactly("checkpoint 7@1 15000");
    }

    @Test
    void a_refused_checkpoint_is_computed_anew() {
        deadlines.grant(7, 1, 100, START);
        polled(deadlines, START + 40 * SECOND);

        deadlines.checkpointRefused(7, 1, START + 41 * SECOND);

        assertThat(polled(deadlines, START + 41 * SECOND)).containsExactly("checkpoint 7@1 59000");
    }

    @Test
    void a_checkpoint_refused_after_a_renewal_is_not_computed_anew() {
        deadlines.grant(7, 1, 100, START);
        polled(deadlines, START + 40 * SECOND);
        deadlines.renew(7, START + 41 * SECOND);

        deadlines.checkpointRefused(7, 1, START + 42 * SECOND);

        assertThat(polled(deadlines, START + 81 * SECOND - 1)).isEmpty();
        assertThat(polled(deadlines, START + 81 * SECOND)).containsExactly("checkpoint 7@1 60000");
    }

    @Test
    void a_refusal_meant_for_another_incarnation_changes_nothing() {
        deadlines.grant(7, 2, 100, START);
        polled(deadlines, START + 40 * SECOND);
        deadlines.clearProposed(7, 2);

        deadlines.checkpointRefused(7, 1, START + 41 * SECOND);
        deadlines.clearRefused(7, 1);

        assertThat(polled(deadlines, START + 41 * SECOND)).isEmpty();
        assertThat(deadlines.renew(7, START)).isEqualTo(Renewed.CLEAR);
    }

    @Test
    void poll_keeps_to_its_limit_and_to_the_order_of_deadlines_and_ids() {
        for (long id : new long[] {5, -3, 9, Long.MIN_VALUE, 1}) {
            deadlines.grant(id, 1, 1, START);
        }
        deadlines.grant(77, 1, 1, START - 1);

        List<String> seen = new ArrayList<>();
        assertThat(deadlines.poll(START + SECOND, 4, recorder(seen))).isEqualTo(4);
        assertThat(seen)
                .containsExactly("expired 77@1", "expired -9223372036854775808@1", "expired -3@1", "expired 1@1");
        assertThat(deadlines.poll(START + SECOND, 4, recorder(seen))).isEqualTo(2);
    }

    @Test
    void remaining_seconds_are_cut_toward_zero() {
        deadlines.grant(7, 1, 60, START);

        assertThat(deadlines.remainingSeconds(7, START)).isEqualTo(60);
        assertThat(deadlines.remainingSeconds(7, START + 1)).isEqualTo(59);
        assertThat(deadlines.remainingSeconds(7, START + 60 * SECOND)).isZero();
        assertThat(deadlines.remainingSeconds(7, START + 61 * SECOND - 1)).isZero();
        assertThat(deadlines.remainingSeconds(7, START + 61 * SECOND)).isEqualTo(-1);
    }

    @Test
    void an_incarnation_that_is_gone_does_not_end_the_next_one() {
        deadlines.grant(7, 1, 60, START);
        assertThat(deadlines.end(7, 1)).isTrue();
        deadlines.grant(7, 5, 60, START);

        assertThat(deadlines.end(7, 1)).isFalse();
        assertThat(deadlines.contains(7, 5)).isTrue();
        assertThatThrownBy(() -> deadlines.grant(7, 6, 60, START)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_longest_ttl_does_not_overflow() {
        deadlines.grant(7, 1, LeaseLimits.TTL_SECONDS_MAX, Long.MAX_VALUE / 8);

        assertThat(polled(deadlines, Long.MAX_VALUE / 4)).isEmpty();
        assertThat(deadlines.remainingSeconds(7, Long.MAX_VALUE / 4)).isPositive();
    }

    @Test
    void a_promoted_leader_takes_up_the_time_of_the_anchor() {
        LeaseTable table = new LeaseTable();
        table.grant(7, 100, 1, START);

        LeaseDeadlines promoted = promote(table, START + 30 * SECOND, leaderAlwaysKnown());

        assertThat(promoted.deadlineNanos(7)).isEqualTo(START + 100 * SECOND);
    }

    @Test
    void a_lease_whose_time_ran_out_gets_one_grace_and_the_leaderless_time_counted_from_its_end() {
        LeaseTable table = new LeaseTable();
        table.grant(7, 10, 1, START);
        long end = START + 10 * SECOND;

        assertThat(promote(table, end - SECOND, leaderAlwaysKnown()).deadlineNanos(7))
                .as("a grace from now, for its clients could not renew")
                .isEqualTo(end + SECOND);
        assertThat(promote(table, end + SECOND, leaderAlwaysKnown()).deadlineNanos(7))
                .as("never later than one grace behind its end")
                .isEqualTo(end + GRACE);
        assertThat(promote(table, end + 60 * SECOND, leaderAlwaysKnown()).deadlineNanos(7))
                .isEqualTo(end + GRACE);
    }

    @Test
    void leaderless_time_before_the_anchor_does_not_count() {
        LeaseTable table = new LeaseTable();
        table.grant(7, 10, 1, START);
        long end = START + 10 * SECOND;
        LeaderlessTime leaderless = new LeaderlessTime(0);
        leaderless.leaderKnown(true, START - 1);
        leaderless.leaderKnown(false, end);
        leaderless.leaderKnown(true, end + 5 * SECOND);

        assertThat(promote(table, end + 60 * SECOND, leaderless).deadlineNanos(7))
                .isEqualTo(end + GRACE + 5 * SECOND);
        assertThat(promote(table, end + 5 * SECOND, leaderless).deadlineNanos(7))
                .isEqualTo(end + 5 * SECOND + GRACE);
    }

    @Test
    void grace_is_never_longer_than_the_ttl() {
        LeaseTable table = new LeaseTable();
        table.grant(7, 1, 1, START);

        assertThat(promote(table, START + 500_000_000L, leaderAlwaysKnown()).deadlineNanos(7))
                .isEqualTo(START + 1_500_000_000L);
    }

    @Test
    void grace_does_not_start_anew_with_each_leader() {
        LeaseTable table = new LeaseTable();
        table.grant(7, 2, 1, START);
        long now = START;
        for (int reign = 0; reign < 50; reign++) {
            now += 600_000_000L;
            table.marker(now);
            LeaseDeadlines promoted = promote(table, now, leaderAlwaysKnown());
            if (polled(promoted, now + 500_000_000L).contains("expired 7@1")) {
                break;
            }
        }

        assertThat(now).as("its two seconds, one grace, one reign").isLessThanOrEqualTo(START + 5 * SECOND);
    }

    @Test
    void a_checkpoint_after_a_promotion_says_what_the_anchor_has_left_not_the_grace() {
        LeaseTable table = new LeaseTable();
        table.grant(7, 10, 1, START);
        table.checkpoint(7, 1, 3_200, START);

        LeaseDeadlines promoted = promote(table, START, leaderAlwaysKnown());

        assertThat(polled(promoted, START + 1_700_000_000L)).containsExactly("checkpoint 7@1 1500");
        assertThat(promoted.deadlineNanos(7)).isEqualTo(START + 3_200_000_000L);

        LeaseDeadlines later = promote(table, START + 2_200_000_000L, leaderAlwaysKnown());
        assertThat(later.deadlineNanos(7)).isEqualTo(START + 4_200_000_000L);
        assertThat(polled(later, START + 2_450_000_000L)).isEmpty();
    }

    @Test
    void a_renewal_after_a_promotion_needs_a_clear() {
        LeaseTable table = new LeaseTable();
        table.grant(7, 10, 1, START);
        table.clear(7, 1);
        table.marker(START + SECOND);

        LeaseDeadlines promoted = promote(table, START + 2 * SECOND, leaderAlwaysKnown());

        assertThat(promoted.deadlineNanos(7)).isEqualTo(START + 11 * SECOND);
        assertThat(promoted.renew(7, START + 2 * SECOND)).isEqualTo(Renewed.ANCHORED);
    }

    private static LeaseDeadlines promote(LeaseTable table, long nowNanos, LeaderlessTime leaderless) {
        return LeaseDeadlines.promoted(table.image(), nowNanos, GRACE, leaderless);
    }

    private static LeaderlessTime leaderAlwaysKnown() {
        LeaderlessTime leaderless = new LeaderlessTime(0);
        leaderless.leaderKnown(true, 0);
        return leaderless;
    }

    private static List<String> polled(LeaseDeadlines deadlines, long nowNanos) {
        List<String> seen = new ArrayList<>();
        deadlines.poll(nowNanos, 1_000, recorder(seen));
        deadlines.check();
        return seen;
    }

    static DueLeases recorder(List<String> seen) {
        return new DueLeases() {
            @Override
            public void expired(long id, long grantIndex) {
                seen.add("expired " + id + "@" + grantIndex);
            }

            @Override
            public void checkpointDue(long id, long grantIndex, long leftMillis) {
                seen.add("checkpoint " + id + "@" + grantIndex + " " + leftMillis);
            }
        };
    }
}
