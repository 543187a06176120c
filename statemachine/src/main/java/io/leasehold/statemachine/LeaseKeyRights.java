package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTable;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.statemachine.auth.AuthState;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether a user may write every key of a lease, without looking at every key for every put: it remembers for each lease
 * the last user found to may. Keys that this user attaches do not change the answer, as the attaching put needed the right
 * to write them; those of another user make that one the last. Only an administrator attaches what the last one may not
 * write, so the memory of the lease is dropped then. Applier thread.
 *
 * <p>The answer does not depend on what is remembered: members that remember different things decide alike.
 */
final class LeaseKeyRights implements Authorization.LeaseKeys {
    /** Leases remembered: some ten MiB. When there are more, all are forgotten and looked at anew. */
    private static final int REMEMBERED_LIMIT = 100_000;

    private final LeaseTable leases;
    private final Map<Long, Known> knownOfLease = new HashMap<>();

    /** Every key attached so far may be written by the user, by the permissions of that auth revision. */
    private record Known(String userName, long authRevision) {}

    LeaseKeyRights(LeaseTable leases) {
        this.leases = leases;
    }

    @Override
    public boolean allWritable(AuthState auth, String userName, long leaseId) {
        if (auth.isAdmin(userName)) {
            knownOfLease.remove(leaseId);
            return true;
        }
        Known asked = new Known(userName, auth.revision());
        if (asked.equals(knownOfLease.get(leaseId))) {
            return true;
        }
        for (ByteSequence key : leases.keys(leaseId)) {
            if (!auth.mayWrite(userName, KeyRange.single(key))) {
                return false;
            }
        }
        if (knownOfLease.size() >= REMEMBERED_LIMIT) {
            knownOfLease.clear();
        }
        knownOfLease.put(leaseId, asked);
        return true;
    }
}
