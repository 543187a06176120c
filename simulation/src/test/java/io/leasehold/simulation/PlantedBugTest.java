package io.leasehold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.simulation.SeedRun.Failure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers can fail: each rule of the leases, broken in the real code, is found out. */
final class PlantedBugTest {
    /** What a seed does changes with every change of the code: several times as many as were needed so far. */
    private static final int SEEDS = 1_000;

    @ParameterizedTest
    @EnumSource
    void a_planted_bug_is_found_and_its_world_is_clean_without_it(PlantedBug bug) throws Exception {
        Mutant mutant = Mutant.with(bug);

        SeedRun.Progress search = new SeedRun(0, SEEDS, () -> false, seed -> mutant.run(seed, bug.scenario())).run();

        assertThat(search.failure()).as("%s in %s", bug, bug.scenario()).isPresent();
        Failure found = search.failure().get();
        System.out.println(bug + " is found by seed " + found.seed() + " of " + bug.scenario() + ", behind "
                + search.seeds() + " others: " + found.cause().getMessage());
        assertThat(found.cause().getMessage()).matches("(?s)(" + bug.promises() + ").*");
        new World(found.seed(), bug.scenario(), null).run();
    }
}
