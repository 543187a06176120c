package io.leasehold.client.internal.kv;

import io.leasehold.client.call.Header;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Namespace;
import io.leasehold.client.internal.rpc.Repeat;
import io.leasehold.client.internal.rpc.RevisionGuard;
import io.leasehold.client.internal.rpc.Wire;
import io.leasehold.client.kv.DeleteResult;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Keys and values on a server. */
public final class GrpcKv implements Kv {
    private final Caller caller;
    private final RevisionGuard guard;
    private final KvWire wire;
    private final long timeoutNanos;

    /** Made by the client. */
    public GrpcKv(Caller caller, RevisionGuard guard, Namespace namespace, long timeoutNanos) {
        this(caller, guard, new KvWire(namespace), timeoutNanos);
    }

    private GrpcKv(Caller caller, RevisionGuard guard, KvWire wire, long timeoutNanos) {
        this.caller = caller;
        this.guard = guard;
        this.wire = wire;
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public CompletableFuture<GetResult> get(KeyRange range, GetOptions options) {
        long floor = guard.floor();
        return caller.call(KVGrpc.getRangeMethod(), wire.range(range, options), Repeat.ALWAYS, timeoutNanos, answer -> {
            check(answer.getHeader(), floor);
            return wire.got(answer);
        });
    }

    @Override
    public CompletableFuture<PutResult> put(ByteSequence key, ByteSequence value, PutOptions options) {
        return caller.call(
                KVGrpc.getPutMethod(),
                wire.put(new Op.Put(key, value, options)),
                Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> {
                    guard.saw(answer.getHeader());
                    return wire.put(answer);
                });
    }

    @Override
    public CompletableFuture<DeleteResult> delete(KeyRange range, boolean previous) {
        return caller.call(
                KVGrpc.getDeleteRangeMethod(),
                wire.delete(range, previous),
                Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> {
                    guard.saw(answer.getHeader());
                    return wire.deleted(answer);
                });
    }

    @Override
    public CompletableFuture<TxnResult> commit(Op.TxnRequest txn) {
        boolean readsOnly = isReadOnly(txn);
        long floor = readsOnly ? guard.floor() : 0;
        return caller.call(
                KVGrpc.getTxnMethod(),
                wire.txn(txn),
                readsOnly ? Repeat.ALWAYS : Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> {
                    check(answer.getHeader(), floor);
                    return wire.committed(answer);
                });
    }

    @Override
    public CompletableFuture<Header> compact(long revision, boolean physical) {
        CompactionRequest request = CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(physical)
                .build();
        return caller.call(
                KVGrpc.getCompactMethod(),
                request,
                Repeat.IF_NOT_SENT,
                timeoutNanos,
                answer -> Wire.header(answer.getHeader()));
    }

    @Override
    public Kv withTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout " + timeout);
        }
        return new GrpcKv(caller, guard, wire, timeout.toNanos());
    }

    private void check(ResponseHeader header, long floor) {
        String objection = guard.objection(header, floor);
        if (objection != null) {
            throw LeaseholdException.local(LeaseholdException.Kind.STALE_READ, objection);
        }
        guard.saw(header);
    }

    private static boolean isReadOnly(Op.TxnRequest txn) {
        return Stream.of(txn.success(), txn.failure())
                .flatMap(List::stream)
                .allMatch(op -> op instanceof Op.Get || (op instanceof Op.Nested nested && isReadOnly(nested.txn())));
    }
}
