package io.leasehold.interop.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.Compare.CompareResult;
import io.leasehold.protocol.etcdserverpb.Compare.CompareTarget;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What requests of keys answer at their edges. */
final class KvCasesIT {
    private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
    private static final String FUTURE = "etcdserver: mvcc: required revision is a future revision";
    private static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";
    private static final String DUPLICATE = "etcdserver: duplicate key given in txn request";

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private ManagedChannel channel;

    @BeforeEach
    void five_keys() {
        channel = NettyChannelBuilder.forTarget("dns:///" + SERVER.endpoint())
                .usePlaintext()
                .disableRetry()
                .build();
        kv().deleteRange(DeleteRangeRequest.newBuilder()
                .setKey(ZERO)
                .setRangeEnd(ZERO)
                .build());
        // By value, and by revision, they come in the reverse order of their keys.
        for (String key : List.of("e", "d", "c", "b", "a")) {
            put(key, key.equals("a") ? "9" : "v" + key);
        }
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
    }

    @Test
    void ranges_that_end_before_they_begin_are_empty() {
        assertThat(get(range("b", "b")).getCount()).isZero();
        assertThat(get(range("b", "a")).getCount()).isZero();
    }

    @Test
    void an_end_of_one_zero_byte_is_open() {
        assertThat(keys(get(range("b", "\0")))).containsExactly("b", "c", "d", "e");
        assertThat(keys(get(range("\0", "\0")))).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void a_limit_cuts_and_tells_so_while_count_tells_all() {
        RangeResponse two = get(range("\0", "\0").setLimit(2));
        assertThat(keys(two)).containsExactly("a", "b");
        assertThat(two.getMore()).isTrue();
        assertThat(two.getCount()).isEqualTo(5);

        assertThat(get(range("\0", "\0").setLimit(5)).getMore()).isFalse();
        assertThat(get(range("\0", "\0").setLimit(-1)).getKvsCount()).isEqualTo(5);
    }

    @Test
    void count_only_ignores_the_limit() {
        RangeResponse counted = get(range("\0", "\0").setLimit(1).setCountOnly(true));

        assertThat(counted.getCount()).isEqualTo(5);
        assertThat(counted.getKvsCount()).isZero();
        assertThat(counted.getMore()).isFalse();
    }

    @Test
    void filters_of_revisions_leave_the_count_alone() {
        long newest = kv(get(range("a", ""))).getModRevision();

        RangeResponse filtered = get(range("\0", "\0").setMinModRevision(newest - 1));
        assertThat(keys(filtered)).containsExactly("a", "b");
        assertThat(filtered.getCount()).isEqualTo(5);
        assertThat(keys(get(range("\0", "\0").setMaxCreateRevision(newest - 3))))
                .containsExactly("d", "e");
        assertThat(get(range("\0", "\0").setMinModRevision(newest - 1).setLimit(2))
                        .getMore())
                .isFalse();
    }

    @Test
    void the_newest_keys_come_first_when_asked_for() {
        RangeRequest.Builder newest = range("\0", "\0")
                .setLimit(2)
                .setSortTarget(RangeRequest.SortTarget.MOD)
                .setSortOrder(RangeRequest.SortOrder.DESCEND);

        assertThat(keys(get(newest))).containsExactly("a", "b");
        assertThat(keys(get(range("\0", "\0").setSortTarget(RangeRequest.SortTarget.VALUE))))
                .startsWith("a");
    }

    @Test
    void an_unknown_target_of_sorting_is_refused() {
        Assumptions.assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "etcd 3.4 dies of it");

        refused(
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: invalid sort option",
                () -> get(range("\0", "\0").setSortTargetValue(9)));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: invalid sort option",
                () -> get(range("\0", "\0").setSortOrderValue(7)));
        assertThat(get(range("a", "")).getCount()).isEqualTo(1);
    }

    @Test
    void keys_only_leaves_nothing_out_but_values() {
        KeyValue key = kv(get(range("a", "").setKeysOnly(true)));

        assertThat(key.getValue().isEmpty()).isTrue();
        assertThat(key.getVersion()).isEqualTo(1);
        assertThat(key.getCreateRevision()).isPositive();
    }

    @Test
    void a_range_before_a_key_existed_is_empty_and_tells_the_current_revision() {
        long created = kv(get(range("a", ""))).getCreateRevision();

        RangeResponse before = get(range("a", "").setRevision(created - 1));

        assertThat(before.getCount()).isZero();
        assertThat(before.getHeader().getRevision()).isEqualTo(created);
    }

    @Test
    void a_negative_revision_is_the_current_one_but_not_in_a_txn() {
        assertThat(get(range("a", "").setRevision(-5)).getCount()).isEqualTo(1);
        refused(Status.Code.OUT_OF_RANGE, COMPACTED, () -> kv().txn(TxnRequest.newBuilder()
                .addSuccess(
                        RequestOp.newBuilder().setRequestRange(range("a", "").setRevision(-5)))
                .addSuccess(putOp("x", "1"))
                .build()));
    }

    @Test
    void a_delete_of_several_keys_takes_one_revision_and_none_of_no_key() {
        long before = revision();

        assertThat(delete("nosuch", "").getHeader().getRevision()).isEqualTo(before);
        assertThat(delete("a", "d").getHeader().getRevision()).isEqualTo(before + 1);
    }

    @Test
    void a_put_within_a_deleted_range_is_a_duplicate() {
        refused(Status.Code.INVALID_ARGUMENT, DUPLICATE, () -> txn(deleteOp("a", "c"), putOp("b", "1")));
        refused(Status.Code.INVALID_ARGUMENT, DUPLICATE, () -> txn(putOp("b", "1"), deleteOp("a", "c")));
    }

    @Test
    void a_put_after_an_open_ended_delete_lives() {
        txn(deleteOp("a", "\0"), putOp("b", "again"));

        assertThat(keys(get(range("\0", "\0")))).containsExactly("b");
    }

    @Test
    void branches_of_a_nested_txn_may_put_the_same_key() {
        TxnRequest nested = TxnRequest.newBuilder()
                .addSuccess(putOp("n", "1"))
                .addFailure(putOp("n", "2"))
                .build();

        TxnResponse answer = txn(RequestOp.newBuilder().setRequestTxn(nested).build());

        assertThat(answer.getResponses(0).getResponseTxn().hasHeader()).isTrue();
        assertThat(answer.getResponses(0).getResponseTxn().getHeader().getRevision())
                .isZero();
        refused(
                Status.Code.INVALID_ARGUMENT,
                DUPLICATE,
                () -> txn(RequestOp.newBuilder().setRequestTxn(nested).build(), putOp("n", "3")));
    }

    @Test
    void an_operation_of_no_kind_is_refused() {
        refused(Status.Code.INVALID_ARGUMENT, "etcdserver: key not found", () -> txn(RequestOp.getDefaultInstance()));
    }

    @Test
    void a_missing_key_compares_as_zeroes_and_has_no_value() {
        assertThat(holds(compare("nosuch", CompareTarget.CREATE, CompareResult.EQUAL)))
                .isTrue();
        assertThat(holds(compare("nosuch", CompareTarget.VALUE, CompareResult.NOT_EQUAL)
                        .setValue(ByteString.copyFromUtf8("x"))))
                .isFalse();
        assertThat(holds(compare("p", CompareTarget.VERSION, CompareResult.EQUAL)
                        .setRangeEnd(ByteString.copyFromUtf8("q"))))
                .isTrue();
    }

    @Test
    void a_compare_of_a_range_holds_for_every_key_or_not_at_all() {
        Compare.Builder once = compare("a", CompareTarget.VERSION, CompareResult.EQUAL)
                .setVersion(1)
                .setRangeEnd(ZERO);
        assertThat(holds(once)).isTrue();

        put("c", "again");

        assertThat(holds(once)).isFalse();
    }

    @Test
    void an_operation_that_fails_undoes_the_txn() {
        long before = revision();

        refused(
                Status.Code.OUT_OF_RANGE,
                FUTURE,
                () -> txn(
                        putOp("x", "1"),
                        RequestOp.newBuilder()
                                .setRequestRange(range("a", "").setRevision(before + 1))
                                .build()));
        refused(
                Status.Code.NOT_FOUND,
                "etcdserver: requested lease not found",
                () -> txn(
                        putOp("x", "1"),
                        RequestOp.newBuilder()
                                .setRequestPut(PutRequest.newBuilder()
                                        .setKey(ByteString.copyFromUtf8("y"))
                                        .setLease(4711))
                                .build()));

        assertThat(revision()).isEqualTo(before);
        assertThat(get(range("x", "")).getCount()).isZero();
    }

    @Test
    void headers_within_a_txn_tell_the_revision_at_that_operation() {
        long before = revision();
        RequestOp read = RequestOp.newBuilder().setRequestRange(range("x", "")).build();

        TxnResponse answer = txn(read, putOp("x", "1"), read);

        assertThat(answer.getHeader().getRevision()).isEqualTo(before + 1);
        RangeResponse first = answer.getResponses(0).getResponseRange();
        RangeResponse last = answer.getResponses(2).getResponseRange();
        assertThat(first.getHeader().getRevision()).isEqualTo(before);
        assertThat(first.getCount()).isZero();
        assertThat(last.getHeader().getRevision()).isEqualTo(before + 1);
        assertThat(last.getHeader().getMemberId()).isZero();
        assertThat(last.getCount()).isEqualTo(1);
    }

    @Test
    void a_nested_txn_may_hold_as_many_operations_as_its_parent_leaves() {
        TxnRequest.Builder child = TxnRequest.newBuilder();
        for (int i = 0; i < 127; i++) {
            child.addSuccess(putOp("many/" + i, "v"));
        }

        txn(RequestOp.newBuilder().setRequestTxn(child).build());

        assertThat(get(range("many/", "many0").setCountOnly(true)).getCount()).isEqualTo(127);
        child.addSuccess(putOp("many/127", "v"));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: too many operations in txn request",
                () -> txn(RequestOp.newBuilder().setRequestTxn(child).build()));
    }

    @Test
    void the_compacted_revision_is_readable_and_the_one_before_it_is_not() {
        long compacted = revision();
        put("a", "after");

        compact(compacted);

        assertThat(kv(get(range("a", "").setRevision(compacted))).getValue().toStringUtf8())
                .isEqualTo("9");
        refused(Status.Code.OUT_OF_RANGE, COMPACTED, () -> get(range("a", "").setRevision(compacted - 1)));
        refused(Status.Code.OUT_OF_RANGE, COMPACTED, () -> compact(compacted));
        refused(Status.Code.OUT_OF_RANGE, FUTURE, () -> compact(compacted + 2));
        KeyValue before = kv().put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("e"))
                        .setPrevKv(true)
                        .build())
                .getPrevKv();
        assertThat(before.getValue().toStringUtf8()).isEqualTo("ve");
    }

    private static void refused(Status.Code code, String text, Runnable call) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);

        assertThat(refusal).isNotNull();
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        assertThat(refusal.getStatus().getDescription()).isEqualTo(text);
    }

    private KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private void put(String key, String value) {
        kv().put(putOp(key, value).getRequestPut());
    }

    private RangeResponse get(RangeRequest.Builder range) {
        return kv().range(range.build());
    }

    private io.leasehold.protocol.etcdserverpb.DeleteRangeResponse delete(String key, String end) {
        return kv().deleteRange(deleteOp(key, end).getRequestDeleteRange());
    }

    private TxnResponse txn(RequestOp... operations) {
        return kv().txn(TxnRequest.newBuilder()
                .addAllSuccess(List.of(operations))
                .build());
    }

    private void compact(long revision) {
        kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
    }

    private boolean holds(Compare.Builder compare) {
        return kv().txn(TxnRequest.newBuilder().addCompare(compare).build()).getSucceeded();
    }

    private long revision() {
        return get(range("a", "")).getHeader().getRevision();
    }

    private static Compare.Builder compare(String key, CompareTarget target, CompareResult result) {
        return Compare.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setTarget(target)
                .setResult(result);
    }

    private static RangeRequest.Builder range(String key, String end) {
        return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setRangeEnd(ByteString.copyFromUtf8(end));
    }

    private static RequestOp putOp(String key, String value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value)))
                .build();
    }

    private static RequestOp deleteOp(String key, String end) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setRangeEnd(ByteString.copyFromUtf8(end)))
                .build();
    }

    private static KeyValue kv(RangeResponse response) {
        return response.getKvs(0);
    }

    private static List<String> keys(RangeResponse response) {
        return response.getKvsList().stream()
                .map(kv -> kv.getKey().toStringUtf8())
                .toList();
    }
}
