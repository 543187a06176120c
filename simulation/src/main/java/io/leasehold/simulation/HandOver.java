package io.leasehold.simulation;

import io.leasehold.raft.LogListener;
import io.leasehold.raft.Refusal;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;

/**
 * What a log tells the replica: entries in their order but late, refusals and roles later still. It remembers whose
 * proposal each entry was.
 */
final class HandOver {
    private static final int DELAY_MAX_MILLIS = 100;
    private static final int REFUSAL_DELAY_MAX_MILLIS = 500;

    private final RaftHost process;
    private final Agenda agenda;
    private final LogListener listener;
    private final IdentityHashMap<LogDisk.Entry, Object> proposals = new IdentityHashMap<>();
    private long lastNanos;

    HandOver(RaftHost process, Agenda agenda, LogListener listener) {
        this.process = process;
        this.agenda = agenda;
        this.listener = listener;
    }

    void proposed(LogDisk.Entry entry, Object proposal) {
        proposals.put(entry, proposal);
    }

    /** An entry that was never written. */
    void refused(Object proposal, Refusal refusal) {
        process.whenRunning(agenda.delayNanos(DELAY_MAX_MILLIS), () -> listener.refused(proposal, refusal));
    }

    /** An entry of which nobody knows whether it will be committed; nothing if it was not proposed here. */
    void lost(LogDisk.Entry entry) {
        Object proposal = proposals.remove(entry);
        if (proposal != null) {
            process.whenRunning(
                    agenda.delayNanos(REFUSAL_DELAY_MAX_MILLIS),
                    () -> listener.refused(proposal, Refusal.LEADER_CHANGED));
        }
    }

    void committed(long index, LogDisk.Entry entry) {
        inOrder(() -> {
            if (entry.payload() == null) {
                listener.internal(index, entry.term());
            } else {
                ByteBuffer payload = ByteBuffer.wrap(entry.payload()).asReadOnlyBuffer();
                listener.committed(index, entry.term(), payload, proposals.remove(entry));
            }
        });
    }

    void leaderReady(long term) {
        inOrder(() -> listener.leaderReady(term));
    }

    void leaderChanged(long leaderId) {
        inOrder(() -> listener.leaderChanged(leaderId));
    }

    void stateNeeded(long leaderId) {
        inOrder(() -> listener.stateNeeded(leaderId));
    }

    /** The log cannot go on; does not return. */
    void failed(String what, Throwable cause) {
        listener.failed(what, cause);
        throw new IllegalStateException("a process goes on that has halted");
    }

    /** Comes when it comes: it may overtake, and come when the next reign has begun. */
    void leaderLost(long term, int delayMaxMillis) {
        process.whenRunning(agenda.delayNanos(delayMaxMillis), () -> listener.leaderLost(term));
    }

    private void inOrder(Runnable call) {
        lastNanos = Math.max(lastNanos, agenda.nowNanos() + agenda.delayNanos(DELAY_MAX_MILLIS));
        process.whenRunning(lastNanos - agenda.nowNanos(), call);
    }
}
