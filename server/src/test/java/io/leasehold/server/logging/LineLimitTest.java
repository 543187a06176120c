package io.leasehold.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LineLimitTest {
    private static final long SECOND = 1_000_000_000L;
    /** A monotonic clock may begin anywhere. */
    private static final long BEGIN = -SECOND / 2;

    private final LineLimit limit = new LineLimit(BEGIN);

    @Test
    void the_first_line_comes_at_once_and_those_within_a_second_are_left_out() {
        assertThat(limit.admit(BEGIN)).hasValue(0);
        assertThat(limit.admit(BEGIN + 1)).isEmpty();
        assertThat(limit.admit(BEGIN + SECOND - 1)).isEmpty();
    }

    @Test
    void the_next_line_tells_how_many_were_left_out() {
        limit.admit(BEGIN);
        limit.admit(BEGIN + 1);
        limit.admit(BEGIN + 2);

        assertThat(limit.admit(BEGIN + SECOND)).hasValue(2);
        assertThat(limit.admit(BEGIN + 2 * SECOND)).hasValue(0);
    }
}
