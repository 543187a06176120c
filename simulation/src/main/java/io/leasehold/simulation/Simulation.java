package io.leasehold.simulation;

import io.leasehold.protocol.ReadsClock;
import java.util.List;

/** The command: runs seeds one after the other until one fails. */
public final class Simulation {
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    private Simulation() {}

    /** {@code --seeds N --from S [--minutes M] [--trace]}; see docs/simulation.md. */
    @ReadsClock("a run may be bounded in real time")
    public static void main(String[] arguments) {
        List<String> given = List.of(arguments);
        long seeds = number(given, "--seeds", 1_000);
        long from = number(given, "--from", 0);
        long minutes = number(given, "--minutes", Long.MAX_VALUE / NANOS_PER_MINUTE);
        boolean trace = given.contains("--trace");
        long startNanos = System.nanoTime();
        World.Tally tally = new World.Tally(0, 0, 0, 0, 0, 0);
        long seed = from;
        while (seed < from + seeds && System.nanoTime() - startNanos < minutes * NANOS_PER_MINUTE) {
            try {
                tally = tally.plus(new World(seed, trace ? System.out::println : null).run());
            } catch (PromiseBroken | RuntimeException e) {
                System.out.println("seed " + seed + " fails: " + e + "\nto see it: simulation/run --seeds 1 --from "
                        + seed + " --trace");
                e.printStackTrace(System.out);
                System.exit(1);
            }
            seed++;
            if ((seed - from) % 100 == 0) {
                System.out.println("seeds " + from + " to " + (seed - 1) + " are clean: " + tally);
            }
        }
        System.out.println((seed - from) + " seeds from " + from + " are clean: " + tally);
    }

    private static long number(List<String> given, String option, long otherwise) {
        int at = given.indexOf(option);
        return at < 0 ? otherwise : Long.parseLong(given.get(at + 1));
    }
}
