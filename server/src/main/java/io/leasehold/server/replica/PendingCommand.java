package io.leasehold.server.replica;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Ticker;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    /** The other member that took it from a client and answers it when that member has applied it; null if this one did. */
    final @Nullable Origin origin;
    /** What this member called it when it was forwarded to the leader; 0 when it was not. Proposer only. */
    long sequence;

    @SuppressWarnings("UnusedVariable") // Read and written through CLAIMED.
    private volatile boolean claimed;

    PendingCommand(
            Proposal proposal,
            Executor executor,
            Consumer<Outcome> listener,
            long deadlineNanos,
            @Nullable Origin origin) {
        this.proposal = proposal;
        this.executor = executor;
        this.listener = listener;
        this.deadlineNanos = deadlineNanos;
        this.origin = origin;
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

    /** Answers with a refusal; false, and nothing, if it was answered already. */
    @CanIgnoreReturnValue
    boolean refuse(ErrorCode code) {
        if (!claim()) {
            return false;
        }
        executor.execute(() -> listener.accept(new Outcome.Refused(code)));
        return true;
    }
}
