package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody may have meant. */
class NearestTest {
    private static final List<String> NAMES = List.of("put", "get", "del", "endpoint", "lease", "prefix", "prev-kv");

    @Test
    void slips_of_the_finger_are_near() {
        assertThat(Nearest.to("gte", NAMES)).containsExactly("get");
        assertThat(Nearest.to("ednpoitn", NAMES)).containsExactly("endpoint");
        assertThat(Nearest.to("prefx", NAMES)).containsExactly("prefix");
    }

    @Test
    void a_beginning_is_near_whatever_it_begins() {
        assertThat(Nearest.to("pre", NAMES)).containsExactly("prefix", "prev-kv");
    }

    @Test
    void other_words_and_no_word_are_not() {
        assertThat(Nearest.to("frobnicate", NAMES)).isEmpty();
        assertThat(Nearest.to("", NAMES)).isEmpty();
        assertThat(Nearest.to("x", NAMES)).isEmpty();
    }

    @Test
    void distance_counts_changes_and_swaps() {
        assertThat(Nearest.distance("get", "get")).isZero();
        assertThat(Nearest.distance("gte", "get")).isEqualTo(1);
        assertThat(Nearest.distance("gt", "get")).isEqualTo(1);
        assertThat(Nearest.distance("", "get")).isEqualTo(3);
    }
}
