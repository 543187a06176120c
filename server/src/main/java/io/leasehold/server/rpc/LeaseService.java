package io.leasehold.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ServerServiceDefinition;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeResponse;
import io.leasehold.protocol.etcdserverpb.LeaseStatus;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.server.replica.LeaseList;
import io.leasehold.server.replica.TimeToLive;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Requests;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Leases: grant, revoke, keep alive, ask after. */
final class LeaseService {
    /** What a lease that does not exist has left; clients tell it from an ended one by grantedTTL 0. */
    private static final long TTL_UNKNOWN_SECONDS = -1;

    private final Gate gate;
    private final CallThreads threads;
    private final Headers headers;
    private final LongSupplier freshIds;
    private final long ttlMinSeconds;

    LeaseService(Gate gate, CallThreads threads, Headers headers, LongSupplier freshIds, long ttlMinSeconds) {
        this.gate = gate;
        this.threads = threads;
        this.headers = headers;
        this.freshIds = freshIds;
        this.ttlMinSeconds = ttlMinSeconds;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(LeaseGrpc.SERVICE_NAME)
                .addMethod(LeaseGrpc.getLeaseGrantMethod(), UnaryCall.handler(threads, this::grant))
                .addMethod(LeaseGrpc.getLeaseRevokeMethod(), UnaryCall.handler(threads, this::revoke))
                .addMethod(Methods.KEEP_ALIVE, KeepAliveCall.handler(threads, gate, headers))
                .addMethod(LeaseGrpc.getLeaseTimeToLiveMethod(), UnaryCall.handler(threads, this::timeToLive))
                .addMethod(LeaseGrpc.getLeaseLeasesMethod(), UnaryCall.handler(threads, this::leases))
                .build();
    }

    private void grant(LeaseGrantRequest request, UnaryCall<LeaseGrantRequest, LeaseGrantResponse> call) {
        Command.LeaseGrant grant = Requests.grant(request, freshIds.getAsLong(), ttlMinSeconds);
        Optional<ErrorCode> refusal = gate.replica().admit(grant);
        if (refusal.isPresent()) {
            gate.replica().whenAlarmed(call.executor(), () -> call.refuse(refusal.get()));
            return;
        }
        call.access(gate).propose(grant, call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.Granted granted ->
                    call.reply(LeaseGrantResponse.newBuilder()
                            .setHeader(headers.message(granted.revision()))
                            .setID(granted.id())
                            .setTTL(granted.ttlSeconds())
                            .build());
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("a grant came to " + outcome);
            }
        });
    }

    private void revoke(LeaseRevokeRequest request, UnaryCall<LeaseRevokeRequest, LeaseRevokeResponse> call) {
        call.access(gate).propose(Requests.revoke(request), call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.Revoked revoked ->
                    call.reply(LeaseRevokeResponse.newBuilder()
                            .setHeader(headers.message(revoked.revision()))
                            .build());
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("a revocation came to " + outcome);
            }
        });
    }

    private void timeToLive(
            LeaseTimeToLiveRequest request, UnaryCall<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> call) {
        call.access(gate).timeToLive(request.getID(), request.getKeys(), call.executor(), answer -> {
            LeaseTimeToLiveResponse.Builder response =
                    LeaseTimeToLiveResponse.newBuilder().setID(request.getID());
            switch (answer) {
                case TimeToLive.Known known -> {
                    response.setHeader(headers.message(known.revision()))
                            .setTTL(known.remainingSeconds())
                            .setGrantedTTL(known.grantedSeconds());
                    for (ByteSequence key : known.keys()) {
                        response.addKeys(UnsafeByteOperations.unsafeWrap(key.asReadOnlyBuffer()));
                    }
                    call.reply(response.build());
                }
                case TimeToLive.Unknown unknown ->
                    call.reply(response.setHeader(headers.message(unknown.revision()))
                            .setTTL(TTL_UNKNOWN_SECONDS)
                            .build());
                case TimeToLive.Failed failed -> call.refuse(failed.code());
            }
        });
    }

    private void leases(LeaseLeasesRequest request, UnaryCall<LeaseLeasesRequest, LeaseLeasesResponse> call) {
        call.access(gate).leases(call.executor(), answer -> {
            switch (answer) {
                case LeaseList.Listed listed -> {
                    LeaseLeasesResponse.Builder response =
                            LeaseLeasesResponse.newBuilder().setHeader(headers.message(listed.revision()));
                    for (long id : listed.ids()) {
                        response.addLeases(LeaseStatus.newBuilder().setID(id));
                    }
                    call.reply(response.build());
                }
                case LeaseList.Failed failed -> call.refuse(failed.code());
            }
        });
    }
}
