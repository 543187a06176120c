package io.leasehold.server.rpc;

import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.server.replica.MemberStatus;
import io.leasehold.server.replica.Replica;

/** Makes the headers of this member's answers. Any thread. */
final class Headers {
    private final Replica replica;

    Headers(Replica replica) {
        this.replica = replica;
    }

    /** For hand-encoded answers; revision 0 is left out. */
    Header at(long revision) {
        MemberStatus status = replica.status();
        return new Header(status.clusterId(), status.memberId(), revision, status.term());
    }

    /** For generated answers; revision 0 is left out. */
    ResponseHeader message(long revision) {
        MemberStatus status = replica.status();
        return ResponseHeader.newBuilder()
                .setClusterId(status.clusterId())
                .setMemberId(status.memberId())
                .setRevision(revision)
                .setRaftTerm(status.term())
                .build();
    }
}
