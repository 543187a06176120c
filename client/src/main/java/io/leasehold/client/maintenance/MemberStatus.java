package io.leasehold.client.maintenance;

import io.leasehold.client.call.Header;
import java.util.List;

/**
 * How one member stands.
 *
 * @param header its id, revision and term
 * @param version of its software
 * @param databaseBytes size of its data
 * @param databaseBytesInUse how much of it is live
 * @param leaderId 0 when it knows none
 * @param raftIndex newest entry of its log
 * @param raftAppliedIndex newest entry it has applied
 * @param errors alarms and the like, for people
 */
public record MemberStatus(
        Header header,
        String version,
        long databaseBytes,
        long databaseBytesInUse,
        long leaderId,
        long raftIndex,
        long raftAppliedIndex,
        boolean learner,
        List<String> errors) {
    public MemberStatus {
        errors = List.copyOf(errors);
    }
}
