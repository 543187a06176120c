package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.Refusal;
import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.replica.lease.LeaseKeeper;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hears the log on the engine's threads and hands everything on to its owner: entries and roles to the Applier in their
 * order, refusals to the Proposer's callers. Nothing is done here.
 */
final class LogEvents implements LogListener {
    private final Proposer proposer;
    private final Mailbox<ApplierTask> applier;
    private final LeaseKeeper keeper;
    private final LeaderQuestions questions;
    /** Begins to fetch the state, unless that is under way. */
    private final Runnable stateNeeded;

    private final FatalHandler fatal;
    private final ReplicaMeasures measures;
    private final LeaderLines lines;

    LogEvents(
            Proposer proposer,
            Mailbox<ApplierTask> applier,
            LeaseKeeper keeper,
            LeaderQuestions questions,
            Runnable stateNeeded,
            FatalHandler fatal,
            ReplicaMeasures measures,
            LeaderLines lines) {
        this.lines = lines;
        this.measures = measures;
        this.stateNeeded = stateNeeded;
        this.questions = questions;
        this.proposer = proposer;
        this.applier = applier;
        this.keeper = keeper;
        this.fatal = fatal;
    }

    @Override
    public void committed(long index, long term, ByteBuffer payload, @Nullable Object proposal) {
        ProposedEntry entry = (ProposedEntry) proposal;
        applier.put(new ApplierTask.Committed(index, term, payload, entry));
        if (entry != null) {
            proposer.entryDone(entry);
        }
    }

    @Override
    public void internal(long index, long term) {
        applier.put(new ApplierTask.Internal(index, term));
    }

    @Override
    public void refused(Object proposal, Refusal refusal) {
        proposer.refused((ProposedEntry) proposal, refusal);
    }

    @Override
    public void leaderReady(long term) {
        applier.force(new ApplierTask.LeaderReady(term));
    }

    @Override
    public void leaderLost(long term) {
        proposer.follow(term);
        applier.force(new ApplierTask.LeaderLost(term));
    }

    @Override
    public void leaderChanged(long leaderId) {
        lines.leaderKnown(leaderId);
        measures.leaderKnown(leaderId);
        keeper.leaderChanged(leaderId);
        proposer.leaderChanged();
        questions.leaderChanged();
    }

    @Override
    public void stateNeeded(long leaderId) {
        stateNeeded.run();
    }

    @Override
    public void failed(String what, Throwable cause) {
        fatal.halt("the replicated log could not " + what, cause);
    }

    /** What a client is told when the log refuses its command. */
    static ErrorCode codeOf(Refusal refusal) {
        return switch (refusal) {
            case NOT_LEADER -> ErrorCode.NO_LEADER;
            case LEADER_CHANGED -> ErrorCode.TIMEOUT_LEADER_FAILED;
            case OVERLOADED -> ErrorCode.TOO_MANY_REQUESTS;
            case TOO_LARGE -> ErrorCode.REQUEST_TOO_LARGE;
            case STOPPED, FAILED -> ErrorCode.STOPPED;
        };
    }
}
