package io.leasehold.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Runs seeds on all processors until one fails, none is left, or time is over. */
public final class SeedRun {
    private final long endSeed;
    private final BooleanSupplier timeIsOver;
    private final LongFunction<World.Tally> world;
    private final AtomicLong nextSeed;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private World.Tally tally = World.Tally.NOTHING;
    private long done;
    private @Nullable Failure failure;

    /** A seed that failed, the lowest of those that did. */
    public record Failure(long seed, Throwable cause) {}

    /** How far a run is: {@code seeds} were run, and all of them but the failed one were clean. */
    public record Progress(long seeds, World.Tally tally, Optional<Failure> failure) {}

    /** A run over {@code seeds} seeds from {@code firstSeed} on; {@code world} runs one, on any thread. */
    public SeedRun(long firstSeed, long seeds, BooleanSupplier timeIsOver, LongFunction<World.Tally> world) {
        this.nextSeed = new AtomicLong(firstSeed);
        this.endSeed = firstSeed + seeds;
        this.timeIsOver = timeIsOver;
        this.world = world;
    }

    /** Runs them; returns when all threads have ended. */
    public Progress run() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int number = Runtime.getRuntime().availableProcessors(); number > 0; number--) {
            threads.add(Thread.ofPlatform().name("simulation-" + number).start(this::work));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return progress();
    }

    /** How far it is. Any thread. */
    public synchronized Progress progress() {
        return new Progress(done, tally, Optional.ofNullable(failure));
    }

    private void work() {
        while (!stopped.get() && !timeIsOver.getAsBoolean()) {
            long seed = nextSeed.getAndIncrement();
            if (seed >= endSeed) {
                return;
            }
            try {
                clean(world.apply(seed));
            } catch (RuntimeException | Error e) { // Whatever a member throws is what is looked for.
                failed(new Failure(seed, e));
            }
        }
    }

    private synchronized void clean(World.Tally one) {
        done++;
        tally = tally.plus(one);
    }

    private synchronized void failed(Failure one) {
        stopped.set(true);
        if (failure == null || one.seed < failure.seed) {
            failure = one;
        }
    }
}
