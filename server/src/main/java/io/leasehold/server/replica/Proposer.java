package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.Refusal;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.EntryCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The one way into the log: takes what waits in the {@link Lanes} and makes one entry of it. While entries are in
 * flight it lets commands gather, so that load makes batches bigger instead of entries more. The internal lane takes
 * at most half of an entry while foreground commands wait, and ends leases at most once in an entry.
 *
 * <p>{@link #turn} is for the owning thread {@code leasehold-propose}, {@link #lead}, {@link #follow},
 * {@link #entryDone} and {@link #refused} for any.
 */
final class Proposer implements TurnLoop.Turns {
    private final ReplicatedLog log;
    private final RevokeMarks revokeMarks;
    private final ForwardedCommands forwarded;
    private final Lanes lanes;
    private final ProposerLimits limits;
    private final Ticker ticker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger commandsInFlight = new AtomicInteger();
    private final LongAdder failed = new LongAdder();
    /** What was handed to the log and may still be unanswered, oldest first: by deadline too. Owner only. */
    private final ArrayDeque<PendingCommand> unanswered = new ArrayDeque<>();

    private volatile boolean leading;
    /** The first command of a reign, until it is on its way. */
    private volatile @Nullable PendingCommand marker;
    /** The same for as long as the reign lasts: without it a leader is never promoted, so it is not given up. */
    private volatile @Nullable PendingCommand firstOfReign;

    /** Told of every revoke before its entry enters the log, so that no renewal overtakes it. */
    interface RevokeMarks {
        /** A revoke of the lease is about to enter the log. Called on the Proposer's thread. */
        void revokeProposed(long leaseId);

        /** The revoke did not enter the log: the lease, if there is one, lives on. Any thread. */
        void revokeSettled(long leaseId);

        /** Nobody knows whether the revoke will be applied: the mark stays until the next promotion. Any thread. */
        void revokeLost(long leaseId);
    }

    Proposer(
            ReplicatedLog log,
            RevokeMarks revokeMarks,
            ForwardedCommands forwarded,
            Lanes lanes,
            ProposerLimits limits,
            Ticker ticker) {
        this.log = log;
        this.revokeMarks = revokeMarks;
        this.forwarded = forwarded;
        this.lanes = lanes;
        this.limits = limits;
        this.ticker = ticker;
    }

    /** This member leads: {@code first} enters the log before any other command of the reign. */
    void lead(PendingCommand first) {
        firstOfReign = first;
        marker = first;
        leading = true;
        lanes.signal();
    }

    /**
     * This member leads no more in {@code term} or any before it: commands wait for a leader, or for their time-out. News
     * of an earlier reign that comes late does not end the present one.
     */
    void follow(long term) {
        PendingCommand first = firstOfReign;
        if (first != null && first.command() instanceof Command.LeaderMarker mark && mark.term() > term) {
            return;
        }
        leading = false;
        firstOfReign = null;
        marker = null;
    }

    /** Another leader is known, or none: commands may have somewhere else to go. */
    void leaderChanged() {
        lanes.signal();
    }

    /** An entry is committed or refused: there is room for the next. */
    void entryDone(ProposedEntry entry) {
        inFlight.decrementAndGet();
        commandsInFlight.addAndGet(-entry.commands().size());
        lanes.signal();
    }

    /** Times out what has waited too long, and sends an entry if there is one to send and room in flight. */
    @Override
    public boolean turn() {
        long nowNanos = ticker.nanos();
        timeOut(nowNanos);
        lanes.letInAgain(nowNanos);
        if (!leading) {
            return forward();
        }
        if (inFlight.get() >= limits.entriesInFlight()) {
            return false;
        }
        List<PendingCommand> batch = takeBatch();
        if (batch.isEmpty()) {
            return false;
        }
        send(batch);
        return true;
    }

    /** Sends what waits to the leader, if there is one elsewhere. What another member has sent here goes no further. */
    private boolean forward() {
        if (!lanes.foregroundWaits() || !forwarded.hasRoom()) {
            return false;
        }
        LogStatus status = log.status();
        if (status.isLeader()) {
            // It begins to serve in a moment, or loses its leadership; of both it is told.
            return false;
        }
        if (status.leaderId() == 0) {
            return refuseForeign();
        }
        List<PendingCommand> batch = new ArrayList<>();
        int sizeBytes = 0;
        while (batch.size() < limits.entryCommands()) {
            PendingCommand command = lanes.pollForeground();
            if (command == null) {
                break;
            }
            if (command.origin != null) {
                command.refuse(ErrorCode.NOT_LEADER);
                continue;
            }
            sizeBytes += EntryCodec.encodedLength(command.proposal);
            if (sizeBytes > limits.entryBytes() && !batch.isEmpty()) {
                lanes.putBack(command);
                break;
            }
            batch.add(command);
        }
        if (!batch.isEmpty()) {
            unanswered.addAll(batch);
            forwarded.send(status.leaderId(), status.term(), batch);
        }
        return !batch.isEmpty();
    }

    /** While nobody is known to lead: lets the members that took the commands look for a leader themselves. */
    private boolean refuseForeign() {
        List<PendingCommand> own = new ArrayList<>();
        boolean refused = false;
        for (PendingCommand c = lanes.pollForeground(); c != null; c = lanes.pollForeground()) {
            if (c.origin == null) {
                own.add(c);
            } else {
                c.refuse(ErrorCode.NOT_LEADER);
                refused = true;
            }
        }
        own.reversed().forEach(lanes::putBack);
        return refused;
    }

    @Override
    public void sleep(long nanos) {
        lanes.sleep(nanos);
    }

    /** Commands that came in and are not committed yet. Any thread. */
    int pendingCommands() {
        return lanes.waiting() + commandsInFlight.get();
    }

    /** Commands answered with "time-out" or with what the log refused them for. Any thread. */
    long failedCommands() {
        return failed.sum();
    }

    /** Whether every command that came in has been handed to the log and answered by it. Owner, or when it has ended. */
    boolean idle() {
        return inFlight.get() == 0 && lanes.waiting() == 0;
    }

    /** Refuses everything that has not been answered: the member stops. Only when the owner's loop has ended. */
    void refuseAll(ErrorCode code) {
        for (PendingCommand c = lanes.pollForeground(); c != null; c = lanes.pollForeground()) {
            c.refuse(code);
        }
        for (PendingCommand c = lanes.pollInternal(); c != null; c = lanes.pollInternal()) {
            c.refuse(code);
        }
        unanswered.forEach(command -> command.refuse(code));
        unanswered.clear();
    }

    private void timeOut(long nowNanos) {
        for (PendingCommand head = unanswered.peek(); head != null; head = unanswered.peek()) {
            if (!head.claimed() && head.deadlineNanos - nowNanos > 0) {
                break;
            }
            unanswered.poll();
            forwarded.forget(head);
            fail(head, ErrorCode.TIMEOUT);
        }
        // What never reached a leader gets etcd's other answer: its context ran out before anyone took it.
        for (PendingCommand c = lanes.pollOverdue(nowNanos); c != null; c = lanes.pollOverdue(nowNanos)) {
            fail(c, ErrorCode.DEADLINE_EXCEEDED);
        }
    }

    private List<PendingCommand> takeBatch() {
        List<PendingCommand> batch = new ArrayList<>();
        PendingCommand first = marker;
        if (first != null) {
            marker = null;
            batch.add(first);
        }
        int share = lanes.foregroundWaits() ? 2 : 1;
        int sizeBytes = 0;
        while (batch.size() < limits.entryCommands() / share && sizeBytes < limits.entryBytes() / share) {
            PendingCommand command = lanes.pollInternal();
            if (command == null) {
                break;
            }
            sizeBytes += EntryCodec.encodedLength(command.proposal);
            batch.add(command);
            if (command.command() instanceof Command.LeaseExpire) {
                // Hundreds of deletions: a second one would make whoever shares the entry wait twice as long.
                break;
            }
        }
        while (batch.size() < limits.entryCommands()) {
            PendingCommand command = lanes.pollForeground();
            if (command == null) {
                break;
            }
            sizeBytes += EntryCodec.encodedLength(command.proposal);
            if (sizeBytes > limits.entryBytes() && !batch.isEmpty()) {
                lanes.putBack(command);
                break;
            }
            batch.add(command);
        }
        return batch;
    }

    private void send(List<PendingCommand> batch) {
        for (PendingCommand command : batch) {
            if (command.command() instanceof Command.LeaseRevoke revoke) {
                revokeMarks.revokeProposed(revoke.id());
            }
        }
        unanswered.addAll(batch);
        inFlight.incrementAndGet();
        commandsInFlight.addAndGet(batch.size());
        log.propose(EntryPayload.encode(batch), new ProposedEntry(batch, ticker.nanos()));
    }

    /** The log refused an entry. Any thread. */
    void refused(ProposedEntry entry, Refusal refusal) {
        ErrorCode code = LogEvents.codeOf(refusal);
        for (PendingCommand command : entry.commands()) {
            if (command.command() instanceof Command.LeaseRevoke revoke) {
                unmark(revoke.id(), refusal);
            }
            if (command == firstOfReign && !refusal.outcomeUnknown()) {
                marker = command;
            } else if (refusal == Refusal.NOT_LEADER && isClients(command)) {
                // Never written: it waits for whoever leads next, as one does that comes now.
                lanes.offerAgain(command);
            } else {
                fail(command, code);
            }
        }
        entryDone(entry);
    }

    /** Whether a client of this member waits for it; another member's clients are told to look for the leader there. */
    private static boolean isClients(PendingCommand command) {
        return command.origin == null
                && !(command.command() instanceof Command.LeaseExpire
                        || command.command() instanceof Command.LeaseCheckpoint
                        || command.command() instanceof Command.LeaseClear
                        || command.command() instanceof Command.LeaderMarker
                        || command.command() instanceof Command.PublishMember);
    }

    private void fail(PendingCommand command, ErrorCode code) {
        if (command.refuse(code)) {
            failed.increment();
        }
    }

    /** A revoke that may still be committed keeps its mark: nobody may renew what may be gone. */
    private void unmark(long leaseId, Refusal refusal) {
        if (refusal.outcomeUnknown()) {
            revokeMarks.revokeLost(leaseId);
        } else {
            revokeMarks.revokeSettled(leaseId);
        }
    }
}
