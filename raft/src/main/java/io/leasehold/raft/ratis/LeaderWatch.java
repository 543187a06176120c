package io.leasehold.raft.ratis;

import io.leasehold.raft.LogListener;
import io.leasehold.raft.PeerNetwork.Contact;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServer.Division;
import org.jspecify.annotations.Nullable;

/**
 * Watches who leads, because the engine tells of a new leader but never of none. All that it tells comes from its one
 * thread, so changes arrive in their order.
 *
 * <p>It also notices when the engine has closed itself, which it does after errors of many kinds and mostly in silence.
 *
 * <p>Every other second it has the engine forget connections: all of them while nobody leads, because the back-off of the
 * channels that carry votes grows to minutes, and a cluster whose members come back one by one would wait for it; a leader's
 * that hang.
 */
final class LeaderWatch {

    /** A lost leader is told of within this time. */
    private static final int TICK_MILLIS = PeerStreams.TICK_MILLIS;
    /** Connections are made anew every two seconds: often enough to be quick, seldom enough to let one come up. */
    private static final int TICKS_PER_RECONNECT = 20;

    /** The other members; of this watch's thread. */
    interface Others {
        /** Keeps in touch. Ten times a second. */
        void tick();

        /** How well each one is heard. */
        Map<Long, Contact> contacts();
    }

    private final LogListener listener;
    private final EngineFailure failure;
    private final Others others;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leasehold-leader-watch").daemon().factory());
    private volatile @Nullable Division watched;
    /** Watch thread only. */
    private long toldLeaderId;
    /** Watch thread only. */
    private int ticksSinceReconnect;

    private volatile @Nullable Reconnection reconnection;

    /** A watch that also ticks {@code others}, on its thread. */
    LeaderWatch(LogListener listener, EngineFailure failure, Others others) {
        this.listener = listener;
        this.failure = failure;
        this.others = others;
    }

    /** Begins to watch, once. */
    void begin(Division division) {
        watched = division;
        reconnection = new Reconnection(division);
        // What it throws is reported where it is thrown.
        var unused = thread.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks without waiting for the next tick. Any thread, returns at once. */
    void lookSoon() {
        try {
            thread.execute(this::look);
        } catch (RejectedExecutionException ended) {
            // The watch is over, and so is the log: there is nobody left to tell.
            return;
        }
    }

    /** Ends the watch; what runs comes to its end. */
    void end() {
        thread.shutdownNow();
    }

    private void tick() {
        look();
        try {
            others.tick();
            ticksSinceReconnect++;
            if (ticksSinceReconnect >= TICKS_PER_RECONNECT) {
                ticksSinceReconnect = 0;
                reconnect();
            }
        } catch (RuntimeException unexpected) {
            failure.report("keep in touch with the other members", unexpected);
        }
    }

    // A periodic task that throws would just not run again.
    private void look() {
        Division division = watched;
        if (division == null || failure.isSilent()) {
            return;
        }
        try {
            if (!division.getInfo().isAlive()) {
                failure.shutDown();
                return;
            }
            long leaderId = PeerIds.fromRatis(division.getInfo().getLeaderId());
            if (leaderId != toldLeaderId) {
                toldLeaderId = leaderId;
                // An election goes over the connections that are there; only one that takes long gets others.
                ticksSinceReconnect = 0;
                listener.leaderChanged(leaderId);
            }
        } catch (RuntimeException unexpected) {
            failure.report("watch the leader", unexpected);
        }
    }

    private void reconnect() {
        Reconnection known = reconnection;
        if (known == null || failure.isSilent()) {
            return;
        }
        if (toldLeaderId == 0) {
            known.toAll();
        } else {
            known.toSilentFollowers(others.contacts());
        }
    }
}
