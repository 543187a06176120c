package io.leasehold.raft.ratis;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.QuorumGuard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer.Division;

/** What the engine says about this member's leadership. Any thread. */
final class EngineStanding implements QuorumGuard.Standing {

    private final Supplier<Optional<Division>> engine;
    private final Leadership leadership;

    /**
     * A view of the engine.
     *
     * @param engine the running engine, empty before the start and after the end
     * @param leadership what this member knows of its leadership
     */
    EngineStanding(Supplier<Optional<Division>> engine, Leadership leadership) {
        this.engine = engine;
        this.leadership = leadership;
    }

    @Override
    public long currentTerm() {
        return engine.get().map(division -> division.getInfo().getCurrentTerm()).orElse(0L);
    }

    @Override
    public Optional<QuorumGuard.Reign> reign() {
        return engine.get().flatMap(this::reign);
    }

    private Optional<QuorumGuard.Reign> reign(Division division) {
        DivisionInfo info = division.getInfo();
        long term = info.getCurrentTerm();
        if (!info.isLeader() || !leadership.isReadyIn(term)) {
            return Optional.empty();
        }
        RaftConfiguration members = division.getRaftConf();
        List<Set<Long>> voters = new ArrayList<>(2);
        voters.add(ids(members.getCurrentPeers()));
        if (!members.getPreviousPeers().isEmpty()) {
            voters.add(ids(members.getPreviousPeers()));
        }
        long committedIndex = LogIndex.fromRatis(division.getRaftLog().getLastCommittedIndex());
        return Optional.of(new QuorumGuard.Reign(term, committedIndex, voters, members.getLogEntryIndex()));
    }

    @Override
    public ErrorCode refusal() {
        return engine.get()
                .map(division -> division.getInfo().getLeaderId() == null
                                || division.getInfo().isLeader()
                        ? ErrorCode.NO_LEADER
                        : ErrorCode.NOT_LEADER)
                .orElse(ErrorCode.STOPPED);
    }

    private static Set<Long> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(peer -> PeerIds.fromRatis(peer.getId())).collect(Collectors.toUnmodifiableSet());
    }
}
