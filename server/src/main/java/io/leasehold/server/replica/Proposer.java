package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.Refusal;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.EntryCodec;
import io.leasehold.statemachine.Proposal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The one way into the log: takes what waits and makes one entry of it. While entries are in flight it lets commands
 * gather, so that load makes batches bigger instead of entries more.
 *
 * <p>Two lanes: <em>foreground</em> for clients' commands, bounded, and <em>internal</em> for the leader's own
 * (expiry, checkpoints), which keeps its order, is never refused for overload, and takes at most half of an entry while
 * foreground commands wait. {@link #turn} is for the owning thread, everything else for any.
 */
final class Proposer implements TurnLoop.Turns {
    private final ReplicatedLog log;
    private final RevokeMarks revokeMarks;
    private final ProposerLimits limits;
    private final Ticker ticker;
    private final WakeUp wakeUp = new WakeUp();
    private final Mailbox<PendingCommand> foreground;
    private final Mailbox<PendingCommand> internal;
    private final AtomicInteger inFlight = new AtomicInteger();
    /** What was handed to the log and may still be unanswered, oldest first: by deadline too. Owner only. */
    private final ArrayDeque<PendingCommand> unanswered = new ArrayDeque<>();

    /** Taken from its lane, but the entry was full. Owner only. */
    private @Nullable PendingCommand carried;

    private volatile boolean leading;
    /** The first command of a reign, until it is on its way. */
    private volatile @Nullable PendingCommand marker;

    /** Told of every revoke before its entry enters the log, so that no renewal overtakes it. */
    interface RevokeMarks {
        /** A revoke of the lease is about to enter the log. Called on the Proposer's thread. */
        void revokeProposed(long leaseId);

        /** The revoke was refused by the log or when it was applied: the lease, if there is one, lives on. */
        void revokeSettled(long leaseId);
    }

    Proposer(ReplicatedLog log, RevokeMarks revokeMarks, ProposerLimits limits, Ticker ticker) {
        this.log = log;
        this.revokeMarks = revokeMarks;
        this.limits = limits;
        this.ticker = ticker;
        this.foreground = new Mailbox<>(limits.waitingCommands(), wakeUp);
        this.internal = new Mailbox<>(limits.waitingCommands(), wakeUp);
    }

    /** Queues a client's command; refuses it at once when too many wait. */
    void offer(PendingCommand command) {
        if (!foreground.offer(command)) {
            command.refuse(ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    /** Queues a command of the leader's own. LeaseKeeper bounds how many it has out. */
    void offerInternal(PendingCommand command) {
        internal.force(command);
    }

    /** This member leads: {@code first} enters the log before any other command of the reign. */
    void lead(PendingCommand first) {
        marker = first;
        leading = true;
        wakeUp.signal();
    }

    /** This member leads no more: commands wait for a leader, or for their time-out. */
    void follow() {
        leading = false;
        marker = null;
    }

    /** An entry is committed or refused: there is room for the next. */
    void entryDone() {
        inFlight.decrementAndGet();
        wakeUp.signal();
    }

    /** Commands that wait to enter the log. */
    int waiting() {
        return foreground.size() + internal.size();
    }

    /**
     * One turn: times out what has waited too long, and sends an entry if there is one to send and room in flight.
     *
     * @return whether an entry was sent; if not, the caller may {@link #sleep}
     */
    @Override
    public boolean turn() {
        timeOut(ticker.nanos());
        if (!leading || inFlight.get() >= limits.entriesInFlight()) {
            return false;
        }
        List<PendingCommand> batch = takeBatch();
        if (batch.isEmpty()) {
            return false;
        }
        send(batch);
        return true;
    }

    /** Sleeps until there may be something to do, at most {@code nanos}. */
    @Override
    public void sleep(long nanos) {
        wakeUp.sleep(nanos);
    }

    /** Refuses everything that has not been answered: the member stops. Owner only, when the loop has ended. */
    void refuseAll(ErrorCode code) {
        for (PendingCommand command = nextForeground(); command != null; command = nextForeground()) {
            command.refuse(code);
        }
        for (PendingCommand command = internal.poll(); command != null; command = internal.poll()) {
            command.refuse(code);
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
            head.refuse(ErrorCode.TIMEOUT);
        }
        // What never reached a leader gets etcd's other answer: its context ran out before anyone took it.
        for (PendingCommand head = foreground.peek(); head != null; head = foreground.peek()) {
            if (head.deadlineNanos - nowNanos > 0) {
                break;
            }
            foreground.poll();
            head.refuse(ErrorCode.DEADLINE_EXCEEDED);
        }
    }

    private List<PendingCommand> takeBatch() {
        List<PendingCommand> batch = new ArrayList<>();
        PendingCommand first = marker;
        if (first != null) {
            marker = null;
            batch.add(first);
        }
        boolean clientsWait = carried != null || !foreground.isEmpty();
        int share = clientsWait ? 2 : 1;
        int bytes = 0;
        while (batch.size() < limits.entryCommands() / share && bytes < limits.entryBytes() / share) {
            PendingCommand command = internal.poll();
            if (command == null) {
                break;
            }
            bytes += EntryCodec.encodedLength(command.proposal);
            batch.add(command);
        }
        while (batch.size() < limits.entryCommands()) {
            PendingCommand command = nextForeground();
            if (command == null) {
                break;
            }
            bytes += EntryCodec.encodedLength(command.proposal);
            if (bytes > limits.entryBytes() && !batch.isEmpty()) {
                carried = command;
                break;
            }
            batch.add(command);
        }
        return batch;
    }

    private @Nullable PendingCommand nextForeground() {
        PendingCommand command = carried;
        if (command != null) {
            carried = null;
            return command;
        }
        return foreground.poll();
    }

    private void send(List<PendingCommand> batch) {
        List<Proposal> proposals = new ArrayList<>(batch.size());
        for (PendingCommand command : batch) {
            if (command.command() instanceof Command.LeaseRevoke revoke) {
                revokeMarks.revokeProposed(revoke.id());
            }
            proposals.add(command.proposal);
        }
        unanswered.addAll(batch);
        inFlight.incrementAndGet();
        log.propose(EntryCodec.encode(proposals), new ProposedEntry(batch));
    }

    /** The log refused an entry. Any thread. */
    void refused(ProposedEntry entry, Refusal refusal) {
        ErrorCode code = LogEvents.codeOf(refusal);
        for (PendingCommand command : entry.commands()) {
            // A revoke that may still be committed keeps its mark: nobody may renew what may be gone.
            if (!refusal.outcomeUnknown() && command.command() instanceof Command.LeaseRevoke revoke) {
                revokeMarks.revokeSettled(revoke.id());
            }
            command.refuse(code);
        }
        entryDone();
    }
}
