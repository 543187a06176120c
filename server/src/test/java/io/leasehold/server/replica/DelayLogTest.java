package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DelayLogTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final DelayLog delays = new DelayLog();

    @Test
    void the_longest_of_each_kind_since_then_is_told_longest_first() {
        delays.note(DelayLog.Kind.APPLY, 0, 900 * MILLI);
        delays.note(DelayLog.Kind.APPLY, 1_000 * MILLI, 1_060 * MILLI);
        delays.note(DelayLog.Kind.COMMIT, 1_000 * MILLI, 1_300 * MILLI);
        delays.note(DelayLog.Kind.COMMIT, 1_300 * MILLI, 1_400 * MILLI);
        assertThat(delays.since(950 * MILLI))
                .isEqualTo("the log took 300 ms to commit an entry (disk or network); applying entries took 60 ms");
    }

    @Test
    void what_takes_less_than_50_ms_is_not_noted() {
        delays.note(DelayLog.Kind.APPLY, 0, DelayLog.NOTED_NANOS - 1);
        assertThat(delays.since(-1)).isEmpty();
        assertThat(delays.count(DelayLog.Kind.APPLY)).isZero();
    }

    @Test
    void a_thousand_delays_are_counted_and_the_last_ones_remembered() {
        for (int i = 0; i < 1_000; i++) {
            delays.note(DelayLog.Kind.PAUSE, i * 1_000L * MILLI, (i * 1_001L + 100) * MILLI);
        }
        assertThat(delays.count(DelayLog.Kind.PAUSE)).isEqualTo(1_000);
        assertThat(delays.since(-1)).isEqualTo("the process stood still for 1099 ms");
    }
}
