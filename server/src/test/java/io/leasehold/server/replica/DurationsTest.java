package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which bucket a duration falls into. */
final class DurationsTest {
    private final Durations durations = new Durations(100, 3);

    @Test
    void bounds_are_powers_of_two_of_the_least_duration() {
        assertThat(durations.bounds(TimeUnit.NANOSECONDS)).containsExactly(100.0, 200.0, 400.0);
        assertThat(new Durations(100_000, 2).bounds(TimeUnit.MICROSECONDS)).containsExactly(100.0, 200.0);
    }

    @Test
    void a_duration_falls_into_the_first_bucket_that_is_as_long() {
        List.of(0L, 1L, 100L).forEach(durations::note);
        assertThat(durations.counts()).containsExactly(3L, 0L, 0L, 0L);
        List.of(101L, 200L).forEach(durations::note);
        assertThat(durations.counts()).containsExactly(3L, 2L, 0L, 0L);
        List.of(201L, 399L, 400L).forEach(durations::note);
        assertThat(durations.counts()).containsExactly(3L, 2L, 3L, 0L);
    }

    @Test
    void what_is_longer_than_all_bounds_falls_into_the_last_bucket() {
        List.of(401L, 1_000_000L, Long.MAX_VALUE).forEach(durations::note);

        assertThat(durations.counts()).containsExactly(0L, 0L, 0L, 3L);
    }

    @Test
    void it_is_empty_until_something_was_noted() {
        assertThat(durations.isEmpty()).isTrue();
        durations.note(50);
        assertThat(durations.isEmpty()).isFalse();
        assertThat(durations.sum(TimeUnit.NANOSECONDS)).isEqualTo(50);
    }
}
