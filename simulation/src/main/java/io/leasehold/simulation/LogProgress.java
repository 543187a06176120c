package io.leasehold.simulation;

import org.jspecify.annotations.Nullable;

/** How far a member's log has got: what its disk has, what is committed, and what the replica was given. */
final class LogProgress {
    private final RaftHost process;
    private final Agenda agenda;
    private final Conditions conditions;
    private final LogDisk disk;
    private @Nullable HandOver handOver;
    private long committedIndex;
    private long handedOverIndex;

    LogProgress(RaftHost process, Agenda agenda, Conditions conditions, LogDisk disk) {
        this.process = process;
        this.agenda = agenda;
        this.conditions = conditions;
        this.disk = disk;
    }

    /** The replica has everything up to {@code appliedIndex}, and hears of the rest. */
    void begin(HandOver listener, long appliedIndex) {
        handOver = listener;
        committedIndex = appliedIndex;
        handedOverIndex = appliedIndex;
    }

    HandOver handOver() {
        if (handOver == null) {
            throw new IllegalStateException("a log that was not started has something to say");
        }
        return handOver;
    }

    long committedIndex() {
        return committedIndex;
    }

    /** Has the disk keep what is written, and then goes on; later. */
    void forceLater(Runnable then) {
        long upTo = disk.lastIndex();
        LogDisk.Entry last = disk.entry(upTo);
        long forcingNanos = conditions.forceMinMillis * Agenda.MILLI
                + agenda.delayNanos(conditions.forceMaxMillis)
                + process.diskDelayNanos();
        process.whenRunning(forcingNanos, () -> {
            if (process.diskIsFull()) {
                handOver().failed("write the log", LackOfRoom.onLogDisk());
            }
            if (disk.holds(upTo, last)) {
                disk.force(upTo);
            }
            then.run();
        });
    }

    void commitTo(long index) {
        while (committedIndex < index) {
            committedIndex++;
            process.committed(committedIndex, disk.entry(committedIndex));
        }
        while (handedOverIndex < committedIndex) {
            handedOverIndex++;
            handOver().committed(handedOverIndex, disk.entry(handedOverIndex));
        }
    }
}
