package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.bytes;
import static io.leasehold.interop.grpc.Calls.deleteOp;
import static io.leasehold.interop.grpc.Calls.putOp;
import static io.leasehold.interop.grpc.Calls.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.Compare.CompareResult;
import io.leasehold.protocol.etcdserverpb.Compare.CompareTarget;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Revisions, puts, transactions and compaction on a store that nobody has used before. */
final class KvStoreCasesIT {
    private static final String LEASE_NOT_FOUND = "etcdserver: requested lease not found";
    private static final String KEY_NOT_FOUND = "etcdserver: key not found";
    private static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";

    /** The largest request by default, 1.5 MiB. */
    private static final int REQUEST_BYTES_MAX = 1_572_864;

    private ServerProcess server;
    private Calls calls;

    @BeforeEach
    void start() {
        server = ServerProcess.start(ServerTarget.configured());
        calls = new Calls(server.endpoint());
    }

    @AfterEach
    void stop() {
        calls.close();
        server.close();
    }

    @Test
    void an_empty_store_is_at_revision_one_and_changes_count_from_there() {
        assertThat(calls.revision()).isEqualTo(1);
        assertThat(calls.put("k", "v")).isEqualTo(2);
        assertThat(calls.put("k", "v")).isEqualTo(3);
        assertThat(calls.get("k").getKvs(0).getVersion()).isEqualTo(2);
        assertThat(calls.delete("none")).isEqualTo(3);
        calls.grant(60);
        calls.txn();
        assertThat(calls.revision()).isEqualTo(3);
        assertThat(calls.delete("k")).isEqualTo(4);
        calls.put("k", "again");

        KeyValue reborn = calls.get("k").getKvs(0);
        assertThat(reborn.getVersion()).isEqualTo(1);
        assertThat(reborn.getCreateRevision()).isEqualTo(5);
    }

    @Test
    void what_a_put_keeps_of_the_old_must_be_there() {
        refused(Code.INVALID_ARGUMENT, "etcdserver: key is not provided", () -> calls.put("", "v"));
        refused(Code.INVALID_ARGUMENT, KEY_NOT_FOUND, () -> calls.put(put("k").setIgnoreValue(true)));
        refused(Code.INVALID_ARGUMENT, KEY_NOT_FOUND, () -> calls.put(put("k").setIgnoreLease(true)));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: value is provided",
                () -> calls.put(put("k").setValue(bytes("v")).setIgnoreValue(true)));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: lease is provided",
                () -> calls.put(put("k").setLease(1).setIgnoreLease(true)));
        refused(Code.NOT_FOUND, LEASE_NOT_FOUND, () -> calls.put(put("k").setLease(4711)));
        refused(
                Code.NOT_FOUND,
                LEASE_NOT_FOUND,
                () -> calls.put(put("k").setLease(4711).setIgnoreValue(true)));
        assertThat(calls.revision()).isEqualTo(1);

        long lease = calls.grant(60);
        calls.put(put("k").setValue(bytes("v")).setLease(lease));
        calls.put(put("k").setValue(bytes("w")).setIgnoreLease(true));
        assertThat(calls.get("k").getKvs(0).getLease()).isEqualTo(lease);
        calls.put(put("k").setIgnoreValue(true));
        assertThat(calls.get("k").getKvs(0).getValue()).isEqualTo(bytes("w"));
        assertThat(calls.get("k").getKvs(0).getLease()).isZero();
    }

    @Test
    void the_branch_not_taken_is_not_judged() {
        TxnResponse done = calls.kv()
                .txn(TxnRequest.newBuilder()
                        .addCompare(compare("k", CompareTarget.VERSION, CompareResult.GREATER))
                        .addSuccess(RequestOp.newBuilder().setRequestPut(put("k").setLease(4711)))
                        .addFailure(putOp("k", "v"))
                        .build());

        assertThat(done.getSucceeded()).isFalse();
        assertThat(calls.get("k").getKvs(0).getValue()).isEqualTo(bytes("v"));
    }

    @Test
    void an_empty_range_compares_like_a_missing_key() {
        assertThat(holds(compare("a", CompareTarget.VERSION, CompareResult.EQUAL)
                        .setVersion(0)
                        .setRangeEnd(bytes("b"))))
                .isTrue();
        assertThat(holds(compare("a", CompareTarget.LEASE, CompareResult.EQUAL)
                        .setLease(0)
                        .setRangeEnd(bytes("b"))))
                .isTrue();
        long lease = calls.grant(60);
        calls.put(put("a1").setLease(lease));
        assertThat(holds(compare("a1", CompareTarget.LEASE, CompareResult.EQUAL).setLease(lease)))
                .isTrue();
        calls.revoke(lease);
        assertThat(holds(compare("a1", CompareTarget.LEASE, CompareResult.EQUAL).setLease(0)))
                .isTrue();
    }

    @Test
    void values_compare_as_unsigned_bytes() {
        calls.put(put("k").setValue(ByteString.copyFrom(new byte[] {(byte) 0xff})));

        assertThat(holds(
                        compare("k", CompareTarget.VALUE, CompareResult.GREATER).setValue(bytes("a"))))
                .isTrue();
    }

    @Test
    void a_txn_holds_a_hundred_and_twenty_eight_operations() {
        RequestOp[] most =
                IntStream.range(0, 128).mapToObj(i -> putOp("k" + i, "v")).toArray(RequestOp[]::new);
        RequestOp[] more =
                IntStream.range(0, 129).mapToObj(i -> putOp("k" + i, "v")).toArray(RequestOp[]::new);

        assertThat(calls.txn(most).getHeader().getRevision()).isEqualTo(2);
        refused(Code.INVALID_ARGUMENT, "etcdserver: too many operations in txn request", () -> calls.txn(more));
    }

    @Test
    void a_txn_that_only_reads_takes_neither_revision_nor_log() {
        long before = raftIndex();

        calls.txn(RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(bytes("k")))
                .build());
        assertThat(raftIndex()).isEqualTo(before);

        RequestOp read = RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(bytes("k")))
                .build();
        calls.txn(RequestOp.newBuilder()
                .setRequestTxn(TxnRequest.newBuilder().addSuccess(read))
                .build());
        assertThat(raftIndex()).isGreaterThan(before);
        assertThat(calls.revision()).isEqualTo(1);
    }

    @Test
    void puts_of_the_same_key_in_sibling_txns_are_duplicates() {
        RequestOp nested = nested(putOp("k", "v"));

        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: duplicate key given in txn request",
                () -> calls.txn(nested, nested));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: duplicate key given in txn request",
                () -> calls.txn(nested(deleteOp("k")), nested));
        calls.txn(deleteOp("k"), deleteOp("k"));
    }

    @Test
    void a_request_may_be_almost_as_large_as_the_limit() {
        calls.put("large", "x".repeat(REQUEST_BYTES_MAX - 1_024));

        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: request is too large",
                () -> calls.put("large", "x".repeat(REQUEST_BYTES_MAX)));
        StatusRuntimeException tooLarge = catchThrowableOfType(
                StatusRuntimeException.class, () -> calls.put("large", "x".repeat(REQUEST_BYTES_MAX + (1 << 20))));
        assertThat(tooLarge.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void compaction_at_zero_works_once() {
        calls.put("k", "v");

        calls.compact(0);
        refused(Code.OUT_OF_RANGE, COMPACTED, () -> calls.compact(0));
        refused(Code.OUT_OF_RANGE, COMPACTED, () -> calls.compact(-1));
    }

    @Test
    void a_key_deleted_before_the_compaction_is_gone_from_history() {
        calls.put("k", "v");
        long deleted = calls.delete("k");
        calls.put("other", "v");

        calls.kv()
                .compact(CompactionRequest.newBuilder()
                        .setRevision(deleted)
                        .setPhysical(true)
                        .build());

        assertThat(calls.kv()
                        .range(RangeRequest.newBuilder()
                                .setKey(bytes("k"))
                                .setRevision(deleted)
                                .build())
                        .getCount())
                .isZero();
        assertThat(calls.get("other").getCount()).isEqualTo(1);
    }

    @Test
    void a_delete_tells_what_was_there_in_the_order_of_keys() {
        for (String key : List.of("d/c", "d/a", "d/b")) {
            calls.put(key, "v-" + key);
        }

        assertThat(calls.kv()
                        .deleteRange(DeleteRangeRequest.newBuilder()
                                .setKey(bytes("d/"))
                                .setRangeEnd(bytes("d0"))
                                .setPrevKv(true)
                                .build())
                        .getPrevKvsList())
                .extracting(kv -> kv.getKey().toStringUtf8())
                .containsExactly("d/a", "d/b", "d/c");
        PutResponse first =
                calls.kv().put(put("d/a").setValue(bytes("v")).setPrevKv(true).build());
        assertThat(first.hasPrevKv()).isFalse();
    }

    @Test
    void what_was_acknowledged_is_there_after_a_kill() {
        long last = 0;
        for (int i = 0; i < 50; i++) {
            last = calls.put("k" + i, "v" + i);
        }
        calls.compact(last - 10);
        long lease = calls.grant(600);
        last = calls.put(put("leased").setLease(lease));

        server.kill();
        server.restart();

        assertThat(calls.revision()).isEqualTo(last);
        assertThat(calls.get("k49").getKvs(0).getValue()).isEqualTo(bytes("v49"));
        refused(Code.OUT_OF_RANGE, COMPACTED, () -> calls.compact(2));
        calls.revoke(lease);
        assertThat(calls.get("leased").getCount()).isZero();
    }

    private long raftIndex() {
        return calls.maintenance().status(StatusRequest.getDefaultInstance()).getRaftIndex();
    }

    private boolean holds(Compare.Builder compare) {
        return calls.kv()
                .txn(TxnRequest.newBuilder().addCompare(compare).build())
                .getSucceeded();
    }

    private static RequestOp nested(RequestOp operation) {
        return RequestOp.newBuilder()
                .setRequestTxn(TxnRequest.newBuilder().addSuccess(operation))
                .build();
    }

    private static PutRequest.Builder put(String key) {
        return PutRequest.newBuilder().setKey(bytes(key));
    }

    private static Compare.Builder compare(String key, CompareTarget target, CompareResult result) {
        return Compare.newBuilder().setKey(bytes(key)).setTarget(target).setResult(result);
    }
}
