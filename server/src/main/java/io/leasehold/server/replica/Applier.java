package io.leasehold.server.replica;

import io.leasehold.lease.LeaseClock;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.loop.WakeUp;
import io.leasehold.statemachine.AppliedBatch;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.StateMachine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Applies committed entries, in order, on one thread; the owner of the state machine.
 *
 * <p>A turn takes what waits, applies it, publishes one new snapshot for all of it, tells those who follow the state
 * ({@link AppliedListener}: watchers, lease keeper), and only then answers those who proposed. Whatever is thrown on the
 * way ends the member: skipping an entry would make it differ from the others for ever.
 */
final class Applier implements TurnLoop.Turns {
    /** Tasks in one turn: bounds how long the first of them waits for its answer. */
    private static final int TURN_LIMIT = 64;

    private final StateMachine machine;
    private final AppliedListener listener;
    private final Checkpointer checkpointer;
    private final Housekeeping housekeeping;
    private final LeaseClock clock;
    private final Ticker ticker;
    private final ForwardedCommands forwarded;
    private final WakeUp wakeUp;
    private final DelayLog delays;
    private final ApplyTimes times;
    private final Mailbox<ApplierTask> mailbox;
    private final Deliveries deliveries = new Deliveries();
    private final PriorityQueue<ApplierTask.AwaitIndex> readers =
            new PriorityQueue<>(Comparator.comparingLong(ApplierTask.AwaitIndex::index));
    /** Physical compactions: answered when the sweep is done. */
    private final List<Answer> afterSweep = new ArrayList<>();
    /** Answers of the batch that is not published yet. */
    private final List<Answer> answers = new ArrayList<>();

    private boolean unpublished;
    private long index;
    private long term;
    private long reignTerm;
    private long lostTerm;

    private volatile AppliedState applied;

    private record Answer(PendingCommand command, Outcome outcome) {}

    /** Follows the state; called on the Applier's thread, must neither block nor throw. */
    interface AppliedListener {
        /** A batch has been applied and published. */
        void applied(AppliedBatch batch, AppliedState state);

        /** A command that this member proposed is applied and told of; its outcome goes out next. */
        void answering(Command command);

        /** Whether the listener sees to it that the command is refused, for this reason, when it may be told of that. */
        boolean refuses(PendingCommand command, ErrorCode reason);

        /** This member may lead: the log holds everything of earlier terms. The marker is to be proposed. */
        void leaderReady(long term);

        /** The marker of this member's own reign is applied, and published with everything before it. */
        void promoted(long term, StateMachine machine);

        /** The reign is over. */
        void demoted(long term);
    }

    Applier(
            StateMachine machine,
            Mailbox<ApplierTask> mailbox,
            WakeUp wakeUp,
            AppliedListener listener,
            Checkpointer checkpointer,
            Housekeeping housekeeping,
            ForwardedCommands forwarded,
            LeaseClock clock,
            Ticker ticker,
            DelayLog delays,
            ApplyTimes times) {
        this.forwarded = forwarded;
        this.machine = machine;
        this.mailbox = mailbox;
        this.wakeUp = wakeUp;
        this.listener = listener;
        this.checkpointer = checkpointer;
        this.housekeeping = housekeeping;
        this.clock = clock;
        this.ticker = ticker;
        this.delays = delays;
        this.times = times;
        this.index = machine.appliedIndex();
        this.term = machine.appliedTerm();
        this.applied = state();
    }

    /** What has been published last. Any thread. */
    AppliedState applied() {
        return applied;
    }

    /**
     * One turn.
     *
     * @return whether there may be more to do at once; if not, the caller may {@link #sleep}
     */
    @Override
    public boolean turn() {
        long startNanos = ticker.nanos();
        int taken = 0;
        while (taken < TURN_LIMIT) {
            ApplierTask task = mailbox.poll();
            if (task == null) {
                break;
            }
            handle(task);
            taken++;
        }
        publish();
        checkpointer.begin(machine);
        // What was dropped stays in memory until a snapshot without it is published.
        unpublished |= housekeeping.turn();
        if (!housekeeping.isSlicing()) {
            answerSwept();
        }
        deliveries.flush();
        delays.note(DelayLog.Kind.APPLY, startNanos, ticker.nanos());
        return unpublished || taken == TURN_LIMIT;
    }

    /** Sleeps until there may be something to do, at most {@code nanos}. */
    @Override
    public void sleep(long nanos) {
        wakeUp.sleep(nanos);
    }

    private void handle(ApplierTask task) {
        switch (task) {
            case ApplierTask.Committed entry -> apply(entry);
            case ApplierTask.Internal entry -> {
                machine.skip(entry.index(), entry.term());
                advance(entry.index(), entry.term());
            }
            case ApplierTask.LeaderReady ready -> {
                // The news of a loss may overtake that of the gain.
                if (ready.term() > lostTerm) {
                    reignTerm = ready.term();
                    listener.leaderReady(ready.term());
                }
            }
            case ApplierTask.LeaderLost lost -> {
                // It may also come when the next reign has begun already.
                if (reignTerm <= lost.term()) {
                    reignTerm = 0;
                }
                lostTerm = Math.max(lostTerm, lost.term());
                listener.demoted(lost.term());
            }
            case ApplierTask.AwaitIndex reader -> readers.add(reader);
            case ApplierTask.Query query -> {
                publish();
                query.question().accept(machine);
            }
            case ApplierTask.CheckpointDone done -> checkpointer.done();
            case ApplierTask.GiveSpaceBack wish -> housekeeping.giveSpaceBack(wish.done());
            case ApplierTask.CopyFailed failed -> housekeeping.copyFailed(failed.rewrite());
            case ApplierTask.Copied copied -> {
                housekeeping.copied(copied.rewrite());
                unpublished = true;
            }
        }
    }

    private void apply(ApplierTask.Committed entry) {
        long tickNanos = ticker.nanos();
        long nowNanos = clock.advance(tickNanos);
        if (entry.entry() != null) {
            delays.note(DelayLog.Kind.COMMIT, entry.entry().proposedNanos(), tickNanos);
        }
        boolean marked =
                entry.entry() == null ? applyForeign(entry, nowNanos) : applyOwn(entry, entry.entry(), nowNanos);
        advance(entry.index(), entry.term());
        checkpointer.logged(entry.payload().remaining());
        if (marked) {
            publish();
            listener.promoted(entry.term(), machine);
        }
    }

    /** Applies what this member proposed; whether the marker of its reign was in it. */
    private boolean applyOwn(ApplierTask.Committed entry, ProposedEntry proposed, long nowNanos) {
        boolean marked = false;
        for (PendingCommand pending : proposed.commands()) {
            Outcome outcome = applied(entry, pending.proposal, true, nowNanos);
            answers.add(new Answer(pending, outcome));
            marked |= isMarkerOfThisReign(pending.command(), entry.term());
            noteReign(pending.command(), entry.term());
        }
        return marked;
    }

    /** Applies what another member proposed, or this one in an earlier life; answers what it had forwarded itself. */
    private boolean applyForeign(ApplierTask.Committed entry, long nowNanos) {
        EntryPayload payload = EntryPayload.decode(entry.payload());
        for (int i = 0; i < payload.proposals().size(); i++) {
            Proposal proposal = payload.proposals().get(i);
            PendingCommand waiting = forwarded.take(payload.origin(i));
            Outcome outcome = applied(entry, proposal, waiting != null, nowNanos);
            if (waiting != null) {
                answers.add(new Answer(waiting, outcome));
            }
            noteReign(proposal.command(), entry.term());
        }
        return false;
    }

    private Outcome applied(ApplierTask.Committed entry, Proposal proposal, boolean answered, long nowNanos) {
        long startNanos = ticker.nanos();
        Outcome outcome = machine.apply(entry.index(), entry.term(), proposal, answered, nowNanos);
        times.note(proposal.command(), outcome, ticker.nanos() - startNanos);
        return outcome;
    }

    private void noteReign(Command command, long entryTerm) {
        if (command instanceof Command.LeaderMarker marker && marker.term() == entryTerm) {
            forwarded.reignBegan(entryTerm);
        }
    }

    private boolean isMarkerOfThisReign(Command command, long entryTerm) {
        return command instanceof Command.LeaderMarker marker && marker.term() == entryTerm && entryTerm == reignTerm;
    }

    private void advance(long entryIndex, long entryTerm) {
        index = entryIndex;
        term = entryTerm;
        unpublished = true;
    }

    private void publish() {
        if (unpublished) {
            unpublished = false;
            AppliedBatch batch = machine.publish();
            AppliedState state = state();
            applied = state;
            listener.applied(batch, state);
            for (Answer answer : answers) {
                answer(answer);
            }
            answers.clear();
        }
        AppliedState state = applied;
        for (ApplierTask.AwaitIndex reader = readers.peek();
                reader != null && reader.index() <= state.index();
                reader = readers.peek()) {
            ApplierTask.AwaitIndex ready = readers.remove();
            deliveries.add(ready.executor(), () -> ready.listener().accept(new ReadPoint.Ready(state.snapshot())));
        }
    }

    private void answer(Answer answer) {
        listener.answering(answer.command().command());
        if (answer.outcome() instanceof Outcome.Compacted
                && answer.command().command() instanceof Command.Compact compact
                && compact.physical()) {
            afterSweep.add(answer);
        } else {
            deliver(answer);
        }
    }

    private void answerSwept() {
        for (Answer answer : afterSweep) {
            deliver(answer);
        }
        afterSweep.clear();
    }

    private void deliver(Answer answer) {
        PendingCommand command = answer.command();
        if (command.origin == null
                && answer.outcome() instanceof Outcome.Refused refused
                && listener.refuses(command, refused.code())) {
            return;
        }
        if (command.claim() && command.origin == null) {
            deliveries.add(command.executor, () -> command.listener.accept(answer.outcome()));
        }
    }

    private AppliedState state() {
        return new AppliedState(index, term, machine.snapshot());
    }

    /** Fails everyone who still waits: the member stops. Owner only, when the loop has ended. */
    void refuseAll(ErrorCode code) {
        readers.forEach(reader ->
                deliveries.add(reader.executor(), () -> reader.listener().accept(new ReadPoint.Failed(code))));
        readers.clear();
        answers.addAll(afterSweep);
        answers.forEach(answer -> answer.command().refuse(code));
        deliveries.flush();
    }
}
