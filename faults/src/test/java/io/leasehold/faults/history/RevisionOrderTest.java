package io.leasehold.faults.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RevisionOrderTest {
    private static final Change A = new Change(2, "k", "a");
    private static final Change B = new Change(3, "k", "b");
    private static final Change GONE = new Change(5, "k", null);
    private static final Changes CHANGES = new Changes(List.of(A, B, new Change(4, "l", "c"), GONE));

    @Test
    void calls_that_fit_pass() {
        assertThat(violations(
                        write(0, 1, A), write(2, 3, B), read(4, 5, 4, "b"), write(6, 7, GONE), readNothing(8, 9, 5)))
                .isEmpty();
    }

    @Test
    void an_acknowledged_write_that_is_not_in_the_history_is_found() {
        assertThat(violations(write(0, 1, new Change(4, "k", "x"))))
                .singleElement()
                .asString()
                .contains("not there");
    }

    @Test
    void a_read_of_another_value_than_its_revision_held_is_found() {
        assertThat(violations(read(0, 1, 3, "a"))).singleElement().asString().contains("it held Optional[b]");
    }

    @Test
    void a_stale_read_is_found_although_it_is_true_of_its_revision() {
        assertThat(violations(write(0, 1, B), read(2, 3, 2, "a")))
                .singleElement()
                .asString()
                .contains("had been shown");
    }

    @Test
    void a_serializable_read_may_be_of_the_past_but_of_one_that_was() {
        assertThat(violations(write(0, 1, B), locally(2, 3, 2, "a"))).isEmpty();
        assertThat(violations(write(0, 1, B), locally(2, 3, 2, "b"))).hasSize(1);
    }

    @Test
    void calls_that_overlap_may_show_either_order() {
        assertThat(violations(write(0, 10, B), read(1, 2, 2, "a"))).isEmpty();
        assertThat(violations(write(0, 10, B), read(1, 2, 3, "b"), read(3, 4, 2, "a")))
                .hasSize(1);
    }

    @Test
    void two_writes_do_not_share_a_revision() {
        assertThat(violations(write(0, 1, A), write(2, 3, A))).hasSize(1);
    }

    private static List<String> violations(StampedCall... calls) {
        return RevisionOrder.violations(List.of(calls), CHANGES);
    }

    private static StampedCall write(long invoked, long returned, Change change) {
        return new StampedCall("w", invoked, returned, change.revision(), true, List.of(change), Map.of());
    }

    private static StampedCall read(long invoked, long returned, long revision, String value) {
        return new StampedCall("r", invoked, returned, revision, true, List.of(), Map.of("k", Optional.of(value)));
    }

    private static StampedCall readNothing(long invoked, long returned, long revision) {
        return new StampedCall("r", invoked, returned, revision, true, List.of(), Map.of("k", Optional.empty()));
    }

    private static StampedCall locally(long invoked, long returned, long revision, String value) {
        return new StampedCall("s", invoked, returned, revision, false, List.of(), Map.of("k", Optional.of(value)));
    }
}
