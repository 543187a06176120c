package io.leasehold.statemachine;

import io.leasehold.mvcc.SegmentRewrite;
import io.leasehold.mvcc.StoreHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A state machine under commands that follow from a seed and their index alone, so that any two with the same seed agree.
 * Run as a program it writes its segments anew all the time and prints the index of each checkpoint once that is on disk.
 */
final class RewritingProcess implements AutoCloseable {
    private static final int KEYS = 200;

    /** Steps that a checkpoint may take: a slow disk makes the process slow, not its files many. */
    private static final int STEPS_PER_CHECKPOINT_MAX = 500;

    private final Machine machine;
    private final long seed;

    private RewritingProcess(Machine machine, long seed) {
        this.machine = machine;
        this.seed = seed;
    }

    /** One that nobody kills and that writes nothing anew: its segments are long, so that their number stays small. */
    static RewritingProcess undisturbed(Path directory, long seed) throws IOException {
        return new RewritingProcess(Machine.withSegments(directory, 64 << 20), seed);
    }

    /** Arguments: directory, seed. Goes on from where the directory ends, until it is killed. */
    public static void main(String[] arguments) throws Exception {
        RewritingProcess process =
                new RewritingProcess(Machine.open(Path.of(arguments[0])), Long.parseLong(arguments[1]));
        // One thread to copy and one for checkpoints, as in a server: a kill meets both anywhere.
        ExecutorService copier = Executors.newSingleThreadExecutor();
        ExecutorService checkpoints = Executors.newSingleThreadExecutor();
        process.run(copier, checkpoints);
    }

    private void run(ExecutorService copier, ExecutorService checkpoints) throws Exception {
        SegmentRewrite rewrite = null;
        Future<?> copied = null;
        Future<?> checkpointed = CompletableFuture.completedFuture(null);
        long checkpointBegun = machine.index;
        while (true) {
            step();
            machine.machine.maintain(20);
            machine.machine.publish();
            if (rewrite == null) {
                SegmentRewrite next =
                        machine.machine.planRewrite(machine.index % 2 == 0).orElse(null);
                rewrite = next;
                copied = next == null ? null : copier.submit(() -> copyAll(next));
            } else if (copied != null && copied.isDone()) {
                copied.get();
                machine.machine.beginMove(rewrite);
                machine.machine.publish();
                rewrite = null;
            }
            if (machine.index - checkpointBegun >= STEPS_PER_CHECKPOINT_MAX) {
                checkpointed.get();
            }
            if (machine.index % 50 == 0 && checkpointed.isDone()) {
                checkpointBegun = machine.index;
                PendingCheckpoint pending = machine.machine.beginCheckpoint();
                checkpointed = checkpoints.submit(() -> {
                    pending.complete();
                    System.out.println(pending.appliedIndex());
                    return null;
                });
            }
        }
    }

    /** The hash when the entry at this index has been applied; asked for in ascending order. */
    StoreHash hashAt(long index) {
        while (machine.index < index) {
            step();
        }
        return machine.machine.snapshot().hash(0);
    }

    private void step() {
        long index = machine.index + 1;
        Random random = new Random(seed * 31 + index);
        String key = "k" + random.nextInt(KEYS);
        if (index % 300 == 0) {
            machine.compact(Math.max(1, machine.revision() - random.nextInt(100)));
        } else if (random.nextInt(4) == 0) {
            machine.delete(key);
        } else {
            machine.put(key, "x".repeat(random.nextInt(120)));
        }
    }

    private static Void copyAll(SegmentRewrite rewrite) throws IOException {
        while (rewrite.copySome(2_000)) {
            // Each turn forces what it has written: many moments to be killed at.
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        machine.close();
    }
}
