package io.leasehold.server.rpc;

import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberAddResponse;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberListResponse;
import io.leasehold.protocol.etcdserverpb.MemberPromoteRequest;
import io.leasehold.protocol.etcdserverpb.MemberPromoteResponse;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveResponse;
import io.leasehold.protocol.etcdserverpb.MemberUpdateRequest;
import io.leasehold.protocol.etcdserverpb.MemberUpdateResponse;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Replica;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;

/** Who belongs to the cluster. Changes are refused as etcd refuses them; those that it would make are not made yet. */
final class ClusterService {
    private static final String NO_CHANGES = "members of a cluster cannot be changed yet";
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final Gate gate;
    private final Replica replica;
    private final CallThreads threads;
    private final Headers headers;

    ClusterService(Gate gate, CallThreads threads, Headers headers) {
        this.gate = gate;
        this.replica = gate.replica();
        this.threads = threads;
        this.headers = headers;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(ClusterGrpc.SERVICE_NAME)
                .addMethod(ClusterGrpc.getMemberListMethod(), unary(Need.KNOWN, this::memberList))
                .addMethod(ClusterGrpc.getMemberAddMethod(), UnaryCall.handler(threads, this::memberAdd))
                .addMethod(ClusterGrpc.getMemberRemoveMethod(), unary(Need.ADMIN, this::memberRemove))
                .addMethod(ClusterGrpc.getMemberUpdateMethod(), unary(Need.ADMIN, this::memberUpdate))
                .addMethod(ClusterGrpc.getMemberPromoteMethod(), unary(Need.ADMIN, this::memberPromote))
                .build();
    }

    private <Q, R> ServerCallHandler<Q, R> unary(Need need, UnaryCall.Method<Q, R> method) {
        return UnaryCall.handler(threads, gate.requiring(need, method));
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

    private void memberAdd(MemberAddRequest request, UnaryCall<MemberAddRequest, MemberAddResponse> call) {
        if (!valid(request.getPeerURLsList())) {
            // Told before it is asked who calls.
            call.refuse(ErrorCode.MEMBER_BAD_URLS);
        } else {
            call.access(gate)
                    .check(Need.ADMIN, call.executor(), () -> addValid(request, call), code -> call.refuse(code));
        }
    }

    private void addValid(MemberAddRequest request, UnaryCall<MemberAddRequest, MemberAddResponse> call) {
        if (replica.status().members().stream()
                .anyMatch(member -> member.peerUrls().stream().anyMatch(request.getPeerURLsList()::contains))) {
            call.refuse(ErrorCode.PEER_URL_EXISTS);
        } else {
            call.unimplemented(NO_CHANGES);
        }
    }

    private void memberRemove(MemberRemoveRequest request, UnaryCall<MemberRemoveRequest, MemberRemoveResponse> call) {
        if (!isMember(request.getID())) {
            call.refuse(ErrorCode.MEMBER_NOT_FOUND);
        } else if (replica.status().members().size() == 1) {
            call.refuse(ErrorCode.NOT_ENOUGH_STARTED);
        } else {
            call.unimplemented(NO_CHANGES);
        }
    }

    private void memberUpdate(MemberUpdateRequest request, UnaryCall<MemberUpdateRequest, MemberUpdateResponse> call) {
        if (!valid(request.getPeerURLsList())) {
            call.refuse(ErrorCode.MEMBER_BAD_URLS);
        } else if (!isMember(request.getID())) {
            call.refuse(ErrorCode.MEMBER_NOT_FOUND);
        } else {
            call.unimplemented(NO_CHANGES);
        }
    }

    private void memberPromote(
            MemberPromoteRequest request, UnaryCall<MemberPromoteRequest, MemberPromoteResponse> call) {
        // Learners cannot be added, so every member is a voter.
        call.refuse(isMember(request.getID()) ? ErrorCode.MEMBER_NOT_LEARNER : ErrorCode.MEMBER_NOT_FOUND);
    }

    private boolean isMember(long id) {
        return replica.status().members().stream().anyMatch(member -> member.id() == id);
    }

    /** Whether there are any, each of a scheme, a host and a port and nothing else. */
    private static boolean valid(List<String> peerUrls) {
        return !peerUrls.isEmpty() && peerUrls.stream().allMatch(ClusterService::valid);
    }

    private static boolean valid(String peerUrl) {
        try {
            URI uri = new URI(peerUrl);
            String path = uri.getPath();
            return uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPort() >= 0
                    && (path == null || path.isEmpty());
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }
}
