package io.leasehold.client.internal.session;

import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Puts a session's keys on its new lease: those that are gone, and those that still hang on the lost one. */
final class Reattachment {
    /** Servers take 128 operations in a transaction. */
    private static final int KEYS_PER_TXN_MAX = 100;

    private Reattachment() {}

    /** Completes when all keys have been looked at; a key that somebody else has put meanwhile is left to them. */
    static CompletableFuture<List<TxnResult>> of(
            Kv kv, Map<ByteSequence, ByteSequence> attached, long lostLease, long newLease) {
        List<Op> ops = new ArrayList<>();
        attached.forEach((key, value) -> {
            Op put = Op.put(key, value, PutOptions.DEFAULT.lease(newLease));
            Op ifOurs =
                    Op.txn(new Op.TxnRequest(List.of(Compare.lease(key).equalTo(lostLease)), List.of(put), List.of()));
            ops.add(Op.txn(new Op.TxnRequest(List.of(Compare.absent(key)), List.of(put), List.of(ifOurs))));
        });
        CompletableFuture<List<TxnResult>> done = CompletableFuture.completedFuture(new ArrayList<>());
        for (int from = 0; from < ops.size(); from += KEYS_PER_TXN_MAX) {
            List<Op> chunk = ops.subList(from, Math.min(from + KEYS_PER_TXN_MAX, ops.size()));
            done = done.thenCompose(results -> kv.txn().then(chunk).commit().thenApply(result -> {
                results.add(result);
                return results;
            }));
        }
        return done;
    }
}
