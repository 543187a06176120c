package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LeaseClockTest {
    /** Far from 0, and close enough to the end of a long that the clock runs over it. */
    private static final long START = Long.parseLong("9223372036854775700");

    private final LeaseClock clock = new LeaseClock(START);

    @Test
    void a_gap_of_just_half_a_second_counts_in_full() {
        assertThat(clock.advance(START + LeaseClock.STALL_NANOS)).isEqualTo(LeaseClock.STALL_NANOS);
        assertThat(clock.stalls()).isZero();
    }

    @Test
    void a_gap_one_nanosecond_longer_counts_as_one_tick() {
        assertThat(clock.advance(START + LeaseClock.STALL_NANOS + 1)).isEqualTo(LeaseClock.TICK_NANOS);
        assertThat(clock.stalls()).isEqualTo(1);

        assertThat(clock.advance(START + LeaseClock.STALL_NANOS + 11)).isEqualTo(LeaseClock.TICK_NANOS + 10);
        assertThat(clock.now()).isEqualTo(LeaseClock.TICK_NANOS + 10);
    }

    @Test
    void an_older_reading_changes_nothing() {
        clock.advance(START + 50);

        assertThat(clock.advance(START + 20)).isEqualTo(50);
        assertThat(clock.advance(START + 60)).isEqualTo(60);
    }
}
