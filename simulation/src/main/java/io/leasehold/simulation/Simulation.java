package io.leasehold.simulation;

import io.leasehold.protocol.ReadsClock;
import java.util.List;
import java.util.Optional;

/** The command: runs seeds on all processors until one fails; see docs/simulation.md. */
public final class Simulation {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MINUTE = 60 * NANOS_PER_SECOND;
    private static final long REPORT_NANOS = 10 * NANOS_PER_SECOND;
    private final List<String> arguments;
    private final long startNanos;
    private final long limitNanos;

    private Simulation(List<String> arguments, long startNanos) {
        this.arguments = arguments;
        this.startNanos = startNanos;
        this.limitNanos = number("--minutes", Long.MAX_VALUE / NANOS_PER_MINUTE) * NANOS_PER_MINUTE;
    }

    /** Exits with 1 when a seed fails, with 2 when it does not understand. */
    @ReadsClock("a run may be bounded in real time")
    public static void main(String[] arguments) throws InterruptedException {
        try {
            System.exit(new Simulation(List.of(arguments), System.nanoTime()).run());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(
                    "simulation/run [--seeds N] [--from S] [--minutes M] [--scenario NAME]   until a seed fails\n"
                            + "simulation/run --seed S [--scenario NAME] [--trace]                     one seed\n"
                            + "Without a name each seed runs in the scenario whose turn it is, of these: "
                            + List.of(Scenario.values()));
            System.exit(2);
        }
    }

    private int run() throws InterruptedException {
        requireKnown();
        boolean single = arguments.contains("--seed");
        long from = single ? number("--seed", 0) : number("--from", 0);
        long seeds = single ? 1 : number("--seeds", Long.MAX_VALUE / 2);
        boolean trace = single && arguments.contains("--trace");
        SeedRun run = new SeedRun(from, seeds, this::timeIsOver, seed -> new World(
                        seed, scenario(seed), trace ? System.out::println : null)
                .run());
        Thread reporter = Thread.ofPlatform().daemon().start(() -> report(run));
        SeedRun.Progress end = run.run();
        reporter.interrupt();
        end.failure().ifPresent(this::print);
        System.out.println(line(end));
        return end.failure().isPresent() ? 1 : 0;
    }

    private void print(SeedRun.Failure failure) {
        long seed = failure.seed();
        failure.cause().printStackTrace(System.out);
        System.out.println("seed " + seed + " fails in scenario " + scenario(seed) + ": " + failure.cause()
                + "\nto see it: simulation/run --seed " + seed + " --scenario " + scenario(seed) + " --trace");
    }

    private void requireKnown() {
        List<String> known = List.of("--seeds", "--from", "--minutes", "--scenario", "--seed", "--trace");
        for (String argument : arguments) {
            if (argument.startsWith("-") && !known.contains(argument)) {
                throw new IllegalArgumentException("unknown option " + argument);
            }
        }
    }

    private Scenario scenario(long seed) {
        return text("--scenario").map(Scenario::valueOf).orElse(Scenario.of(seed));
    }

    @ReadsClock("progress now and then")
    private void report(SeedRun run) {
        try {
            while (true) {
                Thread.sleep(REPORT_NANOS / 1_000_000);
                System.out.println(line(run.progress()));
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @ReadsClock("for people to read")
    private String line(SeedRun.Progress progress) {
        return (System.nanoTime() - startNanos) / NANOS_PER_SECOND + " s: " + progress.seeds() + " seeds are clean, "
                + progress.tally();
    }

    @ReadsClock("a run may be bounded in real time")
    private boolean timeIsOver() {
        return System.nanoTime() - startNanos >= limitNanos;
    }

    private long number(String option, long otherwise) {
        return text(option).map(Long::parseLong).orElse(otherwise);
    }

    private Optional<String> text(String option) {
        int at = arguments.indexOf(option);
        if (at >= 0 && at + 1 == arguments.size()) {
            throw new IllegalArgumentException(option + " wants a value");
        }
        return at < 0 ? Optional.empty() : Optional.of(arguments.get(at + 1));
    }
}
