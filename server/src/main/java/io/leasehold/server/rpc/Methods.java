package io.leasehold.server.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.statemachine.Command;
import java.io.InputStream;

/** The hot methods with our own marshallers; names and kinds are those of the generated descriptors. */
final class Methods {
    static final MethodDescriptor<RangeQuery, WireMessage> RANGE =
            own(KVGrpc.getRangeMethod(), new Requests<>(RequestDecoder::range));
    static final MethodDescriptor<RangeQuery, WireMessage> RANGE_STREAM =
            own(KVGrpc.getRangeStreamMethod(), new Requests<>(RequestDecoder::range));
    static final MethodDescriptor<Command.Put, WireMessage> PUT =
            own(KVGrpc.getPutMethod(), new Requests<>(RequestDecoder::put));
    static final MethodDescriptor<DeleteRangeRequest, WireMessage> DELETE_RANGE =
            ownReply(KVGrpc.getDeleteRangeMethod());
    static final MethodDescriptor<TxnRequest, WireMessage> TXN = ownReply(KVGrpc.getTxnMethod());
    static final MethodDescriptor<WatchRequest, WireMessage> WATCH = ownReply(WatchGrpc.getWatchMethod());
    static final MethodDescriptor<Long, WireMessage> KEEP_ALIVE =
            own(LeaseGrpc.getLeaseKeepAliveMethod(), new Requests<>(RequestDecoder::keepAlive));

    private Methods() {}

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
