package io.leasehold.raft.ratis;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.LeadershipGuard;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer.Division;

/**
 * The guard of a cluster of one voter. Nobody else can be elected, so there is nobody to ask: this member leads from the
 * moment it has handed over everything that it acknowledged in earlier lives, and for as long as it is the only voter.
 * Any thread; answers before it returns.
 */
final class SoleVoterGuard implements LeadershipGuard {

    private final Supplier<Optional<Division>> engine;
    private final Leadership leadership;

    /**
     * A guard.
     *
     * @param engine the running engine, empty before the start and after the end
     * @param leadership what this member knows of its leadership
     */
    SoleVoterGuard(Supplier<Optional<Division>> engine, Leadership leadership) {
        this.engine = engine;
        this.leadership = leadership;
    }

    @Override
    public void confirm(ConfirmListener listener) {
        Optional<Division> running = engine.get();
        if (running.isEmpty()) {
            listener.refused(ErrorCode.STOPPED);
            return;
        }
        Division division = running.get();
        DivisionInfo info = division.getInfo();
        long term = info.getCurrentTerm();
        if (!info.isLeader() || !leadership.isReadyIn(term)) {
            listener.refused(
                    info.isLeader() || info.getLeaderId() == null ? ErrorCode.NO_LEADER : ErrorCode.NOT_LEADER);
        } else if (division.getRaftConf().getCurrentPeers().size() > 1) {
            // Another voter means that a majority has to be asked, which this guard cannot do.
            listener.refused(ErrorCode.TIMEOUT);
        } else {
            listener.confirmed(term, LogIndex.fromRatis(division.getRaftLog().getLastCommittedIndex()));
        }
    }
}
