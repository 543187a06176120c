package io.leasehold.interop.faults;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A plain gRPC connection to a server, without retries: what a call reports is what happened to it. */
final class Connection implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 64 << 20;
    private static final long CALL_LIMIT_SECONDS = 20;

    private final ManagedChannel channel;

    Connection(String endpoint) {
        channel = NettyChannelBuilder.forTarget("dns:///" + endpoint)
                .usePlaintext()
                .disableRetry()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
    }

    ManagedChannel channel() {
        return channel;
    }

    KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    LeaseGrpc.LeaseBlockingStub lease() {
        return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    PutResponse put(String key, String value) {
        return kv().put(putRequest(key, value, 0));
    }

    PutResponse put(String key, String value, long lease) {
        return kv().put(putRequest(key, value, lease));
    }

    static PutRequest putRequest(String key, String value, long lease) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .setLease(lease)
                .build();
    }

    boolean isThere(String key) {
        return get(key).getCount() == 1;
    }

    RangeResponse get(String key) {
        return kv().range(RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .build());
    }

    List<KeyValue> everything() {
        return kv().range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFrom(new byte[1]))
                        .setRangeEnd(ByteString.copyFrom(new byte[1]))
                        .build())
                .getKvsList();
    }

    long deleteEverything() {
        return kv().deleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(ByteString.copyFrom(new byte[1]))
                        .setRangeEnd(ByteString.copyFrom(new byte[1]))
                        .build())
                .getDeleted();
    }

    long grant(long ttlSeconds) {
        return lease().leaseGrant(
                        LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build())
                .getID();
    }

    LeaseTimeToLiveResponse timeToLive(long lease) {
        return lease().leaseTimeToLive(
                        LeaseTimeToLiveRequest.newBuilder().setID(lease).build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
