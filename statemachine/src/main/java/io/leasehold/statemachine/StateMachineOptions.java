package io.leasehold.statemachine;

import io.leasehold.mvcc.StoreOptions;
import java.util.List;

/**
 * What a member's state machine is opened with.
 *
 * @param clusterId fixed at the first open; another one is refused later
 * @param memberId this member; fixed at the first open
 * @param name this member's name, for people; a later change is taken
 * @param bootstrapMembers the cluster's first members; used at the first open alone
 * @param quota of this member's store
 */
public record StateMachineOptions(
        long clusterId,
        long memberId,
        String name,
        List<Member> bootstrapMembers,
        Quota quota,
        StoreOptions storeOptions) {
    public StateMachineOptions {
        bootstrapMembers = List.copyOf(bootstrapMembers);
    }
}
