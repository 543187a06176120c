package io.leasehold.raft.ratis;

import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogMembership;
import io.leasehold.raft.LogStartException;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.QuorumGuard;
import io.leasehold.raft.ReplicatedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.server.RaftServer.Division;
import org.jspecify.annotations.Nullable;

/** The replicated log on Apache Ratis, in a directory and on a peer port of its own. */
public final class RatisLog implements ReplicatedLog {

    /** A member that was silent for so long is not connected. */
    private static final int SILENT_ELECTION_TIMEOUTS = 2;

    private final RatisSettings settings;
    private final Leadership leadership = new Leadership();
    private final PeerStreams streams;
    private final QuorumGuard quorumGuard;
    private final LeadershipGuard soleGuard;
    private final EngineMembership membership;
    private final AtomicReference<byte[]> description = new AtomicReference<>(new byte[0]);
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicLong handedOver = new AtomicLong();
    private @Nullable LogListener listener;
    private @Nullable Checkpoints checkpoints;
    private volatile boolean alone;
    private volatile @Nullable RunningLog running;

    /**
     * A log that is not started.
     *
     * @param settings what it is and where
     */
    public RatisLog(RatisSettings settings) {
        this.settings = settings;
        this.streams = new PeerStreams(
                settings.groupId(),
                settings.memberId(),
                SILENT_ELECTION_TIMEOUTS * settings.electionTimeoutMillis(),
                new PeerChannels(settings)::to);
        this.quorumGuard =
                new QuorumGuard(settings.memberId(), new EngineStanding(this::openDivision, leadership), streams);
        this.membership =
                new EngineMembership(settings, this::openDivision, leadership, streams, this::inCompany, this::leaving);
        this.soleGuard = new SoleVoterGuard(this::openDivision, leadership);
        this.alone = settings.alone();
    }

    /**
     * Forgets the entries of a log that is not running, because the state that was put beside it holds them all. Term and
     * vote are kept.
     *
     * @throws LogStartException when the disk refuses
     */
    public static void forgetEntries(Path directory, UUID groupId) {
        LogDirectory.at(directory, groupId).forgetEntries();
    }

    @Override
    public void start(LogListener newListener, long appliedIndex, long appliedTerm) {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("the log was started before");
        }
        LogDirectory files = LogDirectory.of(settings);
        LostPromises.mend(files.path(), appliedTerm);
        files.check(appliedIndex);
        listener = newListener;
        checkpoints = new Checkpoints(appliedIndex, appliedTerm);
        handedOver.set(appliedIndex);
        membership.follow(settings.peers().stream()
                .map(peer -> new LogMembership.LogMember(peer.memberId(), peer.addresses(), !peer.founder()))
                .toList());
        open(settings);
    }

    /**
     * Makes every later start begin with a network, whatever the state says that it is restored from: the engine names
     * everybody to it whom the log ever named, also when this member is the only one left.
     */
    private void markCompany() {
        try {
            PeerMarker.put(settings.directory());
        } catch (IOException failed) {
            throw new LogStartException("cannot write beside the log directory " + settings.directory(), failed);
        }
    }

    /** Opens an engine; callbacks come before this returns, and their receivers may ask back. */
    private void open(RatisSettings now) {
        if (!now.alone()) {
            markCompany();
        }
        RunningLog opened = new RunningLog(
                now,
                Objects.requireNonNull(listener),
                leadership,
                Objects.requireNonNull(checkpoints),
                handedOver,
                new PeerServices(
                        streams,
                        description::get,
                        membership::settled,
                        now.listen(),
                        new RepeatedEntries(() -> openDivision().map(Division::getRaftLog))),
                now.alone() ? new Nobody() : new Others());
        running = opened;
        opened.start();
    }

    /**
     * A member that was alone gets company: its engine stops and another one takes over that has a network.
     */
    private void inCompany() {
        RunningLog old = running;
        if (old != null && alone) {
            alone = false;
            Thread.ofPlatform().name("leasehold-log-company").daemon().start(() -> takeOver(old));
        }
    }

    private void takeOver(RunningLog old) {
        LogListener told = Objects.requireNonNull(listener);
        try {
            old.makeWay();
            told.leaderLost(leadership.lost());
            told.leaderChanged(0);
            open(settings.inCompany());
        } catch (RuntimeException failed) {
            told.failed("set up a network between members", failed);
        }
    }

    /** Whether the log in a directory was ever shared with other members. Its settings must not say "alone" then. */
    public static boolean hadCompany(Path directory) {
        return PeerMarker.isThere(directory);
    }

    /** Of a log that is alone. */
    private static final class Nobody implements LeaderWatch.Others {
        @Override
        public void tick() {}

        @Override
        public Map<Long, PeerNetwork.Contact> contacts() {
            return Map.of();
        }
    }

    /** Of one that is not. */
    private final class Others implements LeaderWatch.Others {
        @Override
        public void tick() {
            streams.tick();
            quorumGuard.tick();
            membership.tick();
        }

        @Override
        public Map<Long, PeerNetwork.Contact> contacts() {
            return streams.contacts();
        }
    }

    private void leaving() {
        RunningLog log = running;
        if (log != null) {
            log.leaving();
        }
    }

    /** The engine's log, while it runs. */
    Optional<Division> openDivision() {
        RunningLog log = running;
        return log == null || log.isClosing() ? Optional.empty() : Optional.of(log.division());
    }

    @Override
    public void propose(byte[] payload, Object proposal) {
        require().propose(payload, proposal);
    }

    @Override
    public LogStatus status() {
        RunningLog log = running;
        return log == null ? LogStatus.STOPPED : log.status();
    }

    @Override
    public long term() {
        RunningLog log = running;
        return log == null ? LogStatus.STOPPED.term() : log.term();
    }

    @Override
    public void checkpointed(long index, long term) {
        require().checkpointed(index, term);
    }

    @Override
    public LeadershipGuard guard() {
        return question -> (alone ? soleGuard : quorumGuard).confirm(question);
    }

    @Override
    public void describe(byte[] clusterDescription) {
        description.set(clusterDescription.clone());
    }

    /**
     * Asks a running member for what it was told to {@link #describe}.
     *
     * @param hostAndPort its peer port
     * @param tls how it is spoken to
     * @throws IOException if nobody answers there within {@code timeoutMillis}
     */
    public static PeerDescription askForDescription(String hostAndPort, Optional<PeerTls> tls, int timeoutMillis)
            throws IOException {
        return PeerChannels.describe(hostAndPort, tls, timeoutMillis);
    }

    @Override
    public LogMembership membership() {
        return membership;
    }

    @Override
    public void timeForces(LongConsumer durationNanos) {
        SilentMetrics.installed().timeForces(engineName(), durationNanos);
    }

    private RaftGroupMemberId engineName() {
        return RaftGroupMemberId.valueOf(PeerIds.toRatis(settings.memberId()), RaftGroupId.valueOf(settings.groupId()));
    }

    @Override
    public PeerNetwork network() {
        return streams;
    }

    @Override
    public void close() {
        RunningLog log = running;
        if (log != null) {
            log.close();
        }
        streams.close();
        SilentMetrics.installed().forget(engineName());
    }

    private RunningLog require() {
        RunningLog log = running;
        if (log == null) {
            throw new IllegalStateException("the log is not started");
        }
        return log;
    }
}
