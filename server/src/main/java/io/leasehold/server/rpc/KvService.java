package io.leasehold.server.rpc;

import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.CompactionResponse;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RangeEvaluator;
import io.leasehold.statemachine.ReadOnlyTxn;
import io.leasehold.statemachine.RequestValidator;
import io.leasehold.statemachine.Requests;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Reads and writes of keys. The order of checks is etcd's: quota and alarms, then the request itself, then what the log
 * and the state say.
 */
final class KvService {
    /** Keys read on an event loop: well below a millisecond. More would hold up every call of its connections, keepalives too. */
    static final int EVENT_LOOP_KEYS_MAX = 2_000;

    private final Gate gate;
    private final CallThreads threads;
    private final Headers headers;
    private final ReadCounters reads;
    private final int txnOpsMax;

    KvService(Gate gate, CallThreads threads, Headers headers, ReadCounters reads, int txnOpsMax) {
        this.gate = gate;
        this.threads = threads;
        this.headers = headers;
        this.reads = reads;
        this.txnOpsMax = txnOpsMax;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(KVGrpc.SERVICE_NAME)
                .addMethod(Methods.RANGE, UnaryCall.handler(threads, this::range))
                .addMethod(Methods.RANGE_STREAM, RangeStreamCall.handler(threads, gate, headers, reads))
                .addMethod(Methods.PUT, UnaryCall.handler(threads, this::put))
                .addMethod(Methods.DELETE_RANGE, UnaryCall.handler(threads, this::deleteRange))
                .addMethod(Methods.TXN, UnaryCall.handler(threads, this::txn))
                .addMethod(KVGrpc.getCompactMethod(), UnaryCall.handler(threads, this::compact))
                .build();
    }

    private void range(RangeQuery query, UnaryCall<RangeQuery, WireMessage> call) {
        Optional<ErrorCode> refusal = query.refusal();
        if (refusal.isPresent()) {
            call.refuse(refusal.get());
            return;
        }
        Command.Range range = query.range();
        if (!range.serializable() && gate.replica().status().learner()) {
            call.refuse(ErrorCode.NOT_SUPPORTED_FOR_LEARNER);
            return;
        }
        reads.range();
        call.access(gate).read(range.serializable(), Need.read(range.range()), call.executor(), point -> {
            switch (point) {
                case ReadPoint.Ready ready -> answer(range, ready.snapshot(), call);
                case ReadPoint.Failed failed -> call.refuse(failed.code());
            }
        });
    }

    private void answer(Command.Range range, StoreSnapshot snapshot, UnaryCall<?, WireMessage> call) {
        if (RangeEvaluator.keysToRead(snapshot, range) <= EVENT_LOOP_KEYS_MAX) {
            answer(reads.range(() -> RangeEvaluator.evaluate(snapshot, range)), call);
        } else {
            Executor callThread = call.executor();
            gate.slowReads().execute(() -> {
                try {
                    Outcome.RangeAnswer answer = reads.range(() -> RangeEvaluator.evaluate(snapshot, range));
                    callThread.execute(() -> answer(answer, call));
                } catch (RuntimeException broken) {
                    // As gRPC answers when a call fails on its own thread.
                    callThread.execute(() -> call.refuse(Status.UNKNOWN.withCause(broken)));
                }
            });
        }
    }

    private void answer(Outcome.RangeAnswer answer, UnaryCall<?, WireMessage> call) {
        switch (answer) {
            case Outcome.Ranged ranged -> call.reply(KvReplies.range(headers.at(ranged.revision()), ranged));
            case Outcome.Refused refused -> call.refuse(refused.code());
        }
    }

    private void put(Command.Put put, UnaryCall<Command.Put, WireMessage> call) {
        propose(put, () -> RequestValidator.put(put), call);
    }

    private void deleteRange(DeleteRangeRequest request, UnaryCall<DeleteRangeRequest, WireMessage> call) {
        propose(Requests.deleteRange(request), () -> RequestValidator.deleteRange(request), call);
    }

    private void txn(TxnRequest request, UnaryCall<TxnRequest, WireMessage> call) {
        Command.Txn txn = Requests.txn(request);
        if (isRefused(txn, () -> RequestValidator.txn(request, txnOpsMax), call)) {
            return;
        }
        if (txn.isReadOnly()) {
            read(txn, call);
        } else {
            call.access(gate).propose(txn, call.executor(), outcome -> answer(outcome, call));
        }
    }

    /** A transaction that changes nothing needs no log entry, just a moment to be evaluated at. */
    private void read(Command.Txn txn, UnaryCall<TxnRequest, WireMessage> call) {
        call.access(gate).read(txn.isSerializable(), Need.command(txn), call.executor(), point -> {
            switch (point) {
                case ReadPoint.Ready ready -> {
                    Outcome outcome = ReadOnlyTxn.evaluate(ready.snapshot(), txn);
                    if (outcome instanceof Outcome.TxnDone done) {
                        reads.txn(done.results().size());
                    }
                    answer(outcome, call);
                }
                case ReadPoint.Failed failed -> call.refuse(failed.code());
            }
        });
    }

    private void compact(CompactionRequest request, UnaryCall<CompactionRequest, CompactionResponse> call) {
        // With "physical" the replica answers when the space has been swept.
        call.access(gate).propose(Requests.compact(request), call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.Compacted compacted ->
                    call.reply(CompactionResponse.newBuilder()
                            .setHeader(headers.message(compacted.revision()))
                            .build());
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("a compaction came to " + outcome);
            }
        });
    }

    private void propose(Command command, Check check, UnaryCall<?, WireMessage> call) {
        if (!isRefused(command, check, call)) {
            call.access(gate).propose(command, call.executor(), outcome -> answer(outcome, call));
        }
    }

    /** Whether the call is refused, now or soon: for want of space, or because something is wrong with it. */
    private boolean isRefused(Command command, Check check, UnaryCall<?, ?> call) {
        Optional<ErrorCode> unwanted = gate.replica().admit(command);
        if (unwanted.isPresent()) {
            gate.replica().whenAlarmed(call.executor(), () -> call.refuse(unwanted.get()));
            return true;
        }
        Optional<ErrorCode> wrong = check.refusal();
        wrong.ifPresent(call::refuse);
        return wrong.isPresent();
    }

    private void answer(Outcome outcome, UnaryCall<?, WireMessage> call) {
        switch (outcome) {
            case Outcome.Written written -> call.reply(KvReplies.put(headers.at(written.revision()), written));
            case Outcome.Deleted deleted -> call.reply(KvReplies.deleteRange(headers.at(deleted.revision()), deleted));
            case Outcome.TxnDone done -> call.reply(KvReplies.txn(headers.at(done.revision()), done));
            case Outcome.Refused refused -> call.refuse(refused.code());
            default -> throw new IllegalStateException("a request for keys came to " + outcome);
        }
    }

    /** What is wrong with a request, judged only when quota and alarms have let it pass. */
    private interface Check {
        Optional<ErrorCode> refusal();
    }
}
