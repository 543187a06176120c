package io.leasehold.client.internal.admin;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.cluster.Cluster;
import io.leasehold.client.cluster.Member;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Repeat;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberPromoteRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import io.leasehold.protocol.etcdserverpb.MemberUpdateRequest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The members, asked of a server. */
public final class GrpcCluster implements Cluster {
    private final Caller caller;
    private final long timeoutNanos;

    /** Made by the client. */
    public GrpcCluster(Caller caller, long timeoutNanos) {
        this.caller = caller;
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public CompletableFuture<List<Member>> members() {
        return caller.call(
                ClusterGrpc.getMemberListMethod(),
                MemberListRequest.newBuilder().setLinearizable(true).build(),
                Repeat.ALWAYS,
                timeoutNanos,
                answer -> members(answer.getMembersList()));
    }

    @Override
    public CompletableFuture<Member> add(List<String> peerUrls, boolean learner) {
        return caller.call(
                ClusterGrpc.getMemberAddMethod(),
                MemberAddRequest.newBuilder()
                        .addAllPeerURLs(peerUrls)
                        .setIsLearner(learner)
                        .build(),
                Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> member(answer.getMember()));
    }

    @Override
    public CompletableFuture<List<Member>> remove(long memberId) {
        return caller.call(
                ClusterGrpc.getMemberRemoveMethod(),
                MemberRemoveRequest.newBuilder().setID(memberId).build(),
                Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> members(answer.getMembersList()));
    }

    @Override
    public CompletableFuture<List<Member>> update(long memberId, List<String> peerUrls) {
        return caller.call(
                ClusterGrpc.getMemberUpdateMethod(),
                MemberUpdateRequest.newBuilder()
                        .setID(memberId)
                        .addAllPeerURLs(peerUrls)
                        .build(),
                Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> members(answer.getMembersList()));
    }

    @Override
    public CompletableFuture<List<Member>> promote(long memberId) {
        return caller.call(
                ClusterGrpc.getMemberPromoteMethod(),
                MemberPromoteRequest.newBuilder().setID(memberId).build(),
                Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> members(answer.getMembersList()));
    }

    @Override
    public CompletableFuture<List<String>> synchronizeEndpoints() {
        return members().thenApply(members -> {
            List<String> addresses = members.stream()
                    .filter(member -> !member.learner())
                    .flatMap(member -> member.clientUrls().stream())
                    .map(url -> URI.create(url).getAuthority())
                    .distinct()
                    .toList();
            if (addresses.isEmpty()) {
                throw LeaseholdException.local(
                        LeaseholdException.Kind.OTHER, "no member tells a client URL; the endpoints stay as they are");
            }
            caller.pool().replace(addresses);
            return addresses;
        });
    }

    private static List<Member> members(List<io.leasehold.protocol.etcdserverpb.Member> wire) {
        return wire.stream().map(GrpcCluster::member).toList();
    }

    private static Member member(io.leasehold.protocol.etcdserverpb.Member wire) {
        return new Member(
                wire.getID(), wire.getName(), wire.getPeerURLsList(), wire.getClientURLsList(), wire.getIsLearner());
    }
}
