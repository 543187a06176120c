package io.leasehold.raft.ratis;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.raftlog.RaftLog;

/**
 * Holds up a leader's entries that come a second time until those of them that are there already are on disk. The engine
 * finds them in its log and acknowledges them at once, also while the first copy is still on its way to the disk: what a
 * majority has acknowledged could be gone with a crash.
 *
 * <p>The engine's threads for calls of other members, one at a time: a copy that comes over another connection would
 * otherwise slip in between the look and the append.
 */
final class RepeatedEntries {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Ten seconds: longer than a leader waits for an answer, and than a disk that still works takes. */
    private static final int LOOKS_MAX = 10_000;

    private final Supplier<Optional<RaftLog>> log;

    /** {@code log} gives the member's own, while there is one. */
    RepeatedEntries(Supplier<Optional<RaftLog>> log) {
        this.log = log;
    }

    /**
     * Runs {@code append}, which puts the entries into the log, when none of them is there and not on disk.
     *
     * @return false if that took too long; then it was not run
     */
    boolean append(AppendEntriesRequestProto request, Runnable append) {
        int count = request.getEntriesCount();
        if (count == 0) {
            append.run();
            return true;
        }
        long first = request.getEntries(0).getIndex();
        long last = request.getEntries(count - 1).getIndex();
        synchronized (this) {
            for (int look = 0; isUnderWay(first, last); look++) {
                if (look == LOOKS_MAX || Thread.currentThread().isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            append.run();
            return true;
        }
    }

    private boolean isUnderWay(long first, long last) {
        return log.get()
                .filter(RaftLog::isOpened)
                .map(opened -> {
                    long end = Math.min(last, opened.getNextIndex() - 1);
                    return first <= end && opened.getFlushIndex() < end;
                })
                .orElse(false);
    }
}
