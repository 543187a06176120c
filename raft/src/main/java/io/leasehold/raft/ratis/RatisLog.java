package io.leasehold.raft.ratis;

import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.QuorumGuard;
import io.leasehold.raft.ReplicatedLog;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
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
    private final LeadershipGuard guard;
    private final AtomicBoolean begun = new AtomicBoolean();
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
        this.guard = settings.alone() ? new SoleVoterGuard(this::openDivision, leadership) : quorumGuard;
    }

    @Override
    public void start(LogListener listener, long appliedIndex, long appliedTerm) {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("the log was started before");
        }
        LogDirectory.of(settings).check(appliedIndex);
        settings.peers().forEach(peer -> PeerAddressBook.ofTheProcess().put(peer.memberId(), peer.addresses()));
        RunningLog opened = new RunningLog(
                settings,
                listener,
                leadership,
                new Checkpoints(appliedIndex, appliedTerm),
                new PeerServices(streams, () -> new byte[0]),
                settings.alone() ? () -> {} : this::tick);
        // Callbacks come before start() returns, and their receivers may ask back.
        running = opened;
        streams.connect(
                settings.peers().stream().map(RatisSettings.Peer::memberId).collect(Collectors.toSet()));
        opened.start();
    }

    private void tick() {
        streams.tick();
        quorumGuard.tick();
    }

    private Optional<Division> openDivision() {
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
        return guard;
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
    }

    private RunningLog require() {
        RunningLog log = running;
        if (log == null) {
            throw new IllegalStateException("the log is not started");
        }
        return log;
    }
}
