package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTableImage;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.statemachine.auth.AuthState;
import java.util.List;
import java.util.Set;

/**
 * All of the replicated state at one log index. Immutable, for any thread; whoever holds it holds the store's snapshot.
 *
 * @param appliedIndex,appliedTerm the last log entry in it
 * @param store the keys, as published
 * @param leases without their keys, which name them
 * @param removedMemberIds ids that have left for good
 * @param auth users and roles
 */
public record StateImage(
        long appliedIndex,
        long appliedTerm,
        StoreSnapshot store,
        LeaseTableImage leases,
        List<Member> members,
        Set<Long> removedMemberIds,
        List<ActiveAlarm> alarms,
        AuthState auth) {
    public StateImage {
        members = List.copyOf(members);
        removedMemberIds = Set.copyOf(removedMemberIds);
        alarms = List.copyOf(alarms);
    }
}
