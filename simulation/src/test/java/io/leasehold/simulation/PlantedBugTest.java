package io.leasehold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers can fail: bugs planted in the real code are found. */
final class PlantedBugTest {
    /** Seeds that are tried behind the first: what a seed does changes with every change of the code. */
    private static final int SEEDS = 60;

    @ParameterizedTest
    @CsvSource({"ACKNOWLEDGED_BEFORE_CONFIRM, 0", "EXPIRED_LEASE_REVIVED, 0"})
    void a_bug_of_safety_or_fairness_is_found(PlantedBug bug, long firstSeed) throws Exception {
        assertThat(find(bug, firstSeed, "run")).isPresent();
    }

    /** Never unsafe, so only a leader that does not last brings them to light. */
    @ParameterizedTest
    @EnumSource(names = {"ANCHOR_TIME_TAKEN_AT_PROMOTION", "GRACE_ANEW_AT_EACH_PROMOTION"})
    void a_bug_of_liveness_is_found(PlantedBug bug) throws Exception {
        assertThat(find(bug, 0, "runWithoutALastingLeader"))
                .hasValueSatisfying(broken -> assertThat(broken).hasMessageStartingWith("P4"));
    }

    /** A bug that can no longer be planted would be found by nobody. */
    @ParameterizedTest
    @EnumSource
    void every_bug_can_still_be_planted(PlantedBug bug) throws Exception {
        assertThat(Mutant.with(bug)).isNotNull();
    }

    @Test
    void leases_end_within_their_bound_although_no_leader_lasts() {
        for (long seed = 0; seed < 15; seed++) {
            new World(seed, null).runWithoutALastingLeader();
        }
    }

    private static Optional<Throwable> find(PlantedBug bug, long firstSeed, String story) throws Exception {
        Mutant mutant = Mutant.with(bug);
        Optional<Throwable> broken = Optional.empty();
        for (long seed = firstSeed; broken.isEmpty() && seed < firstSeed + SEEDS; seed++) {
            broken = mutant.run(seed, story);
        }
        return broken;
    }
}
