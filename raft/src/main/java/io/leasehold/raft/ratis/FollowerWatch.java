package io.leasehold.raft.ratis;

import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.impl.Candidacy;

/**
 * Makes a follower stand when its {@link Patience} with a silent leader is over, to the millisecond. The engine's own timer
 * sleeps for whole timeouts and so notices between one and two of them later; it stays as it is and comes after this one.
 *
 * <p>Until a leader was known the engine is left alone: how a start looks for a leader is its own matter.
 */
final class FollowerWatch {

    /** Between two looks while nothing is due. */
    private static final long LOOK_MILLIS = 100;
    /** Not earlier than this after a look, whatever is due: a vote that is being forced to disk is not asked all the time. */
    private static final long LOOK_MILLIS_MIN = 5;

    private final long memberId;
    private final EngineFailure failure;
    private final Division division;
    private final Patience patience;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leasehold-follower-watch").daemon().factory());

    private final VoteRehearsal rehearsal;

    /** Whether a leader was known in this life. What follows belongs to the watch's thread. */
    private boolean leaderWasKnown;
    /** The present wait without a known leader; drawn anew for each. */
    private long withoutLeaderMillis;

    /** A watch over a built engine that does not begin yet. */
    FollowerWatch(RatisSettings settings, Division division, EngineFailure failure) {
        this.memberId = settings.memberId();
        this.division = division;
        this.failure = failure;
        this.patience = new Patience(settings.electionTimeoutMillis(), memberId, new SplittableRandom());
        this.rehearsal = new VoteRehearsal(division);
        this.withoutLeaderMillis = patience.withoutLeaderMillis();
    }

    /** Begins to watch, once. */
    void begin() {
        thread.execute(this::look);
    }

    /** Ends the watch; what runs comes to its end. */
    void end() {
        thread.shutdownNow();
    }

    private void look() {
        if (failure.isSilent()) {
            return;
        }
        try {
            var unused = thread.schedule(this::look, lookAndSayWhenAgain(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            // The watch is over.
            return;
        } catch (RuntimeException unexpected) {
            failure.report("watch over a silent leader", unexpected);
        }
    }

    private long lookAndSayWhenAgain() {
        OptionalLong silenceMillis = Candidacy.silenceMillis(division);
        Set<Long> voters = division.getRaftConf().getCurrentPeers().stream()
                .map(peer -> PeerIds.fromRatis(peer.getId()))
                .collect(Collectors.toUnmodifiableSet());
        long leaderId = PeerIds.fromRatis(division.getInfo().getLeaderId());
        leaderWasKnown |= leaderId != 0;
        if (silenceMillis.isEmpty() || !leaderWasKnown || !voters.contains(memberId)) {
            return LOOK_MILLIS;
        }
        if (leaderId != 0) {
            rehearsal.followed(voters);
        }
        long limitMillis = leaderId == 0 ? withoutLeaderMillis : patience.withLeaderMillis(leaderId, voters);
        long leftMillis = limitMillis - silenceMillis.getAsLong();
        if (leftMillis <= 0 && Candidacy.begin(division, limitMillis)) {
            withoutLeaderMillis = patience.withoutLeaderMillis();
        }
        return Math.clamp(leftMillis, LOOK_MILLIS_MIN, LOOK_MILLIS);
    }
}
