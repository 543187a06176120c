package io.leasehold.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The short form of the soak; {@link LeaseSoakProgram} is the long one. */
final class LeaseSoakIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @Test
    void leases_outlive_outages_that_are_shorter_than_their_time_and_others_are_lost_once() {
        try (LeaseSoak soak = new LeaseSoak(SERVER.process(), 2_000)) {
            assertThat(soak.outage(true, 100)).isEmpty();
            assertThat(soak.outage(false, 100)).isEmpty();

            assertThat(soak.kept()).isEqualTo(2_000);
        }
    }
}
