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
import io.leasehold.statemachine.EtcdIds;
import io.leasehold.statemachine.MemberCommand;
import io.leasehold.statemachine.Messages;
import io.leasehold.statemachine.Outcome;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Who belongs to the cluster, and changes of it: refused in etcd's order, with etcd's words (cluster.md 1.2). */
final class ClusterService {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final Gate gate;
    private final Replica replica;
    private final CallThreads threads;
    private final Headers headers;
    private final LongSupplier freshNumbers;
    private final int learnersMax;
    private final Promotions promotions;

    /** {@code freshNumbers} never gives one twice; any thread. */
    ClusterService(
            Gate gate,
            CallThreads threads,
            Headers headers,
            LongSupplier freshNumbers,
            int learnersMax,
            Promotions promotions) {
        this.promotions = promotions;
        this.learnersMax = learnersMax;
        this.freshNumbers = freshNumbers;
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
        return MemberListResponse.newBuilder()
                .setHeader(headers.message(0))
                .addAllMembers(messages(replica.status().members()))
                .build();
    }

    private void memberAdd(MemberAddRequest request, UnaryCall<MemberAddRequest, MemberAddResponse> call) {
        List<String> urls = request.getPeerURLsList();
        if (!valid(urls)) {
            // Told before it is asked who calls.
            call.refuse(ErrorCode.MEMBER_BAD_URLS);
        } else {
            call.access(gate)
                    .check(Need.ADMIN, call.executor(), () -> addValid(request, call), code -> call.refuse(code));
        }
    }

    private void addValid(MemberAddRequest request, UnaryCall<MemberAddRequest, MemberAddResponse> call) {
        List<String> urls = request.getPeerURLsList();
        long id = freshId(urls);
        change(new MemberCommand.Add(id, urls, request.getIsLearner(), learnersMax), call, members -> {
            MemberAddResponse.Builder response =
                    MemberAddResponse.newBuilder().setHeader(headers.message(0)).addAllMembers(messages(members));
            messages(members).stream().filter(member -> member.getID() == id).forEach(response::setMember);
            return response.build();
        });
    }

    private void memberRemove(MemberRemoveRequest request, UnaryCall<MemberRemoveRequest, MemberRemoveResponse> call) {
        change(new MemberCommand.Remove(request.getID()), call, members -> MemberRemoveResponse.newBuilder()
                .setHeader(headers.message(0))
                .addAllMembers(messages(members))
                .build());
    }

    private void memberUpdate(MemberUpdateRequest request, UnaryCall<MemberUpdateRequest, MemberUpdateResponse> call) {
        if (!valid(request.getPeerURLsList())) {
            call.refuse(ErrorCode.MEMBER_BAD_URLS);
            return;
        }
        MemberCommand update = new MemberCommand.Update(request.getID(), request.getPeerURLsList());
        change(update, call, members -> MemberUpdateResponse.newBuilder()
                .setHeader(headers.message(0))
                .addAllMembers(messages(members))
                .build());
    }

    private void memberPromote(
            MemberPromoteRequest request, UnaryCall<MemberPromoteRequest, MemberPromoteResponse> call) {
        Optional<ErrorCode> refusal = replica.status().members().stream()
                .filter(member -> member.id() == request.getID())
                .findFirst()
                .map(member ->
                        member.learner() ? Optional.<ErrorCode>empty() : Optional.of(ErrorCode.MEMBER_NOT_LEARNER))
                .orElse(Optional.of(ErrorCode.MEMBER_NOT_FOUND));
        if (refusal.isPresent()) {
            refusePromotion(refusal.get(), call);
            return;
        }
        replica.isLevel(request.getID(), call.executor(), answer -> {
            switch (answer) {
                case Replica.LevelAnswer.Known known -> {
                    if (known.level()) {
                        promote(request.getID(), call);
                    } else {
                        refusePromotion(ErrorCode.LEARNER_NOT_READY, call);
                    }
                }
                case Replica.LevelAnswer.Failed failed -> refusePromotion(failed.code(), call);
            }
        });
    }

    private void promote(long id, UnaryCall<MemberPromoteRequest, MemberPromoteResponse> call) {
        Function<List<io.leasehold.statemachine.Member>, MemberPromoteResponse> answer = members -> {
            promotions.succeeded();
            return MemberPromoteResponse.newBuilder()
                    .setHeader(headers.message(0))
                    .addAllMembers(messages(members))
                    .build();
        };
        change(new MemberCommand.Promote(id), call, answer, code -> refusePromotion(code, call));
    }

    private void refusePromotion(ErrorCode code, UnaryCall<MemberPromoteRequest, MemberPromoteResponse> call) {
        promotions.refused(code);
        call.refuse(code);
    }

    private <R> void change(
            MemberCommand command, UnaryCall<?, R> call, Function<List<io.leasehold.statemachine.Member>, R> answer) {
        change(command, call, answer, call::refuse);
    }

    private <R> void change(
            MemberCommand command,
            UnaryCall<?, R> call,
            Function<List<io.leasehold.statemachine.Member>, R> answer,
            Consumer<ErrorCode> refuse) {
        Optional<ErrorCode> refusal = replica.admit(command);
        if (refusal.isPresent()) {
            refuse.accept(refusal.get());
            return;
        }
        call.access(gate).propose(command, call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.MembersChanged changed -> call.reply(answer.apply(changed.members()));
                case Outcome.Refused refused -> refuse.accept(refused.code());
                default -> throw new IllegalStateException("a change of members came to " + outcome);
            }
        });
    }

    private static List<Member> messages(List<io.leasehold.statemachine.Member> members) {
        return members.stream().map(Messages::member).toList();
    }

    /** As etcd's: from the URLs and something that was never there before. */
    private long freshId(List<String> urls) {
        return EtcdIds.memberId(urls, Long.toString(freshNumbers.getAsLong()));
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
