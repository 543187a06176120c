package io.leasehold.server.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the whole heap is collected. */
final class GarbageBoundTest {
    private static final long MIB = 1L << 20;
    private static final long BUSY_BYTES = GarbageBound.QUIET_BYTES_MAX + 1;

    @Test
    void a_heap_that_holds_little_is_collected_when_it_has_grown_by_a_fixed_amount() {
        GarbageBound bound = new GarbageBound(20 * MIB);

        assertThat(bound.isDue(20 * MIB + GarbageBound.GROWTH_BYTES_MIN - 1, 0)).isFalse();
        assertThat(bound.isDue(20 * MIB + GarbageBound.GROWTH_BYTES_MIN, 0)).isTrue();
    }

    @Test
    void a_heap_that_holds_much_may_grow_in_proportion() {
        long alive = 1_000 * MIB;
        GarbageBound bound = new GarbageBound(20 * MIB);
        bound.collected(alive);

        assertThat(bound.isDue(alive + GarbageBound.GROWTH_PER_ALIVE * alive - 1, 0))
                .isFalse();
        assertThat(bound.isDue(alive + GarbageBound.GROWTH_PER_ALIVE * alive, 0))
                .isTrue();
    }

    @Test
    void what_the_jvm_has_collected_by_itself_is_the_new_measure() {
        GarbageBound bound = new GarbageBound(1_000 * MIB);

        assertThat(bound.isDue(20 * MIB, 0)).isFalse();
        assertThat(bound.isDue(20 * MIB + GarbageBound.GROWTH_BYTES_MIN, 0)).isTrue();
    }

    @Test
    void in_quiet_less_growth_is_enough() {
        GarbageBound bound = new GarbageBound(20 * MIB);
        long grown = 20 * MIB + GarbageBound.QUIET_GROWTH_BYTES_MIN;
        assertThat(bound.isDue(grown, 0)).isFalse();

        for (int look = 1; look < GarbageBound.QUIET_LOOKS_MIN; look++) {
            assertThat(bound.isDue(grown, 0)).as("look " + look).isFalse();
        }
        assertThat(bound.isDue(grown, 0)).isTrue();
        bound.collected(20 * MIB);
        for (int look = 0; look < 3 * GarbageBound.QUIET_LOOKS_MIN; look++) {
            assertThat(bound.isDue(20 * MIB + look, 0)).as("collected already").isFalse();
        }
    }

    @Test
    void it_is_not_quiet_while_the_heap_fills_or_is_emptied() {
        GarbageBound bound = new GarbageBound(20 * MIB);
        long used = 20 * MIB + GarbageBound.QUIET_GROWTH_BYTES_MIN;

        for (int look = 0; look < 40; look++) {
            used += look % 4 == 3 ? -3 * BUSY_BYTES : BUSY_BYTES;
            assertThat(bound.isDue(used, 0)).as("look " + look).isFalse();
        }
    }

    @Test
    void while_many_leases_end_half_as_much_more_is_borne() {
        GarbageBound bound = new GarbageBound(20 * MIB);
        long grown = 20 * MIB + GarbageBound.GROWTH_BYTES_MIN;
        long expired = GarbageBound.STORM_LEASES_MIN;

        assertThat(bound.isDue(grown, expired)).as("a storm").isFalse();
        expired += GarbageBound.STORM_LEASES_MIN;
        assertThat(bound.isDue(grown + GarbageBound.GROWTH_BYTES_MIN / 2 - 1, expired))
                .as("it goes on")
                .isFalse();
        expired += GarbageBound.STORM_LEASES_MIN;
        assertThat(bound.isDue(grown + GarbageBound.GROWTH_BYTES_MIN / 2, expired))
                .as("the bound of a storm")
                .isTrue();
        assertThat(bound.isDue(grown, expired + GarbageBound.STORM_LEASES_MIN - 1))
                .as("it is over")
                .isTrue();
        assertThat(bound.isDue(grown, 0)).as("another server").isTrue();
    }
}
