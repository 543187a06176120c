package io.leasehold.server;

import io.leasehold.raft.LogStartException;
import io.leasehold.raft.ratis.LogRecovery;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.StartRefused;
import io.leasehold.statemachine.EntryCodec;
import io.leasehold.statemachine.MemberCommand;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.StateMachine;
import java.util.List;

/**
 * {@code --force-new-cluster}: a member whose cluster has lost its majority for good becomes the only one, with all the data
 * that it has and under its own id.
 */
final class LostCluster {
    private LostCluster() {}

    /** Whether that is asked for and there is something to carry on with; a fresh directory founds a cluster as ever. */
    static boolean isLeftBehind(ServerConfig config, ClusterIdentity identity, DataDirectory directory) {
        return config.bootstrap().forceNewCluster()
                && LogRecovery.groupIdIn(directory.log(), identity.clusterId()).isPresent();
    }

    /**
     * Writes it into the log, which is not open yet; the state follows when that is applied.
     *
     * @param machine the state as it is without the log's last entries
     * @throws StartRefused when this member has never heard of a cluster, or its log cannot be written
     */
    static void carryOnAlone(
            ServerConfig config, ClusterIdentity identity, StateMachine machine, DataDirectory directory) {
        if (machine.members().isEmpty()) {
            throw new StartRefused("--force-new-cluster: this member was added but has never got the state of its"
                    + " cluster, so there is nothing to carry on with; use another member's directory");
        }
        MemberCommand alone = new MemberCommand.StandAlone(
                identity.memberId(), config.bootstrap().advertisePeer());
        try {
            LogRecovery.carryOnAlone(
                    directory.log(),
                    identity.clusterId(),
                    identity.memberId(),
                    machine.appliedIndex(),
                    EntryCodec.encode(List.of(Proposal.ofMember(alone))));
        } catch (LogStartException e) {
            throw new StartRefused("--force-new-cluster: " + e.getMessage(), e);
        }
    }
}
