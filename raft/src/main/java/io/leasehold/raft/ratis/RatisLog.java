package io.leasehold.raft.ratis;

import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.ReplicatedLog;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The replicated log on Apache Ratis, in a directory and on a peer port of its own.
 *
 * <p>Whoever has more than one voter gets entries replicated but no {@linkplain #guard confirmation} yet: that needs a round
 * among the members.
 */
public final class RatisLog implements ReplicatedLog {

    private final RatisSettings settings;
    private final Leadership leadership = new Leadership();
    private final LeadershipGuard guard;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile @Nullable RunningLog running;

    /**
     * A log that is not started.
     *
     * @param settings what it is and where
     */
    public RatisLog(RatisSettings settings) {
        this.settings = settings;
        this.guard = new SoleVoterGuard(
                () -> Optional.ofNullable(running)
                        .filter(log -> !log.isClosing())
                        .map(RunningLog::division),
                leadership);
    }

    @Override
    public void start(LogListener listener, long appliedIndex, long appliedTerm) {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("the log was started before");
        }
        LogDirectory.of(settings).check(appliedIndex);
        RunningLog opened = new RunningLog(settings, listener, leadership, new Checkpoints(appliedIndex, appliedTerm));
        // Callbacks come before start() returns, and their receivers may ask back.
        running = opened;
        opened.start();
    }

    @Override
    public void propose(byte[] payload, Object proposal) {
        require().propose(payload, proposal);
    }

    @Override
    public LogStatus status() {
        RunningLog log = running;
        return log == null ? LogStatus.STOPPED : log.status();
    }

    @Override
    public void checkpointed(long index, long term) {
        require().checkpointed(index, term);
    }

    @Override
    public LeadershipGuard guard() {
        return guard;
    }

    @Override
    public void close() {
        RunningLog log = running;
        if (log != null) {
            log.close();
        }
    }

    private RunningLog require() {
        RunningLog log = running;
        if (log == null) {
            throw new IllegalStateException("the log is not started");
        }
        return log;
    }
}
