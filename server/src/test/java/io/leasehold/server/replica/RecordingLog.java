package io.leasehold.server.replica;

import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.ReplicatedLog;
import java.util.ArrayList;
import java.util.List;

/** A log that only remembers what it was given. */
final class RecordingLog implements ReplicatedLog {
    final List<ProposedEntry> entries = new ArrayList<>();
    LogStatus status = LogStatus.STOPPED;

    @Override
    public void start(LogListener listener, long appliedIndex, long appliedTerm) {}

    @Override
    public void propose(byte[] payload, Object proposal) {
        entries.add((ProposedEntry) proposal);
    }

    @Override
    public LogStatus status() {
        return status;
    }

    @Override
    public void checkpointed(long index, long term) {}

    @Override
    public LeadershipGuard guard() {
        return listener -> listener.confirmed(1, 0);
    }

    @Override
    public void close() {}
}
