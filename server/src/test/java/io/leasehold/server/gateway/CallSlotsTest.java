package io.leasehold.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallSlotsTest {
    private final CallSlots slots = new CallSlots(2);
    private final List<String> started = new ArrayList<>();

    @Test
    void one_more_than_the_bound_waits_until_another_has_ended() {
        List.of("a", "b", "c", "d").forEach(name -> slots.enter(() -> started.add(name)));
        assertThat(started).containsExactly("a", "b");

        slots.leave();

        assertThat(started).containsExactly("a", "b", "c");
    }

    @Test
    void what_ends_at_once_lets_all_others_pass_without_nesting() {
        slots.enter(() -> started.add("held"));
        slots.enter(() -> started.add("held, too"));
        int many = 100_000;
        IntStream.range(0, many)
                .forEach(each -> slots.enter(() -> {
                    started.add("short");
                    slots.leave();
                }));

        slots.leave();

        assertThat(started).hasSize(2 + many);
    }
}
