package io.leasehold.statemachine;

import io.leasehold.mvcc.StorePosition;
import io.leasehold.statemachine.auth.AuthState;
import java.util.List;
import java.util.Set;

/**
 * All of the replicated state at one log index but keys and leases: the keys lie in the store's segments, of which it
 * says how far they count.
 *
 * @param identity whose state it is
 * @param appliedIndex,appliedTerm the last log entry in it; 0 and 0 before the first
 * @param everCompacted whether a compaction was ever asked for; one at revision 0 leaves no other trace
 */
record ManifestHead(
        Identity identity,
        long appliedIndex,
        long appliedTerm,
        StorePosition store,
        boolean everCompacted,
        List<Member> members,
        Set<Long> removedMemberIds,
        List<ActiveAlarm> alarms,
        AuthState auth) {

    /**
     * Whose state it is.
     *
     * @param name for messages only
     */
    record Identity(long clusterId, long memberId, String name) {}
}
