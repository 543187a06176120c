package io.leasehold.raft.ratis;

import java.util.function.BooleanSupplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * A call of another member's engine to this one's, with what goes either way counted for that member, which its requests
 * name, entries that come again held up until they may be acknowledged, and nothing let through to an engine that is being
 * closed, which would tell of each message as an error. One call's messages come one after the other.
 */
final class CountedCall<A, B> extends SimpleForwardingServerCall<A, B> {
    private final PeerTraffic traffic;
    private final RepeatedEntries repeated;
    private final BooleanSupplier ended;
    /** Who calls; 0 until the first request that says so. */
    private volatile long memberId;

    CountedCall(ServerCall<A, B> call, PeerTraffic traffic, RepeatedEntries repeated, BooleanSupplier ended) {
        super(call);
        this.ended = ended;
        this.repeated = repeated;
        this.traffic = traffic;
    }

    /** Hears the requests before {@code next} does. */
    ServerCall.Listener<A> listenerOn(ServerCall.Listener<A> next) {
        return new SimpleForwardingServerCallListener<>(next) {
            @Override
            public void onMessage(A message) {
                requested(message);
                if (ended.getAsBoolean()) {
                    close(Status.UNAVAILABLE.withDescription("this member stops"), new Metadata());
                } else if (!(message instanceof AppendEntriesRequestProto append)) {
                    super.onMessage(message);
                } else if (!repeated.append(append, () -> super.onMessage(message))) {
                    close(Status.UNAVAILABLE.withDescription("the disk does not keep up"), new Metadata());
                }
            }
        };
    }

    private void requested(A message) {
        if (message instanceof AppendEntriesRequestProto append) {
            note(append.getServerRequest(), append);
        } else if (message instanceof RequestVoteRequestProto vote) {
            note(vote.getServerRequest(), vote);
        }
    }

    private void note(RaftRpcRequestProto head, MessageLite message) {
        memberId = PeerIds.parse(head.getRequestorId().toStringUtf8());
        if (memberId != 0) {
            traffic.received(memberId, message.getSerializedSize());
        }
    }

    @Override
    public void sendMessage(B message) {
        if (memberId != 0 && message instanceof MessageLite reply) {
            traffic.sent(memberId, reply.getSerializedSize());
        }
        super.sendMessage(message);
    }
}
