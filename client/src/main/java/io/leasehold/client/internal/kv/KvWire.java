package io.leasehold.client.internal.kv;

import io.leasehold.client.call.Header;
import io.leasehold.client.internal.rpc.Namespace;
import io.leasehold.client.internal.rpc.Wire;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.DeleteResult;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.OpResult;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.protocol.etcdserverpb.Compare.CompareResult;
import io.leasehold.protocol.etcdserverpb.Compare.CompareTarget;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.ResponseOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import java.util.ArrayList;
import java.util.List;

/** Between the API's types and the wire's, in one namespace. Pure; also used by watches. */
public final class KvWire {
    private final Namespace namespace;

    /** In this namespace. */
    public KvWire(Namespace namespace) {
        this.namespace = namespace;
    }

    RangeRequest range(KeyRange range, GetOptions options) {
        KeyRange outer = namespace.outer(checked(range));
        GetOptions.RevisionFilter filter = options.filter();
        return RangeRequest.newBuilder()
                .setKey(Wire.bytes(outer.key()))
                .setRangeEnd(Wire.bytes(outer.end()))
                .setLimit(options.limit())
                .setRevision(options.revision())
                .setSortOrder(order(options.sort().order()))
                .setSortTarget(target(options.sort().target()))
                .setSerializable(options.serializable())
                .setKeysOnly(options.content() == GetOptions.Content.KEYS_ONLY)
                .setCountOnly(options.content() == GetOptions.Content.COUNT_ONLY)
                .setMinModRevision(filter.minModRevision())
                .setMaxModRevision(filter.maxModRevision())
                .setMinCreateRevision(filter.minCreateRevision())
                .setMaxCreateRevision(filter.maxCreateRevision())
                .build();
    }

    private static RangeRequest.SortOrder order(Sort.Order order) {
        return switch (order) {
            case NONE -> RangeRequest.SortOrder.NONE;
            case ASCENDING -> RangeRequest.SortOrder.ASCEND;
            case DESCENDING -> RangeRequest.SortOrder.DESCEND;
        };
    }

    private static RangeRequest.SortTarget target(Sort.Target target) {
        return switch (target) {
            case KEY -> RangeRequest.SortTarget.KEY;
            case VERSION -> RangeRequest.SortTarget.VERSION;
            case CREATE_REVISION -> RangeRequest.SortTarget.CREATE;
            case MOD_REVISION -> RangeRequest.SortTarget.MOD;
            case VALUE -> RangeRequest.SortTarget.VALUE;
        };
    }

    private static CompareResult relation(Compare.Relation relation) {
        return switch (relation) {
            case EQUAL -> CompareResult.EQUAL;
            case GREATER -> CompareResult.GREATER;
            case LESS -> CompareResult.LESS;
            case NOT_EQUAL -> CompareResult.NOT_EQUAL;
        };
    }

    PutRequest put(Op.Put put) {
        PutOptions options = put.options();
        return PutRequest.newBuilder()
                .setKey(Wire.bytes(namespace.outer(checked(put.key()))))
                .setValue(Wire.bytes(put.value()))
                .setLease(options.leaseId())
                .setPrevKv(options.previous())
                .setIgnoreValue(options.keepValue())
                .setIgnoreLease(options.keepLease())
                .build();
    }

    DeleteRangeRequest delete(KeyRange range, boolean previous) {
        KeyRange outer = namespace.outer(checked(range));
        return DeleteRangeRequest.newBuilder()
                .setKey(Wire.bytes(outer.key()))
                .setRangeEnd(Wire.bytes(outer.end()))
                .setPrevKv(previous)
                .build();
    }

    TxnRequest txn(Op.TxnRequest txn) {
        TxnRequest.Builder request = TxnRequest.newBuilder();
        txn.compares().forEach(compare -> request.addCompare(compare(compare)));
        txn.success().forEach(op -> request.addSuccess(op(op)));
        txn.failure().forEach(op -> request.addFailure(op(op)));
        return request.build();
    }

    private io.leasehold.protocol.etcdserverpb.Compare compare(Compare compare) {
        KeyRange outer = namespace.outer(checked(compare.range()));
        var wire = io.leasehold.protocol.etcdserverpb.Compare.newBuilder()
                .setKey(Wire.bytes(outer.key()))
                .setRangeEnd(Wire.bytes(outer.end()))
                .setResult(relation(compare.relation()));
        if (compare.operand() instanceof Compare.Operand.OfValue value) {
            return wire.setTarget(CompareTarget.VALUE)
                    .setValue(Wire.bytes(value.value()))
                    .build();
        }
        Compare.Operand.OfNumber operand = (Compare.Operand.OfNumber) compare.operand();
        long number = operand.value();
        return switch (operand.property()) {
            case VERSION ->
                wire.setTarget(CompareTarget.VERSION).setVersion(number).build();
            case CREATE_REVISION ->
                wire.setTarget(CompareTarget.CREATE).setCreateRevision(number).build();
            case MOD_REVISION ->
                wire.setTarget(CompareTarget.MOD).setModRevision(number).build();
            case LEASE -> wire.setTarget(CompareTarget.LEASE).setLease(number).build();
        };
    }

    private RequestOp op(Op op) {
        RequestOp.Builder wire = RequestOp.newBuilder();
        if (op instanceof Op.Get get) {
            wire.setRequestRange(range(get.range(), get.options()));
        } else if (op instanceof Op.Put put) {
            wire.setRequestPut(put(put));
        } else if (op instanceof Op.Delete delete) {
            wire.setRequestDeleteRange(delete(delete.range(), delete.previous()));
        } else {
            wire.setRequestTxn(txn(((Op.Nested) op).txn()));
        }
        return wire.build();
    }

    GetResult got(RangeResponse response) {
        return new GetResult(
                Wire.header(response.getHeader()),
                entries(response.getKvsList()),
                response.getMore(),
                response.getCount());
    }

    PutResult put(PutResponse response) {
        return new PutResult(
                Wire.header(response.getHeader()), response.hasPrevKv() ? entry(response.getPrevKv()) : null);
    }

    DeleteResult deleted(DeleteRangeResponse response) {
        return new DeleteResult(
                Wire.header(response.getHeader()), response.getDeleted(), entries(response.getPrevKvsList()));
    }

    TxnResult committed(TxnResponse response) {
        Header header = Wire.header(response.getHeader());
        List<OpResult> results = new ArrayList<>(response.getResponsesCount());
        for (ResponseOp op : response.getResponsesList()) {
            results.add(
                    switch (op.getResponseCase()) {
                        case RESPONSE_RANGE -> got(op.getResponseRange());
                        case RESPONSE_PUT -> put(op.getResponsePut());
                        case RESPONSE_DELETE_RANGE -> deleted(op.getResponseDeleteRange());
                        case RESPONSE_TXN -> committed(op.getResponseTxn());
                        case RESPONSE_NOT_SET -> throw new IllegalStateException("an operation without an answer");
                    });
        }
        return new TxnResult(header, response.getSucceeded(), results);
    }

    private List<KeyValue> entries(List<io.leasehold.protocol.mvccpb.KeyValue> wire) {
        List<KeyValue> entries = new ArrayList<>(wire.size());
        wire.forEach(kv -> entries.add(entry(kv)));
        return entries;
    }

    /** A key as it stood, with the key as the user knows it. */
    public KeyValue entry(io.leasehold.protocol.mvccpb.KeyValue kv) {
        return new KeyValue(
                namespace.inner(kv.getKey()),
                Wire.sequence(kv.getValue()),
                kv.getCreateRevision(),
                kv.getModRevision(),
                kv.getVersion(),
                kv.getLease());
    }

    private io.leasehold.protocol.ByteSequence checked(io.leasehold.protocol.ByteSequence key) {
        if (key.isEmpty() && namespace.prefix().length() > 0) {
            // With the prefix before it the server could not see that it is empty.
            throw new IllegalArgumentException("a key is not empty");
        }
        return key;
    }

    private KeyRange checked(KeyRange range) {
        if (range.isSingle()) {
            checked(range.key());
        }
        return range;
    }
}
