package io.leasehold.cli.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.cli.terminal.Screen;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lease top draws. */
class TopCommandTest {
    private static LeaseRow row(long id, long leftMillis, long ttlMillis) {
        return new LeaseRow(id, leftMillis, ttlMillis, 1, List.of(ByteString.copyFromUtf8("key" + id)));
    }

    @Test
    void bars_are_as_long_as_what_is_left() {
        List<String> lines = TopCommand.lines(List.of(row(1, 0, 60_000), row(2, 30_000, 60_000)), 24, Screen.plain());

        assertThat(lines.get(0)).startsWith("2 leases");
        assertThat(lines.get(3))
                .contains("0000000000000001", "░".repeat(24), "0s", "key1")
                .doesNotContain("█");
        assertThat(lines.get(4)).contains("█".repeat(12) + "░".repeat(12), "30s", "1m0s");
    }

    @Test
    void what_does_not_fit_is_counted() {
        List<LeaseRow> rows = List.of(row(1, 1, 2), row(2, 1, 2), row(3, 1, 2), row(4, 1, 2));

        List<String> lines = TopCommand.lines(rows, 6, Screen.plain());

        assertThat(lines).hasSize(6);
        assertThat(lines.get(5)).isEqualTo("… and 2 more");
    }

    @Test
    void little_time_is_red_and_without_colours_nothing_is() {
        assertThat(TopCommand.lines(List.of(row(1, 5_000, 60_000)), 24, new Screen.Style(true))
                        .get(3))
                .contains("\u001b[31m");
        assertThat(TopCommand.lines(List.of(row(1, 5_000, 60_000)), 24, Screen.plain())
                        .get(3))
                .doesNotContain("\u001b");
    }

    @Test
    void times_are_short() {
        assertThat(LeaseRow.time(0)).isEqualTo("0s");
        assertThat(LeaseRow.time(1_500)).isEqualTo("1.5s");
        assertThat(LeaseRow.time(43_900)).isEqualTo("43s");
        assertThat(LeaseRow.time(61_000)).isEqualTo("1m1s");
        assertThat(LeaseRow.time(7_380_000)).isEqualTo("2h3m");
    }
}
