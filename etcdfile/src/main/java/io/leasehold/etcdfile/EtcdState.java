package io.leasehold.etcdfile;

import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.leasepb.Lease;
import java.util.List;

/**
 * What an etcd database holds beside the revisions of its keys.
 *
 * @param consistentIndex the last log entry in it
 * @param term of that entry; 0 in files of etcd 3.4 and older, which do not have it
 * @param compactedRevision versions not visible from here on are gone; 0 if nothing was ever compacted
 * @param clusterVersion such as {@code 3.6.0}; empty when it is not set
 * @param members with peer and client URLs
 * @param removedMemberIds ids that must not come back
 * @param leases without their keys, which name them
 * @param alarms those that are on
 */
public record EtcdState(
        long consistentIndex,
        long term,
        long compactedRevision,
        String clusterVersion,
        List<Member> members,
        List<Long> removedMemberIds,
        List<Lease> leases,
        List<AlarmMember> alarms,
        EtcdAuth auth) {
    public EtcdState {
        members = List.copyOf(members);
        removedMemberIds = List.copyOf(removedMemberIds);
        leases = List.copyOf(leases);
        alarms = List.copyOf(alarms);
    }
}
