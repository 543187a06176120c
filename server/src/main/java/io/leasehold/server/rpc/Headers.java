package io.leasehold.server.rpc;

import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.server.replica.MemberStatus;
import io.leasehold.server.replica.Replica;

/** Makes the headers of this member's answers. Any thread. */
final class Headers {
    private final Replica replica;
    private final long clusterId;
    private final long memberId;

    Headers(Replica replica) {
        this.replica = replica;
        MemberStatus status = replica.status();
        this.clusterId = status.clusterId();
        this.memberId = status.memberId();
    }

    /** For hand-encoded answers; revision 0 is left out. */
    Header at(long revision) {
        return new Header(clusterId, memberId, revision, replica.term());
    }

    /** For generated answers; revision 0 is left out. */
    ResponseHeader message(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(clusterId)
                .setMemberId(memberId)
                .setRevision(revision)
                .setRaftTerm(replica.term())
                .build();
    }
}
