package io.leasehold.server.replica.lease;

import io.leasehold.raft.LeadershipGuard;

/**
 * What the keeper needs of the rest of the member.
 *
 * @param guard proves that this member leads
 * @param proposals the keeper's way into the log
 * @param appliedIndex tells how far this member has applied the log
 */
public record LeaseSurroundings(LeadershipGuard guard, LeaseProposals proposals, AppliedIndexWaiter appliedIndex) {}
