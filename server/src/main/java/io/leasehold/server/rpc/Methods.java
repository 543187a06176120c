package io.leasehold.server.rpc;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.protobuf.ProtoUtils;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantRequest;
import io.leasehold.protocol.leasehold.v1.TxnWithGrantResponse;
import io.leasehold.statemachine.Command;
import java.io.InputStream;

/** The hot methods with our own marshallers; names and kinds are those of the generated descriptors. */
final class Methods {
    /**
     * How deep messages of a transaction may lie in each other, two for each nested transaction: deeper than any that passes
     * {@link io.leasehold.statemachine.RequestValidator} (260), so that the next deeper ones still get etcd's answer, and
     * shallow enough that reading them takes less than half of a thread's 512 KiB of stack.
     */
    static final int NESTED_MESSAGES_MAX = 300;

    static final MethodDescriptor<RangeQuery, WireMessage> RANGE =
            own(KVGrpc.getRangeMethod(), new Requests<>(RequestDecoder::range));
    static final MethodDescriptor<RangeQuery, WireMessage> RANGE_STREAM =
            own(KVGrpc.getRangeStreamMethod(), new Requests<>(RequestDecoder::range));
    static final MethodDescriptor<Command.Put, WireMessage> PUT =
            own(KVGrpc.getPutMethod(), new Requests<>(RequestDecoder::put));
    static final MethodDescriptor<DeleteRangeRequest, WireMessage> DELETE_RANGE =
            ownReply(KVGrpc.getDeleteRangeMethod());
    static final MethodDescriptor<TxnRequest, WireMessage> TXN =
            own(KVGrpc.getTxnMethod(), nesting(TxnRequest.getDefaultInstance()));
    static final MethodDescriptor<WatchRequest, WireMessage> WATCH = ownReply(WatchGrpc.getWatchMethod());
    static final MethodDescriptor<Long, WireMessage> KEEP_ALIVE =
            own(LeaseGrpc.getLeaseKeepAliveMethod(), new Requests<>(RequestDecoder::keepAlive));

    static final MethodDescriptor<TxnWithGrantRequest, TxnWithGrantResponse> TXN_WITH_GRANT =
            io.leasehold.protocol.leasehold.v1.LeaseGrpc.getTxnWithGrantMethod().toBuilder()
                    .setRequestMarshaller(nesting(TxnWithGrantRequest.getDefaultInstance()))
                    .build();

    private Methods() {}

    private static <Q extends Message> Marshaller<Q> nesting(Q prototype) {
        return ProtoUtils.marshallerWithRecursionLimit(prototype, NESTED_MESSAGES_MAX);
    }

    private static <Q> MethodDescriptor<Q, WireMessage> own(MethodDescriptor<?, ?> like, Marshaller<Q> requests) {
        return like.toBuilder(requests, new Replies()).build();
    }

    private static <Q> MethodDescriptor<Q, WireMessage> ownReply(MethodDescriptor<Q, ?> like) {
        return own(like, like.getRequestMarshaller());
    }

    /** Decodes; a server never encodes a request. */
    private record Requests<Q>(RequestDecoder.Decoder<Q> decoder) implements Marshaller<Q> {
        @Override
        public Q parse(InputStream stream) {
            return RequestDecoder.decode(stream, decoder);
        }

        @Override
        public InputStream stream(Q value) {
            throw new IllegalStateException("a server sends no requests");
        }
    }

    /** Encodes; a server never decodes a response. */
    private record Replies() implements Marshaller<WireMessage> {
        @Override
        public InputStream stream(WireMessage value) {
            return new WireStream(value);
        }

        @Override
        public WireMessage parse(InputStream stream) {
            throw new IllegalStateException("a server receives no responses");
        }
    }
}
