package io.leasehold.server.replica;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.WakeUp;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Commands waiting to enter the log. Two lanes: <em>foreground</em> for clients' commands, bounded; <em>internal</em>
 * for the leader's own (expiry, checkpoints), in their order and never refused for overload.
 *
 * <p>Offering is for any thread, taking for the Proposer's.
 */
final class Lanes {
    /** Between two attempts to find a leader for a command that one has refused: some round trips. */
    private static final long AGAIN_PAUSE_NANOS = 20_000_000L;

    private final WakeUp wakeUp;
    private final Mailbox<PendingCommand> foreground;
    private final Mailbox<PendingCommand> internal;
    /** Refused by a leader without having been written; bounded by what may be forwarded at once. */
    private final ConcurrentLinkedQueue<PendingCommand> again = new ConcurrentLinkedQueue<>();
    /** Taken from the foreground before, and still to be sent. Proposer only, as what follows. */
    private final ArrayDeque<PendingCommand> carried = new ArrayDeque<>();

    private long againNanos;

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

    /** Queues a client's command once more, after a pause: the leader is not the one it was taken for. Any thread. */
    void offerAgain(PendingCommand command) {
        again.add(command);
        // Else the taker sleeps for as long as without any work.
        wakeUp.signal();
    }

    /** Lets in what was offered again, unless that was done just now. */
    void letInAgain(long nowNanos) {
        if (!again.isEmpty() && nowNanos - againNanos >= AGAIN_PAUSE_NANOS) {
            againNanos = nowNanos;
            for (PendingCommand command = again.poll(); command != null; command = again.poll()) {
                carried.add(command);
            }
        }
    }

    /** Wakes the taker: something else than a command has changed for it. */
    void signal() {
        wakeUp.signal();
    }

    void sleep(long nanos) {
        wakeUp.sleep(again.isEmpty() ? nanos : Math.min(nanos, AGAIN_PAUSE_NANOS));
    }

    /** Commands that wait, for metrics. */
    int waiting() {
        return foreground.size() + internal.size() + again.size();
    }

    boolean foregroundWaits() {
        return !carried.isEmpty() || !foreground.isEmpty();
    }

    @Nullable
    PendingCommand pollForeground() {
        PendingCommand command = carried.poll();
        return command != null ? command : foreground.poll();
    }

    @Nullable
    PendingCommand pollInternal() {
        return internal.poll();
    }

    /** Puts the foreground command taken last back to the front. */
    void putBack(PendingCommand command) {
        carried.addFirst(command);
    }

    /** Takes out the oldest foreground command if its deadline has passed. */
    @Nullable
    PendingCommand pollOverdue(long nowNanos) {
        PendingCommand head = carried.isEmpty() ? foreground.peek() : carried.peek();
        return head != null && head.deadlineNanos - nowNanos <= 0 ? pollForeground() : null;
    }
}
