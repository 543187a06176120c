package io.leasehold.server.replica;

import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import io.leasehold.statemachine.CheckpointMark;
import io.leasehold.statemachine.PendingCheckpoint;
import io.leasehold.statemachine.StateMachine;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Decides when a checkpoint is due, has it made durable on a thread of its own, and tells the log what it may forget.
 *
 * <p>The Applier calls {@link #logged}, {@link #begin} and {@link #done}; between begin and done the files are forced
 * on the thread {@code leasehold-checkpoint}, one checkpoint at a time.
 */
final class Checkpointer implements AutoCloseable {
    /** Log replayed at a restart, at most, in bytes: about 0.2 s of work. */
    private static final long DUE_BYTES = 32L << 20;

    /**
     * Behind a checkpoint comes a rest of so many times what it took: however few entries it is due after, the disk spends a
     * tenth of its time on checkpoints.
     */
    private static final int REST_FACTOR = 9;

    /** The longest rest: the log may not grow without bound beside a slow disk. */
    private static final long REST_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    /** How long {@link #close} waits for a checkpoint under way: a force of a whole segment on a slow disk. */
    private static final int CLOSE_LIMIT_SECONDS = 30;

    private final ReplicatedLog log;
    private final Mailbox<ApplierTask> applier;
    private final FatalHandler fatal;
    private final long dueEntries;
    private final ExecutorService thread;
    private final Ticker ticker;
    private final Durations durations;

    private long bytes;
    private long entries;
    private boolean running;
    private long beganNanos;
    private long restUntilNanos;

    /**
     * A checkpoint is due after {@code dueEntries} entries and a rest behind the one before, or 32 MiB of log if that comes
     * first.
     *
     * @param thread runs one task after the other; shut down by {@link #close}
     * @param durations where it is noted how long each took
     */
    Checkpointer(
            ReplicatedLog log,
            Mailbox<ApplierTask> applier,
            FatalHandler fatal,
            long dueEntries,
            ExecutorService thread,
            Ticker ticker,
            Durations durations) {
        this.ticker = ticker;
        this.durations = durations;
        this.log = log;
        this.applier = applier;
        this.fatal = fatal;
        this.dueEntries = dueEntries;
        this.thread = thread;
        this.restUntilNanos = ticker.nanos();
    }

    /** The thread on which checkpoints are made in production. */
    static ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("leasehold-checkpoint").daemon().factory());
    }

    /** An entry of that size has been applied. Applier. */
    void logged(int sizeBytes) {
        bytes += sizeBytes;
        entries++;
    }

    /** Begins a checkpoint if one is due and none is under way. Applier, in a turn without anything unpublished. */
    void begin(StateMachine machine) {
        if (running || !isDue()) {
            return;
        }
        running = true;
        beganNanos = ticker.nanos();
        bytes = 0;
        entries = 0;
        PendingCheckpoint checkpoint = machine.beginCheckpoint();
        thread.execute(() -> {
            complete(checkpoint);
            applier.force(new ApplierTask.CheckpointDone());
        });
    }

    private boolean isDue() {
        return bytes >= DUE_BYTES || (entries >= dueEntries && ticker.nanos() - restUntilNanos >= 0);
    }

    /** Makes a checkpoint now, whatever is due, and hands it over when it is durable. Applier, right after a publication. */
    void capture(StateMachine machine, Consumer<PendingCheckpoint> durable) {
        bytes = 0;
        entries = 0;
        PendingCheckpoint checkpoint = machine.beginCheckpoint();
        thread.execute(() -> {
            complete(checkpoint);
            durable.accept(checkpoint);
        });
    }

    /** The checkpoint that was begun is durable. Applier. */
    void done() {
        running = false;
        long nowNanos = ticker.nanos();
        restUntilNanos = nowNanos + Math.min(REST_NANOS_MAX, REST_FACTOR * (nowNanos - beganNanos));
    }

    /** Waits for what is under way and makes a last checkpoint, so that the next start has nothing to replay. */
    void last(StateMachine machine) {
        close();
        if (entries > 0) {
            complete(machine.beginCheckpoint());
        }
    }

    private void complete(PendingCheckpoint checkpoint) {
        try {
            long startNanos = ticker.nanos();
            CheckpointMark durable = checkpoint.complete();
            durations.note(ticker.nanos() - startNanos);
            log.checkpointed(durable.index(), durable.term());
        } catch (Exception e) {
            // A failed force is never retried: the pages it was about may be gone from the cache.
            fatal.halt("the checkpoint could not be made durable", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
