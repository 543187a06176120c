package io.leasehold.server.replica;

import io.leasehold.raft.LogStatus;
import io.leasehold.statemachine.ActiveAlarm;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.StateMachine;
import java.util.List;

/**
 * What a member says of itself at one moment.
 *
 * @param clusterId id of the cluster
 * @param memberId id of this member
 * @param term Raft term this member knows of
 * @param leaderId id of the leader it knows of; 0 when none
 * @param serving whether linearizable requests can be answered here now
 * @param raftIndex index of the last log entry known to be committed
 * @param appliedIndex index of the last entry applied here
 * @param sizeBytes bytes the store takes on disk
 * @param liveBytes bytes of them that are reachable
 * @param quotaBytes size at which writes are refused; negative: never
 * @param alarms alarms raised in the cluster
 * @param members all members, by id
 */
public record MemberStatus(
        long clusterId,
        long memberId,
        long term,
        long leaderId,
        boolean serving,
        long raftIndex,
        long appliedIndex,
        long sizeBytes,
        long liveBytes,
        long quotaBytes,
        List<ActiveAlarm> alarms,
        List<Member> members) {
    /** What the store's manifest takes on disk, about a page. Clients divide by the size of a store that has no record yet. */
    private static final int BESIDE_RECORDS_BYTES = 4_096;

    /** Copies the lists. */
    public MemberStatus {
        alarms = List.copyOf(alarms);
        members = List.copyOf(members);
    }

    /** What a member says now. */
    static MemberStatus of(
            ReplicaSettings settings, LogStatus log, AppliedState applied, boolean serving, StateMachine machine) {
        return new MemberStatus(
                settings.clusterId(),
                settings.memberId(),
                log.term(),
                log.leaderId(),
                serving,
                log.committedIndex(),
                applied.index(),
                applied.snapshot().sizeBytes() + BESIDE_RECORDS_BYTES,
                applied.snapshot().liveBytes() + BESIDE_RECORDS_BYTES,
                settings.quotaBytes(),
                machine.alarms(),
                machine.members());
    }

    /** Whether this member has no vote. */
    public boolean learner() {
        for (Member member : members) {
            if (member.id() == memberId) {
                return member.learner();
            }
        }
        return false;
    }

    /** Whether this member leads. */
    public boolean leader() {
        return leaderId == memberId;
    }
}
