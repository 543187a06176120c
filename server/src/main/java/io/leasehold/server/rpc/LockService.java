package io.leasehold.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ServerServiceDefinition;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import io.leasehold.protocol.v3lockpb.LockRequest;
import io.leasehold.protocol.v3lockpb.LockResponse;
import io.leasehold.protocol.v3lockpb.UnlockRequest;
import io.leasehold.protocol.v3lockpb.UnlockResponse;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Requests;
import java.util.function.LongSupplier;

/** Locks for clients without the recipe: the caller waits in line here. */
final class LockService {
    private final Gate gate;
    private final CallThreads threads;
    private final Headers headers;
    private final LongSupplier freshLeaseIds;

    LockService(Gate gate, CallThreads threads, Headers headers, LongSupplier freshLeaseIds) {
        this.gate = gate;
        this.threads = threads;
        this.headers = headers;
        this.freshLeaseIds = freshLeaseIds;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(LockGrpc.SERVICE_NAME)
                .addMethod(LockGrpc.getLockMethod(), UnaryCall.handler(threads, this::lock))
                .addMethod(LockGrpc.getUnlockMethod(), UnaryCall.handler(threads, this::unlock))
                .build();
    }

    private void lock(LockRequest request, UnaryCall<LockRequest, LockResponse> call) {
        Candidacy candidacy = new Candidacy(
                call.access(gate),
                call.executor(),
                new Candidacy.Candidate(Requests.bytes(request.getName()), request.getLease(), ByteSequence.EMPTY),
                turn -> call.reply(LockResponse.newBuilder()
                        .setHeader(headers.message(turn.revision()))
                        .setKey(UnsafeByteOperations.unsafeWrap(turn.key().asReadOnlyBuffer()))
                        .build()),
                call::refuse);
        call.whenCancelled(candidacy::abandon);
        candidacy.start(freshLeaseIds);
    }

    /** Whose key it is does not matter, as with etcd. */
    private void unlock(UnlockRequest request, UnaryCall<UnlockRequest, UnlockResponse> call) {
        if (request.getKey().isEmpty()) {
            call.refuse(ErrorCode.EMPTY_KEY);
            return;
        }
        Command removal = new Command.DeleteRange(KeyRange.single(Requests.bytes(request.getKey())), false);
        call.access(gate).propose(removal, call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.Deleted deleted ->
                    call.reply(UnlockResponse.newBuilder()
                            .setHeader(headers.message(deleted.revision()))
                            .build());
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("an unlock came to " + outcome);
            }
        });
    }
}
