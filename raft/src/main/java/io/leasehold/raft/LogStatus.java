package io.leasehold.raft;

/**
 * How the log stands on this member.
 *
 * @param term the newest term this member has heard of; 0 before the first election
 * @param leaderId the member id of the leader as far as known, 0 for none
 * @param isLeader whether this member believes that it leads; only {@link LeadershipGuard} knows
 * @param leaderReady whether it leads and has handed over everything committed by leaders before it
 * @param committedIndex the newest entry known to be committed; 0 for none
 * @param lastIndex the newest entry in this member's log, committed or not; 0 for none
 */
public record LogStatus(
        long term, long leaderId, boolean isLeader, boolean leaderReady, long committedIndex, long lastIndex) {

    /** The status of a log that is not started. */
    public static final LogStatus STOPPED = new LogStatus(0, 0, false, false, 0, 0);
}
