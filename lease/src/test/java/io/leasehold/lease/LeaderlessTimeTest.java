package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LeaderlessTimeTest {
    static LongStream seeds() {
        return Seeds.some(20);
    }

    @Test
    void a_member_starts_without_a_leader() {
        LeaderlessTime leaderless = new LeaderlessTime(10);

        assertThat(leaderless.between(0, 25)).isEqualTo(15);
        leaderless.leaderKnown(true, 30);
        leaderless.leaderKnown(true, 35);
        assertThat(leaderless.between(20, 100)).isEqualTo(10);
        assertThat(leaderless.between(30, 100)).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void equals_a_count_of_every_moment(long seed) {
        Random random = new Random(seed);
        LeaderlessTime leaderless = new LeaderlessTime(0);
        List<Boolean> known = new ArrayList<>();
        for (int moment = 0; moment < 400; moment++) {
            boolean before = !known.isEmpty() && known.getLast();
            boolean changes = moment > 0 && random.nextInt(3) == 0;
            boolean now = changes ? random.nextBoolean() : before;
            leaderless.leaderKnown(now, moment);
            known.add(now);
            int from = random.nextInt(moment + 1);
            long counted = known.subList(from, moment).stream().filter(k -> !k).count();
            assertThat(leaderless.between(from, moment)).isEqualTo(counted);
        }
    }

    @Test
    void when_too_many_spans_are_remembered_too_much_is_counted_never_too_little() {
        LeaderlessTime leaderless = new LeaderlessTime(0);
        for (int i = 0; i < 1_000; i++) {
            leaderless.leaderKnown(true, 10 * i + 1);
            leaderless.leaderKnown(false, 10 * i + 10);
        }

        assertThat(leaderless.between(0, 10_000)).isBetween(1_000L, 10_000L);
        assertThat(leaderless.between(9_000, 10_000)).isEqualTo(100);
    }
}
