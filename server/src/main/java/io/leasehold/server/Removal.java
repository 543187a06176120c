package io.leasehold.server;

import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.replica.MemberStatus;
import io.leasehold.server.replica.ReplicaNode;
import io.leasehold.statemachine.Member;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a member that was removed from its cluster, once the others say that their log does without it: its vote may be
 * needed for just that, and a cluster of two that lost it could never elect a leader again. Mostly the log tells a member of
 * its removal; but whoever was cut off then gets nothing from the log any more, and so asks when that has been silent for a
 * while.
 */
final class Removal implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Removal.class);

    /** Until the others are asked first; mostly their log has changed its members by then. */
    private static final int PAUSE_SECONDS = 2;

    private static final int ASK_AGAIN_SECONDS = 1;

    /** So long must the log be silent, and so often is looked: a cluster that does nothing is asked a little question then. */
    private static final int SILENCE_SECONDS = 30;

    private final Supplier<MemberStatus> status;
    private final Predicate<List<Member>> isSaidByOthers;
    private final Runnable removed;
    private final ScheduledExecutorService thread;
    /** Of the last look. The thread's. */
    private long appliedIndex;

    /**
     * Nothing looks yet.
     *
     * @param status what this member says of itself
     * @param isSaidByOthers asks those other members that this one knows; may take seconds
     * @param removed ends this member; any thread
     */
    Removal(Supplier<MemberStatus> status, Predicate<List<Member>> isSaidByOthers, Runnable removed) {
        this.status = status;
        this.isSaidByOthers = isSaidByOthers;
        this.removed = removed;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("leasehold-removal").daemon().factory());
    }

    /** Follows a replica from now on. */
    static Removal follow(ReplicaNode replica, Predicate<List<Member>> isSaidByOthers, FatalHandler fatal) {
        Removal removal = new Removal(replica::status, isSaidByOthers, fatal::removed);
        var unusedToldByLog = replica.removed().thenRun(removal::toldByLog);
        var unusedLooks = removal.thread.scheduleWithFixedDelay(
                removal::look, SILENCE_SECONDS, SILENCE_SECONDS, TimeUnit.SECONDS);
        return removal;
    }

    /** Asks the others from now on until they let it go. */
    private void toldByLog() {
        var unused = thread.scheduleWithFixedDelay(
                () -> ask(status.get()), PAUSE_SECONDS, ASK_AGAIN_SECONDS, TimeUnit.SECONDS);
    }

    /** Asks if the log has been silent since the last look. The thread's. */
    void look() {
        MemberStatus now = status.get();
        boolean silent = now.appliedIndex() == appliedIndex;
        appliedIndex = now.appliedIndex();
        if (silent && now.leaderId() != now.memberId() && !isAlone(now)) {
            ask(now);
        }
    }

    /** The thread's. */
    private void ask(MemberStatus now) {
        if (isSaidByOthers.test(now.members())) {
            LOGGER.info("this member was removed, and the others do without it");
            thread.shutdown();
            removed.run();
        }
    }

    private static boolean isAlone(MemberStatus now) {
        return now.members().size() == 1 && now.members().get(0).id() == now.memberId();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
