package io.leasehold.server.replica;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.Remaining;
import io.leasehold.server.replica.lease.LeaseProposals;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import java.util.List;

/** Puts the LeaseKeeper's commands into the log, through the Proposer's internal lane. */
final class LoggedLeaseProposals implements LeaseProposals {
    private final Lanes lanes;
    private final PendingCommands pending;

    LoggedLeaseProposals(Lanes lanes, PendingCommands pending) {
        this.lanes = lanes;
        this.pending = pending;
    }

    @Override
    public void proposeExpire(long term, List<Incarnation> leases, Listener listener) {
        propose(new Command.LeaseExpire(term, leases), listener);
    }

    @Override
    public void proposeCheckpoint(long term, List<Remaining> leases, Listener listener) {
        propose(new Command.LeaseCheckpoint(term, leases), listener);
    }

    @Override
    public void proposeClear(long term, List<Incarnation> leases, Listener listener) {
        propose(new Command.LeaseClear(term, leases), listener);
    }

    private void propose(Command command, Listener listener) {
        lanes.offerInternal(pending.own(command, outcome -> {
            if (outcome instanceof Outcome.Noted) {
                listener.applied();
            } else {
                listener.refused();
            }
        }));
    }
}
