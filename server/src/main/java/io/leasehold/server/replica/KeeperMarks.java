package io.leasehold.server.replica;

import io.leasehold.server.replica.lease.LeaseKeeper;

/** Marks revokes with the keeper. */
record KeeperMarks(LeaseKeeper keeper) implements Proposer.RevokeMarks {
    @Override
    public void revokeProposed(long leaseId) {
        keeper.revokeProposed(leaseId);
    }

    @Override
    public void revokeSettled(long leaseId) {
        keeper.revokeSettled(leaseId);
    }

    @Override
    public void revokeLost(long leaseId) {
        keeper.revokeLost(leaseId);
    }
}
