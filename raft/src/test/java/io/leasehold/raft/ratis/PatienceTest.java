package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long ELECTION_TIMEOUT_MILLIS = 1_000;
    private static final long SEED = 20_261_121;

    /** An id beyond the sign: members are ordered as unsigned numbers, as everywhere. */
    private static final long LARGE = -5;

    @Test
    void followers_wait_one_after_the_other_and_the_first_for_the_election_timeout() {
        Set<Long> voters = Set.of(3L, 7L, LARGE);

        assertThat(of(3).withLeaderMillis(7, voters)).isEqualTo(1_000);
        assertThat(of(LARGE).withLeaderMillis(7, voters)).isEqualTo(1_150);
        assertThat(of(7).withLeaderMillis(3, voters)).isEqualTo(1_000);
        assertThat(of(LARGE).withLeaderMillis(3, voters)).isEqualTo(1_150);
    }

    @Test
    void nobody_waits_for_twice_the_election_timeout_however_many_there_are() {
        List<Long> ids = LongStream.rangeClosed(1, 40).boxed().toList();

        assertThat(ids).allSatisfy(id -> assertThat(of(id).withLeaderMillis(1, Set.copyOf(ids)))
                .isBetween(ELECTION_TIMEOUT_MILLIS, 2 * ELECTION_TIMEOUT_MILLIS - 300));
    }

    @Test
    void the_wait_without_a_leader_differs_from_time_to_time() {
        Patience patience = of(1);

        List<Long> waits = LongStream.range(0, 100)
                .map(i -> patience.withoutLeaderMillis())
                .boxed()
                .toList();

        assertThat(waits).allMatch(wait -> wait >= 700 && wait < 1_300);
        assertThat(Set.copyOf(waits)).hasSizeGreaterThan(20);
    }

    private static Patience of(long memberId) {
        return new Patience(ELECTION_TIMEOUT_MILLIS, memberId, new SplittableRandom(SEED));
    }
}
