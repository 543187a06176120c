package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.TxnGrant;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantRequest;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantResponse;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.EntryCodec;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.RequestValidator;
import io.leasehold.statemachine.Requests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions within transactions, as deep as etcd lets them be and deeper. */
class NestedTxnTest {
    /** Half of what the launcher gives every thread. */
    private static final long SMALL_STACK_BYTES = 256 * 1024;

    private static final RequestOp PUT = RequestOp.newBuilder()
            .setRequestPut(
                    PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).setValue(ByteString.copyFromUtf8("v")))
            .build();

    @TempDir
    Path directory;

    private ServedReplica served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedReplica(directory);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void as_deep_as_128_operations_allow_it_is_done() {
        // Level n may hold 128 - n operations: the put in the 128th transaction is the last that fits.
        TxnResponse answer = txn(nested(128, PUT));

        assertThat(answer.getSucceeded()).isTrue();
        assertThat(served.replica
                        .snapshot()
                        .range(KeyRange.single(ByteSequence.utf8("k")), 0, 0)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void an_innermost_transaction_without_operations_may_lie_one_deeper() {
        RequestOp empty = RequestOp.newBuilder()
                .setRequestTxn(TxnRequest.getDefaultInstance())
                .build();

        assertThat(txn(nested(128, empty)).getSucceeded()).isTrue();
        assertTooMany(() -> txn(nested(129, empty)));
    }

    @Test
    void deeper_is_refused_with_etcds_text() {
        for (int depth : new int[] {129, 130, 149}) {
            assertTooMany(() -> txn(nested(depth, PUT)));
        }
    }

    @Test
    void far_deeper_is_refused_as_malformed_before_a_stack_overflows() {
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> txn(nested(500, PUT)));

        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    }

    @Test
    void a_transaction_with_grants_may_nest_as_deep() {
        TxnWithGrantRequest request = TxnWithGrantRequest.newBuilder()
                .addGrants(TxnGrant.newBuilder().setTtlMs(5_000).setPlaceholder(-1))
                .setTxn(nested(128, PUT))
                .build();
        MethodDescriptor<TxnWithGrantRequest, TxnWithGrantResponse> method =
                LeaseGrpc.getTxnWithGrantMethod().toBuilder()
                        .setResponseMarshaller(deep(TxnWithGrantResponse.getDefaultInstance()))
                        .build();

        TxnWithGrantResponse answer = call(method, request);

        assertThat(answer.getGrantedCount()).isEqualTo(1);
        assertTooMany(
                () -> call(method, request.toBuilder().setTxn(nested(129, PUT)).build()));
    }

    @Test
    void every_step_from_bytes_to_log_and_back_needs_less_than_half_a_stack() throws InterruptedException {
        byte[] deepest = nested(Methods.NESTED_MESSAGES_MAX / 2, PUT).toByteArray();
        byte[] accepted = nested(128, PUT).toByteArray();
        Throwable[] failure = new Throwable[1];
        Thread small = new Thread(
                null,
                () -> {
                    TxnRequest refused = Methods.TXN.parseRequest(new ByteArrayInputStream(deepest));
                    // What the admission looks at, before the request is judged.
                    assertThat(Requests.txn(refused).isReadOnly()).isFalse();
                    assertThat(RequestValidator.txn(refused, Integer.MAX_VALUE)).contains(ErrorCode.TOO_MANY_OPS);
                    Command.Txn txn = Requests.txn(Methods.TXN.parseRequest(new ByteArrayInputStream(accepted)));
                    byte[] entry = EntryCodec.encode(List.of(Proposal.of(txn)));
                    assertThat(EntryCodec.decode(ByteBuffer.wrap(entry))).hasSize(1);
                    // The whole way of a call, with its application and its answer, on this thread.
                    assertThat(txn(nested(128, PUT)).getSucceeded()).isTrue();
                },
                "small stack",
                SMALL_STACK_BYTES);
        small.setUncaughtExceptionHandler((thread, cause) -> failure[0] = cause);
        small.start();
        small.join();

        assertThat(failure[0]).isNull();
    }

    /** Transactions in each other, of which the innermost holds the operation. */
    private static TxnRequest nested(int transactions, RequestOp innermost) {
        TxnRequest txn = TxnRequest.newBuilder().addSuccess(innermost).build();
        for (int level = 1; level < transactions; level++) {
            txn = TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestTxn(txn))
                    .build();
        }
        return txn;
    }

    private TxnResponse txn(TxnRequest request) {
        return call(
                KVGrpc.getTxnMethod().toBuilder()
                        .setResponseMarshaller(deep(TxnResponse.getDefaultInstance()))
                        .build(),
                request);
    }

    /** Through bytes: between stubs in one process messages are handed over as they are. */
    private <Q extends Message, R> R call(MethodDescriptor<Q, R> method, Q request) {
        MethodDescriptor<Q, R> asBytes =
                method.toBuilder(new Bytes<Q>(), method.getResponseMarshaller()).build();
        return ClientCalls.blockingUnaryCall(served.channel, asBytes, CallOptions.DEFAULT, request);
    }

    private static final class Bytes<Q extends Message> implements MethodDescriptor.Marshaller<Q> {
        @Override
        public InputStream stream(Q request) {
            return new ByteArrayInputStream(request.toByteArray());
        }

        @Override
        public Q parse(InputStream stream) {
            throw new IllegalStateException("a client receives no requests");
        }
    }

    private static <T extends Message> MethodDescriptor.Marshaller<T> deep(T prototype) {
        return ProtoUtils.marshallerWithRecursionLimit(prototype, Methods.NESTED_MESSAGES_MAX);
    }

    private static void assertTooMany(ThrowingCallable call) {
        KvServiceTest.assertRefused(ErrorCode.TOO_MANY_OPS, call);
    }
}
