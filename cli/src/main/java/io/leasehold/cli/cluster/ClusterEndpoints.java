package io.leasehold.cli.cluster;

import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import java.util.ArrayList;
import java.util.List;

/** The endpoints that a command asks one by one: those given, or those of all members. */
final class ClusterEndpoints {
    private ClusterEndpoints() {}

    static List<String> of(Ctl ctl, boolean wholeCluster) {
        if (!wholeCluster) {
            return ctl.endpoints();
        }
        try (Connection connection = ctl.connect()) {
            List<String> endpoints = new ArrayList<>();
            for (Member member : connection
                    .call(ClusterGrpc.getMemberListMethod(), MemberListRequest.getDefaultInstance())
                    .getMembersList()) {
                endpoints.addAll(member.getClientURLsList());
            }
            return endpoints;
        }
    }
}
