package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.WakeUp;
import org.jspecify.annotations.Nullable;

/**
 * Commands waiting to enter the log. Two lanes: <em>foreground</em> for clients' commands, bounded; <em>internal</em>
 * for the leader's own (expiry, checkpoints), in their order and never refused for overload.
 *
 * <p>Offering is for any thread, taking for the Proposer's.
 */
final class Lanes {
    private final WakeUp wakeUp;
    private final Mailbox<PendingCommand> foreground;
    private final Mailbox<PendingCommand> internal;
    /** Taken from the foreground, but the entry was full. Proposer only. */
    private @Nullable PendingCommand carried;

    /** Lanes whose taker sleeps on {@code wakeUp}; the foreground holds {@code foregroundLimit} commands. */
    Lanes(WakeUp wakeUp, int foregroundLimit) {
        this.wakeUp = wakeUp;
        this.foreground = new Mailbox<>(foregroundLimit, wakeUp);
        // Bounded by what LeaseKeeper lets out at once, not here: its commands must not be lost.
        this.internal = new Mailbox<>(Integer.MAX_VALUE, wakeUp);
    }

    /** Queues a client's command; refuses it at once when too many wait. */
    void offer(PendingCommand command) {
        if (!foreground.offer(command)) {
            command.refuse(ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    /** Queues a command of the leader's own. */
    void offerInternal(PendingCommand command) {
        internal.force(command);
    }

    /** Wakes the taker: something else than a command has changed for it. */
    void signal() {
        wakeUp.signal();
    }

    void sleep(long nanos) {
        wakeUp.sleep(nanos);
    }

    /** Commands that wait, for metrics. */
    int waiting() {
        return foreground.size() + internal.size();
    }

    boolean foregroundWaits() {
        return carried != null || !foreground.isEmpty();
    }

    @Nullable
    PendingCommand pollForeground() {
        PendingCommand command = carried;
        if (command != null) {
            carried = null;
            return command;
        }
        return foreground.poll();
    }

    @Nullable
    PendingCommand pollInternal() {
        return internal.poll();
    }

    /** Puts the foreground command taken last back to the front. */
    void putBack(PendingCommand command) {
        carried = command;
    }

    /** Takes out the oldest foreground command if its deadline has passed. */
    @Nullable
    PendingCommand pollOverdue(long nowNanos) {
        PendingCommand head = carried != null ? carried : foreground.peek();
        return head != null && head.deadlineNanos - nowNanos <= 0 ? pollForeground() : null;
    }
}
