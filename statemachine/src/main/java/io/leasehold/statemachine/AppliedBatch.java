package io.leasehold.statemachine;

import io.leasehold.mvcc.StoreEvent;
import java.util.List;

/**
 * What a batch of commands changed, in log order: for watchers and for the LeaseKeeper.
 *
 * @param events changes of keys; whole revisions
 * @param leaseChanges changes of leases
 * @param operations how much was done to keys
 * @param tokenChanges changes of who has which token
 * @param quotaCrossed whether this member's store has reached its quota: the Applier of the member that leads then
 *     proposes to raise NOSPACE before it hands the batch's outcomes out. (Apply itself does not raise it, because the
 *     sizes of members' stores differ, and the replicated state must not.)
 * @param appliedIndex last log index in the batch
 */
public record AppliedBatch(
        List<StoreEvent> events,
        List<LeaseChange> leaseChanges,
        OperationCounts operations,
        List<TokenChange> tokenChanges,
        boolean quotaCrossed,
        long appliedIndex) {}
