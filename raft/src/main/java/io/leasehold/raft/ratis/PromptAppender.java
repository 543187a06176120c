package io.leasehold.raft.ratis;

import java.util.function.LongConsumer;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.impl.Candidacy;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.util.AwaitForSignal;
import org.jspecify.annotations.Nullable;

/**
 * The engine's appender for one follower, which also tells it at once what is committed. The engine's own lets that ride on
 * the next entry or the next heartbeat: without it, a put through a follower waits half an election timeout for its answer.
 *
 * <p>It also lets a follower know that it has caught up when the engine has forgotten that it has.
 *
 * <p>Its thread asks the methods here; {@link PeerAppenders} wakes it.
 */
final class PromptAppender extends GrpcLogAppender {

    /** At an election timeout of 1 s one each 94 ms, about as etcd's by default; nine may stay away before anybody stands. */
    private static final int HEARTBEATS_PER_TIMEOUT = 9;

    private final AwaitForSignal wake = new KeptSignal(this);
    /** The highest committed index, the engine's, that was put into a request. Written by the appender's thread. */
    private volatile long toldCommitted = -1;

    private final LongConsumer sentBytes;
    private final Runnable late;
    /** Whether there was a request before: the first one cannot be late. The appender's thread. */
    private boolean begun;

    /** {@code sentBytes} is told the size of each request, {@code late} is run for each that came much too late. */
    PromptAppender(
            Division server, LeaderState leaderState, FollowerInfo follower, LongConsumer sentBytes, Runnable late) {
        super(server, leaderState, follower);
        this.sentBytes = sentBytes;
        this.late = late;
    }

    @Override
    public AwaitForSignal getEventAwaitForSignal() {
        return wake;
    }

    @Override
    public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
            throws RaftLogIOException {
        AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat);
        if (request == null) {
            return null;
        }
        toldCommitted = request.getLeaderCommit();
        boolean takesPart = takesPart(
                getServer().getRaftConf(), getFollowerId(), getFollower().getMatchIndex());
        AppendEntriesRequestProto told = request.getInitializing() && takesPart
                ? request.toBuilder().setInitializing(false).build()
                : request;
        sentBytes.accept(told.getSerializedSize());
        long timeoutMillis = getServer().properties().minRpcTimeoutMs();
        if (begun
                && isLate(getFollower().getLastRpcSendTime().elapsedTimeMs(), answers(timeoutMillis), timeoutMillis)) {
            late.run();
        }
        begun = true;
        return told;
    }

    /** Whether a follower that hears something now should have heard it long ago. */
    static boolean isLate(long silentMillis, boolean answers, long timeoutMillis) {
        return silentMillis > (answers ? 2 * timeoutMillis / HEARTBEATS_PER_TIMEOUT : timeoutMillis);
    }

    private boolean answers(long timeoutMillis) {
        return getFollower().getLastRpcResponseTime().elapsedTimeMs() < timeoutMillis / 2;
    }

    /**
     * Whether the follower knows that it is one of the members. The engine makes an appender anew after errors, and takes the
     * follower for one that is still catching up from then on, for as long as it leads. A newcomer, whose state is fetched
     * over such an error, would never learn that it may vote.
     */
    static boolean takesPart(RaftConfiguration members, RaftPeerId follower, long matchIndex) {
        return EngineMembership.isMember(members, follower) && matchIndex >= members.getLogEntryIndex();
    }

    /**
     * The engine takes no notice of the terms of a follower that it takes for a newcomer: one that takes part and is in a later
     * term would refuse this leader for ever, and could not unseat it while the others hear it.
     */
    @Override
    public boolean onFollowerTerm(long followerTerm) {
        return super.onFollowerTerm(followerTerm)
                || (isRunning()
                        && EngineMembership.isMember(getServer().getRaftConf(), getFollowerId())
                        && Candidacy.giveWay(getLeaderState(), followerTerm));
    }

    @Override
    public boolean shouldSendAppendEntries() {
        return owesNews() || super.shouldSendAppendEntries();
    }

    /**
     * Nothing left to wait for makes the engine send a message without entries. Its own heartbeats are half a shortest
     * timeout apart, so that one that is late by as much is an election; a follower that answers gets them more often.
     */
    @Override
    public long getHeartbeatWaitTimeMs() {
        if (owesNews()) {
            return 0;
        }
        long timeoutMillis = getServer().properties().minRpcTimeoutMs();
        long untilNextMillis = timeoutMillis / HEARTBEATS_PER_TIMEOUT
                - getFollower().getLastRpcSendTime().elapsedTimeMs();
        return answers(timeoutMillis)
                ? Math.min(super.getHeartbeatWaitTimeMs(), Math.max(0, untilNextMillis))
                : super.getHeartbeatWaitTimeMs();
    }

    /**
     * Entries that wait take the news along. While entries are on their way, a message without any says nothing of what is
     * committed: it would be sent again and again until they have arrived. Their answer wakes this appender.
     */
    private boolean owesNews() {
        return getRaftLog().getLastCommittedIndex() > toldCommitted && !hasAppendEntries() && !hasPendingDataRequests();
    }
}
