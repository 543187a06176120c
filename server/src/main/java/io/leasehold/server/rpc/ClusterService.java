package io.leasehold.server.rpc;

import io.grpc.ServerServiceDefinition;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberListResponse;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Replica;

/** Who belongs to the cluster. */
final class ClusterService {
    private final Replica replica;
    private final CallThreads threads;
    private final Headers headers;

    ClusterService(Replica replica, CallThreads threads, Headers headers) {
        this.replica = replica;
        this.threads = threads;
        this.headers = headers;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(ClusterGrpc.SERVICE_NAME)
                .addMethod(ClusterGrpc.getMemberListMethod(), UnaryCall.handler(threads, this::memberList))
                .build();
    }

    private void memberList(MemberListRequest request, UnaryCall<MemberListRequest, MemberListResponse> call) {
        if (!request.getLinearizable()) {
            call.reply(members());
            return;
        }
        replica.linearizable(call.executor(), point -> {
            switch (point) {
                case ReadPoint.Ready ready -> call.reply(members());
                case ReadPoint.Failed failed -> call.refuse(failed.code());
            }
        });
    }

    private MemberListResponse members() {
        // The cluster's own answers carry no store revision.
        MemberListResponse.Builder response = MemberListResponse.newBuilder().setHeader(headers.message(0));
        for (io.leasehold.statemachine.Member member : replica.status().members()) {
            response.addMembers(Member.newBuilder()
                    .setID(member.id())
                    .setName(member.name())
                    .addAllPeerURLs(member.peerUrls())
                    .addAllClientURLs(member.clientUrls())
                    .setIsLearner(member.learner()));
        }
        return response.build();
    }
}
