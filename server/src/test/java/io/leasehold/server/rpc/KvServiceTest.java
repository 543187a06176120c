package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeResponse;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.RangeStreamResponse;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KvServiceTest {
    @TempDir
    Path directory;

    private ServedReplica served;
    private KVGrpc.KVBlockingStub kv;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedReplica(directory);
        kv = KVGrpc.newBlockingStub(served.channel);
    }

    @AfterEach
    void close() throws IOException {
        served.close();
    }

    @Test
    void a_large_range_is_answered_whole_and_in_order_though_it_is_read_elsewhere() {
        int keys = KvService.EVENT_LOOP_KEYS_MAX + 1;
        for (int from = 0; from < keys; from += 100) {
            TxnRequest.Builder batch = TxnRequest.newBuilder();
            for (int key = from; key < Math.min(keys, from + 100); key++) {
                batch.addSuccess(RequestOp.newBuilder().setRequestPut(request("k" + (10_000 + key), "v")));
            }
            assertThat(kv.txn(batch.build()).getSucceeded()).isTrue();
        }

        RangeResponse all = kv.range(RangeRequest.newBuilder()
                .setKey(bytes("k"))
                .setRangeEnd(bytes("l"))
                .build());

        assertThat(all.getCount()).isEqualTo(keys);
        assertThat(all.getKvsList())
                .hasSize(keys)
                .extracting(KeyValue::getKey)
                .isSortedAccordingTo(ByteString.unsignedLexicographicalComparator());
    }

    @Test
    void a_put_answers_with_a_full_header_and_the_key_of_before() {
        PutResponse first = put("a", "1");
        PutResponse second =
                kv.put(request("a", "2").toBuilder().setPrevKv(true).build());

        assertThat(first.hasPrevKv()).isFalse();
        assertThat(first.getHeader().getClusterId()).isEqualTo(LocalReplica.CLUSTER_ID);
        assertThat(first.getHeader().getMemberId()).isEqualTo(LocalReplica.MEMBER_ID);
        assertThat(first.getHeader().getRaftTerm()).isEqualTo(LocalReplica.TERM);
        assertThat(first.getHeader().getRevision()).isEqualTo(2);
        assertThat(second.getHeader().getRevision()).isEqualTo(3);
        assertThat(second.getPrevKv())
                .isEqualTo(KeyValue.newBuilder()
                        .setKey(bytes("a"))
                        .setValue(bytes("1"))
                        .setCreateRevision(2)
                        .setModRevision(2)
                        .setVersion(1)
                        .build());
    }

    @Test
    void a_range_answers_keys_count_and_more() {
        for (int i = 0; i < 5; i++) {
            put("k" + i, "v" + i);
        }

        RangeResponse all = kv.range(range("k", "l").build());
        RangeResponse two = kv.range(range("k", "l").setLimit(2).build());
        RangeResponse counted =
                kv.range(range("k", "l").setCountOnly(true).setLimit(1).build());
        RangeResponse keys = kv.range(range("k", "l").setKeysOnly(true).build());
        RangeResponse none = kv.range(range("x", "").build());

        assertThat(all.getKvsList())
                .extracting(kv -> kv.getValue().toStringUtf8())
                .containsExactly("v0", "v1", "v2", "v3", "v4");
        assertThat(all.getMore()).isFalse();
        assertThat(two.getKvsCount()).isEqualTo(2);
        assertThat(two.getMore()).isTrue();
        assertThat(two.getCount()).isEqualTo(5);
        assertThat(counted.getKvsCount()).isZero();
        assertThat(counted.getCount()).isEqualTo(5);
        assertThat(keys.getKvsList()).allSatisfy(kv -> {
            assertThat(kv.getValue().isEmpty()).isTrue();
            assertThat(kv.getVersion()).isEqualTo(1);
        });
        assertThat(none.getKvsCount()).isZero();
        assertThat(none.getHeader().getRevision()).isEqualTo(6);
    }

    @Test
    void a_range_larger_than_the_write_buffer_arrives_whole() {
        String big = "x".repeat(50_000);
        for (int i = 0; i < 8; i++) {
            put("k" + i, big + i);
        }

        RangeResponse all =
                kv.withMaxInboundMessageSize(1 << 24).range(range("k", "l").build());

        assertThat(all.getKvsList())
                .extracting(kv -> kv.getValue().toStringUtf8())
                .allMatch(v -> v.startsWith(big));
    }

    @Test
    void pieces_of_a_streamed_range_merge_into_the_range() {
        String big = "x".repeat(100_000);
        for (int i = 0; i < 8; i++) {
            put("k" + i, big);
        }

        RangeResponse.Builder merged = RangeResponse.newBuilder();
        int pieces = 0;
        Iterator<RangeStreamResponse> stream =
                kv.rangeStream(range("k", "l").setLimit(7).build());
        while (stream.hasNext()) {
            RangeResponse piece = stream.next().getRangeResponse();
            assertThat(piece.hasHeader()).isEqualTo(!stream.hasNext());
            merged.mergeFrom(piece);
            pieces++;
        }

        assertThat(merged.build())
                .isEqualTo(kv.range(range("k", "l").setLimit(7).build()));
        assertThat(pieces).isGreaterThan(1);
    }

    @Test
    void an_empty_streamed_range_is_one_piece() {
        Iterator<RangeStreamResponse> stream = kv.rangeStream(range("x", "").build());

        assertThat(stream.next().getRangeResponse())
                .isEqualTo(kv.range(range("x", "").build()));
        assertThat(stream.hasNext()).isFalse();
    }

    @Test
    void deleted_keys_are_counted_and_told() {
        put("a", "1");
        put("b", "2");

        DeleteRangeResponse deleted = kv.deleteRange(DeleteRangeRequest.newBuilder()
                .setKey(bytes("a"))
                .setRangeEnd(bytes("z"))
                .setPrevKv(true)
                .build());
        DeleteRangeResponse nothing = kv.deleteRange(
                DeleteRangeRequest.newBuilder().setKey(bytes("a")).build());

        assertThat(deleted.getDeleted()).isEqualTo(2);
        assertThat(deleted.getPrevKvsList())
                .extracting(kv -> kv.getKey().toStringUtf8())
                .containsExactly("a", "b");
        assertThat(deleted.getHeader().getRevision()).isEqualTo(4);
        assertThat(nothing.getDeleted()).isZero();
        assertThat(nothing.getHeader().getRevision()).isEqualTo(4);
    }

    @Test
    void inner_headers_of_a_transaction_have_a_revision_only_and_a_nested_one_nothing() {
        RequestOp put = RequestOp.newBuilder().setRequestPut(request("a", "1")).build();
        RequestOp read = RequestOp.newBuilder().setRequestRange(range("a", "")).build();
        RequestOp nested = RequestOp.newBuilder()
                .setRequestTxn(TxnRequest.newBuilder().addSuccess(read))
                .build();

        TxnResponse done = kv.txn(TxnRequest.newBuilder()
                .addSuccess(put)
                .addSuccess(read)
                .addSuccess(nested)
                .build());

        assertThat(done.getSucceeded()).isTrue();
        assertThat(done.getHeader().getRevision()).isEqualTo(2);
        assertThat(done.getHeader().getMemberId()).isEqualTo(LocalReplica.MEMBER_ID);
        assertThat(done.getResponses(0).getResponsePut().getHeader().getRevision())
                .isEqualTo(2);
        assertThat(done.getResponses(0).getResponsePut().getHeader().getMemberId())
                .isZero();
        assertThat(done.getResponses(1).getResponseRange().getKvs(0).getValue()).isEqualTo(bytes("1"));
        TxnResponse inner = done.getResponses(2).getResponseTxn();
        assertThat(inner.hasHeader()).isTrue();
        assertThat(inner.getHeader().getSerializedSize()).isZero();
        assertThat(inner.getResponses(0).getResponseRange().getCount()).isEqualTo(1);
    }

    @Test
    void a_transaction_of_reads_is_not_proposed_but_a_nested_one_is() {
        RequestOp read = RequestOp.newBuilder().setRequestRange(range("a", "")).build();
        TxnRequest reads = TxnRequest.newBuilder().addSuccess(read).build();

        TxnResponse done = kv.txn(reads);
        assertThat(done.getSucceeded()).isTrue();
        assertThat(done.getResponsesCount()).isEqualTo(1);
        assertThat(served.replica.proposals).isZero();

        kv.txn(TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestTxn(reads))
                .build());
        assertThat(served.replica.proposals).isEqualTo(1);
    }

    @Test
    void serializable_reads_need_no_leader() {
        put("a", "1");
        served.replica.leaderId = 0;
        RequestOp read = RequestOp.newBuilder()
                .setRequestRange(range("a", "").setSerializable(true))
                .build();

        assertThat(kv.range(range("a", "").setSerializable(true).build()).getCount())
                .isEqualTo(1);
        assertThat(kv.txn(TxnRequest.newBuilder().addSuccess(read).build()).getSucceeded())
                .isTrue();
        assertRefused(ErrorCode.TIMEOUT, () -> kv.range(range("a", "").build()));
    }

    @Test
    void requests_are_refused_with_etcds_codes_and_texts() {
        assertRefused(ErrorCode.EMPTY_KEY, () -> kv.range(RangeRequest.getDefaultInstance()));
        assertRefused(ErrorCode.EMPTY_KEY, () -> kv.put(PutRequest.getDefaultInstance()));
        assertRefused(ErrorCode.EMPTY_KEY, () -> kv.deleteRange(DeleteRangeRequest.getDefaultInstance()));
        assertRefused(
                ErrorCode.INVALID_SORT_OPTION,
                () -> kv.range(range("a", "").setSortTargetValue(9).build()));
        assertRefused(
                ErrorCode.INVALID_SORT_OPTION,
                () -> kv.range(range("a", "").setSortOrderValue(-1).build()));
        assertRefused(
                ErrorCode.FUTURE_REVISION,
                () -> kv.range(range("a", "").setRevision(9).build()));
        assertRefused(
                ErrorCode.VALUE_PROVIDED,
                () -> kv.put(request("a", "1").toBuilder().setIgnoreValue(true).build()));
        assertRefused(
                ErrorCode.LEASE_PROVIDED,
                () -> kv.put(request("a", "").toBuilder()
                        .setLease(1)
                        .setIgnoreLease(true)
                        .build()));
        assertRefused(
                ErrorCode.KEY_NOT_FOUND,
                () -> kv.put(request("a", "").toBuilder().setIgnoreValue(true).build()));
        assertRefused(
                ErrorCode.LEASE_NOT_FOUND,
                () -> kv.put(request("a", "").toBuilder().setLease(77).build()));
        assertRefused(
                ErrorCode.KEY_NOT_FOUND,
                () -> kv.txn(TxnRequest.newBuilder()
                        .addSuccess(RequestOp.getDefaultInstance())
                        .build()));
        assertRefused(
                ErrorCode.DUPLICATE_KEY,
                () -> kv.txn(TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder().setRequestPut(request("a", "1")))
                        .addSuccess(RequestOp.newBuilder().setRequestPut(request("a", "2")))
                        .build()));
    }

    @Test
    void space_is_judged_before_the_request() {
        served.replica.admission = Optional.of(ErrorCode.NO_SPACE);

        assertRefused(ErrorCode.NO_SPACE, () -> kv.put(PutRequest.getDefaultInstance()));
    }

    @Test
    void a_compaction_answers_once() {
        put("a", "1");
        put("a", "2");

        assertThat(kv.compact(CompactionRequest.newBuilder().setRevision(2).build())
                        .getHeader()
                        .getRevision())
                .isEqualTo(3);
        assertRefused(
                ErrorCode.COMPACTED,
                () -> kv.compact(CompactionRequest.newBuilder().setRevision(2).build()));
        assertRefused(
                ErrorCode.COMPACTED,
                () -> kv.range(range("a", "").setRevision(1).build()));
    }

    @Test
    void who_insists_on_a_leader_is_refused_without_one() {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        KVGrpc.KVBlockingStub insisting = kv.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
        RangeRequest local = range("a", "").setSerializable(true).build();

        assertThat(insisting.range(local).getCount()).isZero();
        served.replica.leaderId = 0;
        assertRefused(ErrorCode.NO_LEADER, () -> insisting.range(local));
    }

    @Test
    void a_malformed_request_is_refused_and_the_server_lives_on() {
        for (MethodDescriptor<?, ?> method : List.of(KVGrpc.getPutMethod(), KVGrpc.getTxnMethod())) {
            MethodDescriptor<byte[], byte[]> raw =
                    method.toBuilder(new RawBytes(), new RawBytes()).build();
            StatusRuntimeException refusal = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> ClientCalls.blockingUnaryCall(
                            served.channel, raw, CallOptions.DEFAULT, new byte[] {10, 5, 1}));

            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(refusal).hasMessageContaining("error unmarshalling request");
        }
        assertThat(put("a", "1").getHeader().getRevision()).isEqualTo(2);
    }

    /** Messages as they are. */
    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("unreadable answer", e);
            }
        }
    }

    static void assertRefused(ErrorCode code, ThrowingCallable call) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refusal).as("a refusal with %s", code).isNotNull();
        assertThat(refusal.getStatus().getCode()).isEqualTo(code.code());
        assertThat(refusal.getStatus().getDescription()).isEqualTo(code.message());
    }

    private PutResponse put(String key, String value) {
        return kv.put(request(key, value));
    }

    static PutRequest request(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    }

    private static RangeRequest.Builder range(String key, String end) {
        return RangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end));
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
