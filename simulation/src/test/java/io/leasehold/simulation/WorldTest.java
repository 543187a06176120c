package io.leasehold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The promises over random faults, from seed 0 on: two hundred in the build, which stops early on a slow machine; more with
 * {@code -Dsimulation.seeds}, and for hours with {@code simulation/run}.
 */
final class WorldTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 200);
    private static final long LIMIT_NANOS = 120_000_000_000L;

    @Test
    void all_promises_are_kept_from_every_seed() {
        long startNanos = System.nanoTime();
        World.Tally tally = new World.Tally(0, 0, 0, 0, 0, 0);
        long seed = 0;
        while (seed < SEEDS && System.nanoTime() - startNanos < LIMIT_NANOS) {
            try {
                tally = tally.plus(new World(seed, null).run());
            } catch (PromiseBroken | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": simulation/run --seeds 1 --from " + seed + " --trace", e);
            }
            seed++;
        }
        System.out.println(seed + " seeds are clean: " + tally);

        assertThat(tally.acknowledged()).isPositive();
        assertThat(tally.denied()).isPositive();
        assertThat(tally.expired()).isPositive();
        assertThat(tally.reads()).isPositive();
        assertThat(tally.writes()).isPositive();
        assertThat(tally.watchEvents()).isPositive();
    }

    @Test
    void a_seed_gives_the_same_run_every_time() {
        List<String> once = new ArrayList<>();
        List<String> again = new ArrayList<>();

        new World(7, once::add).run();
        new World(7, again::add).run();

        assertThat(again).isEqualTo(once);
    }
}
