package io.leasehold.server.replica;

import io.leasehold.server.loop.Ticker;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Makes pending commands with their deadlines. Any thread. */
final class PendingCommands {
    /** Runs an answer where it is made: for answers that only put something into a mailbox. */
    static final Executor AT_ONCE = Runnable::run;

    private final Ticker ticker;
    private final long timeoutNanos;

    PendingCommands(Ticker ticker, long timeoutNanos) {
        this.ticker = ticker;
        this.timeoutNanos = timeoutNanos;
    }

    /** A client's command. */
    PendingCommand of(Proposal proposal, Executor executor, Consumer<Outcome> listener) {
        return new PendingCommand(proposal, executor, listener, ticker.nanos() + timeoutNanos, null);
    }

    /** A command that another member took from its client; the listener hears of refusals by the log alone. */
    PendingCommand forwarded(Proposal proposal, Origin origin, Consumer<Outcome> listener) {
        return new PendingCommand(proposal, AT_ONCE, listener, ticker.nanos() + timeoutNanos, origin);
    }

    /** A command of this member's own, which needs no permission; the listener runs on the Applier's thread. */
    PendingCommand own(Command command, Consumer<Outcome> listener) {
        return of(Proposal.ofMember(command), AT_ONCE, listener);
    }
}
