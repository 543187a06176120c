package io.leasehold.faults.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WatchCheckTest {
    private static final Change TWO = new Change(2, "a", "x");
    private static final Change THREE_A = new Change(3, "a", "y");
    private static final Change THREE_B = new Change(3, "b", "y");
    private static final Change FIVE = new Change(5, "a", null);
    private static final Changes CHANGES = new Changes(List.of(TWO, THREE_A, THREE_B, FIVE));

    @Test
    void everything_once_and_in_order_passes() {
        assertThat(violations(events(2, TWO), progress(2), events(4, THREE_A, THREE_B), progress(4), events(5, FIVE)))
                .isEmpty();
    }

    @Test
    void a_gap_is_found() {
        assertThat(violations(events(2, TWO), events(5, FIVE))).isNotEmpty();
    }

    @Test
    void an_end_that_never_came_is_found() {
        assertThat(violations(events(2, TWO), events(3, THREE_A, THREE_B)))
                .singleElement()
                .asString()
                .contains("never came");
    }

    @Test
    void an_event_that_comes_twice_is_found() {
        assertThat(violations(events(2, TWO), events(2, TWO), events(3, THREE_A, THREE_B), events(5, FIVE)))
                .isNotEmpty();
    }

    @Test
    void another_value_is_found() {
        assertThat(violations(events(2, new Change(2, "a", "z")), events(3, THREE_A, THREE_B), events(5, FIVE)))
                .hasSize(1);
    }

    @Test
    void a_revision_in_two_responses_is_found() {
        assertThat(violations(events(2, TWO), events(3, THREE_A), events(3, THREE_B), events(5, FIVE)))
                .singleElement()
                .asString()
                .contains("two responses");
    }

    @Test
    void progress_ahead_of_what_was_delivered_is_found() {
        assertThat(violations(events(2, TWO), progress(3), events(3, THREE_A, THREE_B), events(5, FIVE)))
                .isNotEmpty();
    }

    @Test
    void an_event_from_beyond_its_header_is_found() {
        assertThat(violations(events(2, TWO), events(2, THREE_A, THREE_B), events(5, FIVE)))
                .isNotEmpty();
    }

    @Test
    void an_event_that_no_member_tells_is_found() {
        assertThat(violations(
                        events(2, TWO),
                        events(3, THREE_A, THREE_B),
                        events(5, FIVE),
                        events(6, new Change(6, "a", "x"))))
                .hasSize(1);
    }

    private static List<String> violations(WatchLine... lines) {
        return WatchCheck.violations("watcher", List.of(lines), CHANGES);
    }

    private static WatchLine events(long header, Change... changes) {
        return new WatchLine(0, header, List.of(changes));
    }

    private static WatchLine progress(long header) {
        return new WatchLine(0, header, List.of());
    }
}
