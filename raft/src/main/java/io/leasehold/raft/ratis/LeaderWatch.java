package io.leasehold.raft.ratis;

import io.leasehold.raft.LogListener;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer.Division;
import org.jspecify.annotations.Nullable;

/**
 * Watches who leads, because the engine tells of a new leader but never of none. All that it tells comes from its one
 * thread, so changes arrive in their order.
 *
 * <p>It also notices when the engine has closed itself, which it does after errors of many kinds and mostly in silence.
 *
 * <p>While nobody leads it makes the engine forget its broken connections: the back-off of the channels that carry
 * votes grows to minutes, and a cluster whose members come back one by one would wait for it.
 */
final class LeaderWatch {

    /** A lost leader is told of within this time. */
    private static final int TICK_MILLIS = PeerStreams.TICK_MILLIS;
    /** Connections are made anew every two seconds: often enough to be quick, seldom enough to let one come up. */
    private static final int TICKS_PER_RECONNECT = 20;

    private final LogListener listener;
    private final EngineFailure failure;
    private final Runnable eachTick;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leasehold-leader-watch").daemon().factory());
    private volatile @Nullable Division watched;
    /** Watch thread only. */
    private long toldLeaderId;
    /** Watch thread only. */
    private int ticksWithoutLeader;
    /** Closing a connection waits for what is under way on it, for seconds when the other end is silent: not on this thread. */
    private final AtomicBoolean reconnecting = new AtomicBoolean();

    /** A watch that also runs {@code eachTick} ten times a second, on its thread. */
    LeaderWatch(LogListener listener, EngineFailure failure, Runnable eachTick) {
        this.listener = listener;
        this.failure = failure;
        this.eachTick = eachTick;
    }

    /** Begins to watch, once. */
    void begin(Division division) {
        watched = division;
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
            eachTick.run();
        } catch (RuntimeException unexpected) {
            failure.report("keep in touch with the other members", unexpected);
        }
        ticksWithoutLeader = toldLeaderId == 0 ? ticksWithoutLeader + 1 : 0;
        if (ticksWithoutLeader == TICKS_PER_RECONNECT) {
            ticksWithoutLeader = 0;
            if (reconnecting.compareAndSet(false, true)) {
                Thread.ofPlatform().name("leasehold-reconnect").daemon().start(this::reconnect);
            }
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
                listener.leaderChanged(leaderId);
            }
        } catch (RuntimeException unexpected) {
            failure.report("watch the leader", unexpected);
        }
    }

    private void reconnect() {
        try {
            Division division = watched;
            if (division != null) {
                division.getRaftConf().getAllPeers().stream()
                        .map(RaftPeer::getId)
                        .filter(id -> !id.equals(division.getId()))
                        .forEach(id -> reconnect(division, id));
            }
        } catch (RuntimeException unexpected) {
            failure.report("connect anew to the other members", unexpected);
        } finally {
            reconnecting.set(false);
        }
    }

    private static void reconnect(Division division, RaftPeerId peer) {
        division.getRaftServer().getServerRpc().handleException(peer, new IllegalStateException("no leader"), true);
    }
}
