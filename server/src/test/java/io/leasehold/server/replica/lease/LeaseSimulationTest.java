package io.leasehold.server.replica.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promises about leases over random faults, from printed seeds ({@code -Dseed=n} repeats one, {@code -Dseeds=n} runs
 * as many). Planted bugs in the keeper's rules are found by it within some hundred seeds.
 */
final class LeaseSimulationTest {
    private static final long SECOND = KeeperRig.SECOND;

    static LongStream seeds() {
        Long given = Long.getLong("seed");
        return given != null ? LongStream.of(given) : LongStream.range(0, Integer.getInteger("seeds", 60));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void no_lease_ends_early_or_is_denied_and_all_end_in_the_end(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(seed);

        cluster.run(60 * SECOND);
        cluster.faults = false;
        cluster.clients = false;
        cluster.run(40 * SECOND);

        assertThat(cluster.truth.size()).as("leases that never end").isZero();
        assertThat(cluster.history.acknowledged).as("renewals acknowledged").isPositive();
        assertThat(cluster.history.expired).as("leases expired").isPositive();
        assertThat(cluster.history.notFound).as("renewals denied").isPositive();
    }
}
