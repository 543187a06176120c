package io.leasehold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promises, from seed 0 on: some seconds of them in the build, more with {@code -Dsimulation.seconds}, and for hours
 * with {@code simulation/run}.
 */
final class ScenarioTest {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int SEEDS_MIN = 2 * Scenario.values().length;
    private static final long SECONDS = Long.getLong("simulation.seconds", 20);

    @Test
    void all_promises_are_kept_from_every_seed() throws InterruptedException {
        long startNanos = System.nanoTime();
        AtomicLong begun = new AtomicLong();

        SeedRun.Progress end = new SeedRun(
                        0,
                        Long.MAX_VALUE / 2,
                        // However slow the machine is, every scenario gets its turn.
                        () -> begun.get() >= SEEDS_MIN && System.nanoTime() - startNanos > SECONDS * NANOS_PER_SECOND,
                        seed -> {
                            begun.incrementAndGet();
                            return new World(seed, Scenario.of(seed), null).run();
                        })
                .run();

        System.out.println(end.seeds() + " seeds are clean: " + end.tally());
        end.failure().ifPresent(failure -> {
            throw new AssertionError("simulation/run --seed " + failure.seed() + " --trace", failure.cause());
        });
        assertThat(end.seeds()).isGreaterThanOrEqualTo(SEEDS_MIN);
        assertThat(end.tally().acknowledged()).isPositive();
        assertThat(end.tally().denied()).isPositive();
        assertThat(end.tally().expired()).isPositive();
        assertThat(end.tally().reads()).isPositive();
        assertThat(end.tally().writes()).isPositive();
        assertThat(end.tally().watchEvents()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void a_seed_gives_the_same_run_every_time(Scenario scenario) {
        List<String> once = new ArrayList<>();
        List<String> again = new ArrayList<>();

        new World(7, scenario, once::add).run();
        new World(7, scenario, again::add).run();

        assertThat(again).isEqualTo(once).isNotEmpty();
    }
}
