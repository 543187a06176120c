package io.leasehold.faults;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Which trouble comes next, by chance and weight. */
final class Schedule {
    /** These are over when they have begun, and want members that answer: they do not come into another trouble. */
    private static final Set<Trouble> OF_THEIR_OWN =
            EnumSet.of(Trouble.REPLACE, Trouble.MOVE_LEADER, Trouble.STUTTER_ONE);

    private final SplittableRandom random;
    private final List<Trouble> all;

    /**
     * A schedule.
     *
     * @param only the troubles to choose from; empty for all
     */
    Schedule(SplittableRandom random, List<Trouble> only) {
        this.random = random;
        this.all = only.isEmpty() ? Arrays.asList(Trouble.values()) : List.copyOf(only);
    }

    Trouble next() {
        return choose(all);
    }

    /** One that lasts until it is repaired. */
    Trouble nextLasting() {
        List<Trouble> lasting =
                all.stream().filter(trouble -> !OF_THEIR_OWN.contains(trouble)).toList();
        return choose(lasting.isEmpty() ? all : lasting);
    }

    private Trouble choose(List<Trouble> troubles) {
        int at = random.nextInt(troubles.stream().mapToInt(Trouble::weight).sum());
        for (Trouble trouble : troubles) {
            at -= trouble.weight();
            if (at < 0) {
                return trouble;
            }
        }
        throw new IllegalStateException("weights do not add up");
    }
}
