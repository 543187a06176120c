package io.leasehold.server.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.leasehold.v1.GrantLeasesRequest;
import io.leasehold.protocol.leasehold.v1.GrantLeasesResponse;
import io.leasehold.protocol.leasehold.v1.GrantRequest;
import io.leasehold.protocol.leasehold.v1.GrantResult;
import io.leasehold.protocol.leasehold.v1.GrantedInTxn;
import io.leasehold.protocol.leasehold.v1.ItemError;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.PutWithTtlRequest;
import io.leasehold.protocol.leasehold.v1.PutWithTtlResponse;
import io.leasehold.protocol.leasehold.v1.RevokeLeasesRequest;
import io.leasehold.protocol.leasehold.v1.RevokeLeasesResponse;
import io.leasehold.protocol.leasehold.v1.RevokeResult;
import io.leasehold.protocol.leasehold.v1.TxnGrant;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantRequest;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantResponse;
import io.leasehold.server.replica.Replica;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RequestValidator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** {@code leasehold.v1.Lease}: leases many at once, in milliseconds, and together with keys. See lease.proto. */
final class LeaseExtensionService {
    private static final Command.Txn NOTHING = new Command.Txn(List.of(), List.of(), List.of());

    private final Gate gate;
    private final Replica replica;
    private final CallThreads threads;
    private final Headers headers;
    private final LeaseLists lists;
    private final LongSupplier freshIds;
    private final int txnOpsMax;

    LeaseExtensionService(Gate gate, CallThreads threads, Headers headers, LongSupplier freshIds, int txnOpsMax) {
        this.gate = gate;
        this.replica = gate.replica();
        this.threads = threads;
        this.headers = headers;
        this.lists = new LeaseLists(gate, headers);
        this.freshIds = freshIds;
        this.txnOpsMax = txnOpsMax;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(LeaseGrpc.SERVICE_NAME)
                .addMethod(LeaseGrpc.getListLeasesMethod(), UnaryCall.handler(threads, lists::list))
                .addMethod(LeaseGrpc.getGrantLeasesMethod(), UnaryCall.handler(threads, this::grant))
                .addMethod(LeaseGrpc.getKeepAliveMethod(), BatchKeepAliveCall.handler(threads, gate, headers))
                .addMethod(LeaseGrpc.getRevokeLeasesMethod(), UnaryCall.handler(threads, this::revoke))
                .addMethod(LeaseGrpc.getWatchLeasesMethod(), WatchLeasesCall.handler(threads, gate, headers))
                .addMethod(LeaseGrpc.getPutWithTtlMethod(), UnaryCall.handler(threads, this::put))
                .addMethod(Methods.TXN_WITH_GRANT, UnaryCall.handler(threads, this::txn))
                .build();
    }

    private void grant(GrantLeasesRequest request, UnaryCall<GrantLeasesRequest, GrantLeasesResponse> call) {
        Optional<Status> wrong = LeaseRequests.check(request);
        if (wrong.isPresent()) {
            call.refuse(wrong.get());
            return;
        }
        Batch<GrantResult> batch = new Batch<>(
                request.getGrantsCount(),
                results -> call.reply(GrantLeasesResponse.newBuilder()
                        .setHeader(headers.message(replica.snapshot().revision()))
                        .addAllResults(results)
                        .build()));
        for (int i = 0; i < request.getGrantsCount(); i++) {
            int position = i;
            GrantRequest asked = request.getGrants(i);
            Command.TxnGrant grant = grant(asked.getId(), asked.getTtlMs(), Command.GrantBranch.EITHER);
            propose(new Command.LeasedTxn(List.of(grant), NOTHING), call, outcome -> {
                GrantResult.Builder result = GrantResult.newBuilder().setId(grant.id());
                refusal(outcome).ifPresentOrElse(result::setError, () -> result.setTtlMs(grant.ttlMillis()));
                batch.set(position, result.build());
            });
        }
    }

    private void revoke(RevokeLeasesRequest request, UnaryCall<RevokeLeasesRequest, RevokeLeasesResponse> call) {
        Optional<Status> wrong = LeaseRequests.check(request);
        if (wrong.isPresent()) {
            call.refuse(wrong.get());
            return;
        }
        Batch<RevokeResult> batch = new Batch<>(
                request.getIdsCount(),
                results -> call.reply(RevokeLeasesResponse.newBuilder()
                        .setHeader(headers.message(replica.snapshot().revision()))
                        .addAllResults(results)
                        .build()));
        for (int i = 0; i < request.getIdsCount(); i++) {
            int position = i;
            long id = request.getIds(i);
            call.access(gate).propose(new Command.LeaseRevoke(id), call.executor(), outcome -> {
                RevokeResult.Builder result = RevokeResult.newBuilder().setId(id);
                if (outcome instanceof Outcome.Revoked revoked) {
                    result.setRevision(revoked.revision());
                } else {
                    refusal(outcome).ifPresent(result::setError);
                }
                batch.set(position, result.build());
            });
        }
    }

    private void put(PutWithTtlRequest request, UnaryCall<PutWithTtlRequest, PutWithTtlResponse> call) {
        Command.TxnGrant grant = grant(request.getLeaseId(), request.getTtlMs(), Command.GrantBranch.EITHER);
        Command.Put put = LeaseRequests.put(request, grant.id());
        Optional<Status> wrong = LeaseRequests.checkTtl(request.getTtlMs())
                .or(() -> RequestValidator.put(put).map(ErrorCode::toStatus));
        if (wrong.isPresent()) {
            call.refuse(wrong.get());
            return;
        }
        Command.Txn txn = new Command.Txn(List.of(), List.of(put), List.of());
        propose(new Command.LeasedTxn(List.of(grant), txn), call, outcome -> {
            switch (outcome) {
                case Outcome.LeasedTxnDone done -> {
                    Outcome.Written written =
                            (Outcome.Written) done.txn().results().getFirst();
                    WireMessage answer = KvReplies.put(Header.inner(done.revision()), written);
                    call.reply(PutWithTtlResponse.newBuilder()
                            .setHeader(headers.message(done.revision()))
                            .setLeaseId(grant.id())
                            .setTtlMs(grant.ttlMillis())
                            .setPut(parsed(answer, PutResponse.parser()))
                            .build());
                }
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("a put with a TTL came to " + outcome);
            }
        });
    }

    private void txn(TxnWithGrantRequest request, UnaryCall<TxnWithGrantRequest, TxnWithGrantResponse> call) {
        Optional<Status> wrong = LeaseRequests.check(request)
                .or(() -> RequestValidator.txn(request.getTxn(), txnOpsMax).map(ErrorCode::toStatus));
        if (wrong.isPresent()) {
            call.refuse(wrong.get());
            return;
        }
        List<Command.TxnGrant> grants = new ArrayList<>(request.getGrantsCount());
        for (TxnGrant grant : request.getGrantsList()) {
            grants.add(grant(grant.getId(), grant.getTtlMs(), LeaseRequests.branch(grant)));
        }
        Command.LeasedTxn command = new Command.LeasedTxn(grants, LeaseRequests.txn(request, grants));
        propose(command, call, outcome -> {
            switch (outcome) {
                case Outcome.LeasedTxnDone done -> call.reply(answer(request, grants, done));
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("a transaction with grants came to " + outcome);
            }
        });
    }

    private TxnWithGrantResponse answer(
            TxnWithGrantRequest request, List<Command.TxnGrant> grants, Outcome.LeasedTxnDone done) {
        WireMessage txn = KvReplies.txn(Header.inner(done.revision()), done.txn());
        TxnWithGrantResponse.Builder response = TxnWithGrantResponse.newBuilder()
                .setHeader(headers.message(done.revision()))
                .setTxn(parsed(txn, TxnResponse.parser()));
        for (Command.TxnGrant granted : done.grants()) {
            response.addGranted(GrantedInTxn.newBuilder()
                    .setId(granted.id())
                    .setTtlMs(granted.ttlMillis())
                    .setPlaceholder(request.getGrants(grants.indexOf(granted)).getPlaceholder()));
        }
        return response.build();
    }

    private Command.TxnGrant grant(long id, long ttlMillis, Command.GrantBranch branch) {
        return new Command.TxnGrant(id == 0 ? freshIds.getAsLong() : id, ttlMillis, branch);
    }

    private void propose(Command command, UnaryCall<?, ?> call, Consumer<Outcome> listener) {
        Optional<ErrorCode> refusal = replica.admit(command);
        if (refusal.isPresent()) {
            replica.whenAlarmed(call.executor(), () -> listener.accept(new Outcome.Refused(refusal.get())));
        } else {
            call.access(gate).propose(command, call.executor(), listener);
        }
    }

    private static Optional<ItemError> refusal(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused ? Optional.of(error(refused.code())) : Optional.empty();
    }

    static ItemError error(ErrorCode code) {
        return ItemError.newBuilder()
                .setCode(code.code().value())
                .setMessage(code.message())
                .build();
    }

    /** Our own encoding of an etcd answer as the generated message that another message can hold. */
    private static <T> T parsed(WireMessage message, Parser<T> parser) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.encodedLength());
        WireOutput out = new WireOutput(bytes, message.encodedLength());
        message.writeTo(out);
        out.flush();
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes.toByteArray());
            in.setRecursionLimit(Methods.NESTED_MESSAGES_MAX);
            return parser.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an answer of ours is malformed", e);
        }
    }

    /** The results of a batch, told when the last is there. Confined to the call's thread. */
    private static final class Batch<T> {
        private final List<T> results = new ArrayList<>();
        private final List<Optional<T>> slots = new ArrayList<>();
        private final Consumer<List<T>> whenWhole;
        private int missing;

        Batch(int size, Consumer<List<T>> whenWhole) {
            for (int i = 0; i < size; i++) {
                slots.add(Optional.empty());
            }
            this.whenWhole = whenWhole;
            this.missing = size;
        }

        void set(int position, T result) {
            slots.set(position, Optional.of(result));
            missing--;
            if (missing == 0) {
                slots.forEach(slot -> slot.ifPresent(results::add));
                whenWhole.accept(results);
            }
        }
    }
}
