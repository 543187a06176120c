package io.leasehold.raft.ratis;

import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStartException;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.Refusal;
import io.leasehold.raft.ReplicatedLog;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.util.JavaUtils;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine from its start to its end: proposals go in here, refusals come out here. */
final class RunningLog {

    private static final Logger LOG = LoggerFactory.getLogger(RunningLog.class);

    /** Between two looks whether the engine has closed. */
    private static final Duration CLOSE_LOOK = Duration.ofMillis(5);

    private static final long CLOSE_LOOKS_LIMIT =
            Duration.ofSeconds(ReplicatedLog.CLOSE_LIMIT_SECONDS).dividedBy(CLOSE_LOOK);

    private final RatisSettings settings;
    private final LogListener listener;
    private final Leadership leadership;
    private final Checkpoints checkpoints;
    private final EngineFailure failure;
    private final LeaderWatch leaderWatch;
    private final FollowerWatch followerWatch;
    private final PeerServices services;
    private final RaftServer server;
    private final Division division;
    private final RaftClientAsynchronousProtocol engine;
    /** One id per life of the process: a pair of client and call id seen before would get its old answer again. */
    private final ClientId clientId = ClientId.randomId();
    /** Bounded by the engine's own queues, and by the Proposer, who has a few at a time. */
    private final Set<ProposedEntry> inFlight = ConcurrentHashMap.newKeySet();
    /** Proposer only. */
    private long nextCallId;

    private volatile boolean closing;
    /** Closing for another engine to take over, in this process. */
    private volatile boolean makesWay;

    /** Builds the engine over a directory that was checked before; nothing runs yet. */
    RunningLog(
            RatisSettings settings,
            LogListener listener,
            Leadership leadership,
            Checkpoints checkpoints,
            AtomicLong handedOver,
            PeerServices services,
            LeaderWatch.Others others) {
        this.settings = settings;
        this.services = services;
        this.listener = listener;
        this.leadership = leadership;
        this.checkpoints = checkpoints;
        this.failure = new EngineFailure(listener);
        this.leaderWatch = new LeaderWatch(listener, failure, others);
        PeerAppenders appenders = new PeerAppenders(services.traffic());
        LogStateMachine machine = new LogStateMachine(
                PeerIds.toRatis(settings.memberId()),
                listener,
                checkpoints,
                leadership,
                failure,
                handedOver,
                settings.founders().isEmpty(),
                appenders,
                leaderWatch::lookSoon);
        this.server = EngineStart.build(settings, machine, services, appenders);
        this.division = EngineStart.division(settings, server);
        this.followerWatch = new FollowerWatch(settings, division, failure);
        // Submitting through the server would hop through a pool and wait for it; the division does it right here.
        this.engine = (RaftClientAsynchronousProtocol) division;
        machine.attach(
                division.getInfo()::getCurrentTerm,
                () -> division.getRaftLog().getLastCommittedIndex(),
                () -> division.getRaftLog().getFlushIndex());
    }

    /** Starts it; after a failure nothing is left running. */
    void start() {
        try {
            server.start();
        } catch (IOException | RuntimeException failed) {
            LogStartException clear = EngineStart.explain(settings, failed);
            close();
            throw clear;
        }
        leaderWatch.begin(division);
        if (!settings.alone()) {
            followerWatch.begin();
        }
    }

    /** This member is no longer one of the members: soon the others will tell its engine, which shuts itself down then. */
    void leaving() {
        failure.expectShutdown();
    }

    Division division() {
        return division;
    }

    boolean isClosing() {
        return closing;
    }

    void propose(byte[] payload, Object proposal) {
        if (closing) {
            listener.refused(proposal, makesWay ? Refusal.NOT_LEADER : Refusal.STOPPED);
            return;
        }
        if (payload.length > settings.maxPayloadBytes()) {
            listener.refused(proposal, Refusal.TOO_LARGE);
            return;
        }
        ProposedEntry entry = new ProposedEntry(payload, proposal);
        inFlight.add(entry);
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(division.getId())
                .setGroupId(division.getMemberId().getGroupId())
                .setCallId(nextCallId++)
                .setMessage(entry)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            var unused = engine.submitClientRequestAsync(request)
                    .whenComplete((reply, thrown) -> answered(entry, reply, thrown));
        } catch (IOException | RuntimeException thrown) {
            answered(entry, null, thrown);
        }
    }

    long term() {
        return closing ? LogStatus.STOPPED.term() : division.getInfo().getCurrentTerm();
    }

    LogStatus status() {
        DivisionInfo info = division.getInfo();
        try {
            return closing || !info.isAlive() ? LogStatus.STOPPED : status(info);
        } catch (IllegalStateException notOpen) {
            if (info.isAlive()) {
                throw notOpen;
            }
            // It has shut itself down in between, of which its state machine is told.
            return LogStatus.STOPPED;
        }
    }

    private LogStatus status(DivisionInfo info) {
        long term = info.getCurrentTerm();
        if (!hasStarted(info.getLifeCycleState())) {
            // A member that is being taken in may wait like this for long; it knows its leader.
            return new LogStatus(term, PeerIds.fromRatis(info.getLeaderId()), false, false, 0, 0);
        }
        boolean isLeader = info.isLeader();
        return new LogStatus(
                term,
                PeerIds.fromRatis(info.getLeaderId()),
                isLeader,
                isLeader && leadership.isReadyIn(term),
                LogIndex.fromRatis(division.getRaftLog().getLastCommittedIndex()),
                LogIndex.fromRatis(division.getRaftLog().getNextIndex() - 1));
    }

    /** Before this the engine has no log to be asked about. */
    private static boolean hasStarted(LifeCycle.State state) {
        return state != LifeCycle.State.NEW && state != LifeCycle.State.STARTING;
    }

    /** Lets the engine delete whole segments up to the older of the two newest checkpoints. */
    void checkpointed(long index, long term) {
        long purgeable = checkpoints.add(index, term);
        if (purgeable >= 0 && !closing) {
            // A purge that fails is the engine's to report, as every write to its files.
            var unused = division.getRaftLog().purge(purgeable);
        }
    }

    /** Stops for another engine to go on with the same files. */
    void makeWay() {
        makesWay = true;
        close();
    }

    void close() {
        if (closing) {
            return;
        }
        closing = true;
        failure.silence();
        services.end();
        leaderWatch.end();
        followerWatch.end();
        Thread closer = Thread.ofPlatform().name("leasehold-log-close").daemon().start(this::closeEngine);
        try {
            awaitClosed(closer);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        inFlight.forEach(entry -> refuse(entry, makesWay ? Refusal.LEADER_CHANGED : Refusal.STOPPED));
    }

    /**
     * Waits until the log is closed and its port is free, which takes milliseconds. The engine goes on for two seconds more
     * until its network has fallen silent; nobody needs to wait for that.
     */
    private void awaitClosed(Thread closer) throws InterruptedException {
        PeerPort port = new PeerPort(settings.listen());
        for (int look = 0; look < CLOSE_LOOKS_LIMIT; look++) {
            boolean closed = closer.join(CLOSE_LOOK)
                    || (division.getInfo().getLifeCycleState() == LifeCycle.State.CLOSED && port.isFree());
            if (closed) {
                return;
            }
            IdleLogWorker.wake(
                    division.getId().toString(), division.getMemberId().toString());
        }
        LOG.warn("the log did not close in time limitSeconds={}", ReplicatedLog.CLOSE_LIMIT_SECONDS);
    }

    private void closeEngine() {
        try {
            server.close();
        } catch (IOException | RuntimeException failed) {
            LOG.warn("the log did not close cleanly", failed);
        }
    }

    /** Success was told by {@link LogListener#committed}, so only refusals matter here. */
    private void answered(ProposedEntry entry, @Nullable RaftClientReply reply, @Nullable Throwable thrown) {
        Throwable cause = thrown == null ? null : JavaUtils.unwrapCompletionException(thrown);
        if (cause == null && reply != null) {
            cause = reply.getException();
        }
        if (cause == null) {
            inFlight.remove(entry);
        } else {
            refuse(entry, refusalFor(entry, cause));
        }
    }

    private Refusal refusalFor(ProposedEntry entry, Throwable cause) {
        if (closing) {
            return makesWay ? Refusal.LEADER_CHANGED : Refusal.STOPPED;
        }
        if (entry.isAppended()) {
            return Refusal.LEADER_CHANGED;
        }
        return switch (cause) {
            case NotLeaderException e -> Refusal.NOT_LEADER;
            case LeaderNotReadyException e -> Refusal.NOT_LEADER;
            case LeaderSteppingDownException e -> Refusal.NOT_LEADER;
            case ServerNotReadyException e -> Refusal.NOT_LEADER;
            case ResourceUnavailableException e -> Refusal.OVERLOADED;
            default -> {
                LOG.warn("the engine refused an entry", cause);
                yield Refusal.FAILED;
            }
        };
    }

    private void refuse(ProposedEntry entry, Refusal refusal) {
        inFlight.remove(entry);
        if (entry.claim()) {
            listener.refused(entry.proposal(), refusal);
        }
    }
}
