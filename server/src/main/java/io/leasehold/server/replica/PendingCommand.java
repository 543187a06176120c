package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Ticker;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A command on its way, with whoever waits for its outcome. It is answered once: by the Applier, by a refusal of the
 * log, or by its time-out, whichever claims it first.
 */
final class PendingCommand {
    private static final VarHandle CLAIMED;

    static {
        try {
            CLAIMED = MethodHandles.lookup().findVarHandle(PendingCommand.class, "claimed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Proposal proposal;
    final Executor executor;
    final Consumer<Outcome> listener;
    /** When the waiting ends, on the {@link Ticker}. */
    final long deadlineNanos;

    @SuppressWarnings("UnusedVariable") // Read and written through CLAIMED.
    private volatile boolean claimed;

    PendingCommand(Proposal proposal, Executor executor, Consumer<Outcome> listener, long deadlineNanos) {
        this.proposal = proposal;
        this.executor = executor;
        this.listener = listener;
        this.deadlineNanos = deadlineNanos;
    }

    /** What is to be applied. */
    Command command() {
        return proposal.command();
    }

    /** True for the first caller alone, who then owes the listener its answer. */
    boolean claim() {
        return CLAIMED.compareAndSet(this, false, true);
    }

    /** Whether somebody has claimed it. */
    boolean claimed() {
        return claimed;
    }

    /** Answers with a refusal, unless it was answered already. */
    void refuse(ErrorCode code) {
        if (claim()) {
            executor.execute(() -> listener.accept(new Outcome.Refused(code)));
        }
    }
}
