package io.leasehold.faults.load;

import static io.leasehold.faults.load.Client.bytes;

import io.leasehold.faults.history.RegisterCall.Action;
import io.leasehold.faults.history.RegisterCall.Swap;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeResponse;
import io.leasehold.protocol.etcdserverpb.KVGrpc.KVBlockingStub;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How an action on keys is asked for, and what its answer says. All throw StatusRuntimeException. */
final class KeyRequests {
    /**
     * An answer.
     *
     * @param done false for a swap that found something else
     * @param changed whether the revision is that of a change
     * @param seen what the keys held; a key that the answer says nothing of is not in it
     */
    record Reply(long revision, boolean done, boolean changed, Map<String, Optional<String>> seen) {}

    /** Sends one request for some keys. */
    interface Request {
        Reply send(KVBlockingStub kv, List<String> keys, Action action);
    }

    private KeyRequests() {}

    static Reply get(KVBlockingStub kv, List<String> keys, Action action) {
        return read(kv.range(range(keys.getFirst())), keys.getFirst());
    }

    static Reply getLocally(KVBlockingStub kv, String key) {
        return read(kv.range(range(key).toBuilder().setSerializable(true).build()), key);
    }

    static Reply put(KVBlockingStub kv, List<String> keys, Action action) {
        String key = keys.getFirst();
        PutResponse put = kv.put(put(key, action).toBuilder().setPrevKv(true).build());
        Optional<String> before = put.hasPrevKv() ? Optional.of(value(put.getPrevKv())) : Optional.empty();
        return new Reply(put.getHeader().getRevision(), true, true, Map.of(key, before));
    }

    static Reply delete(KVBlockingStub kv, List<String> keys, Action action) {
        String key = keys.getFirst();
        DeleteRangeResponse deleted = kv.deleteRange(DeleteRangeRequest.newBuilder()
                .setKey(bytes(key))
                .setPrevKv(true)
                .build());
        Optional<String> before = deleted.getPrevKvsList().stream().findFirst().map(KeyRequests::value);
        return new Reply(deleted.getHeader().getRevision(), true, deleted.getDeleted() == 1, Map.of(key, before));
    }

    static Reply swap(KVBlockingStub kv, List<String> keys, Action action) {
        String key = keys.getFirst();
        TxnResponse txn = kv.txn(TxnRequest.newBuilder()
                .addCompare(compare(key, (Swap) action))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key, action)))
                .addFailure(RequestOp.newBuilder().setRequestRange(range(key)))
                .build());
        long revision = txn.getHeader().getRevision();
        return txn.getSucceeded()
                ? new Reply(revision, true, true, Map.of())
                : new Reply(
                        revision,
                        false,
                        false,
                        Map.of(key, value(txn.getResponses(0).getResponseRange())));
    }

    static Reply putAll(KVBlockingStub kv, List<String> keys, Action action) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        keys.forEach(key -> txn.addSuccess(RequestOp.newBuilder().setRequestPut(put(key, action))));
        return new Reply(kv.txn(txn.build()).getHeader().getRevision(), true, true, Map.of());
    }

    static Reply getAll(KVBlockingStub kv, List<String> keys, Action action) {
        TxnRequest.Builder request = TxnRequest.newBuilder();
        keys.forEach(key -> request.addSuccess(RequestOp.newBuilder().setRequestRange(range(key))));
        TxnResponse txn = kv.txn(request.build());
        Map<String, Optional<String>> seen = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            seen.put(keys.get(i), value(txn.getResponses(i).getResponseRange()));
        }
        return new Reply(txn.getHeader().getRevision(), true, false, seen);
    }

    private static Reply read(RangeResponse range, String key) {
        return new Reply(range.getHeader().getRevision(), true, false, Map.of(key, value(range)));
    }

    private static Compare compare(String key, Swap swap) {
        Compare.Builder compare = Compare.newBuilder().setKey(bytes(key)).setResult(Compare.CompareResult.EQUAL);
        return swap.expected() == null
                ? compare.setTarget(Compare.CompareTarget.VERSION).setVersion(0).build()
                : compare.setTarget(Compare.CompareTarget.VALUE)
                        .setValue(bytes(swap.expected()))
                        .build();
    }

    private static PutRequest put(String key, Action action) {
        return PutRequest.newBuilder()
                .setKey(bytes(key))
                .setValue(bytes(action.writes().orElseThrow()))
                .build();
    }

    private static RangeRequest range(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key)).build();
    }

    private static Optional<String> value(RangeResponse range) {
        return range.getKvsList().stream().findFirst().map(KeyRequests::value);
    }

    private static String value(KeyValue kv) {
        return kv.getValue().toStringUtf8();
    }
}
