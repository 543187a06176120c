package io.leasehold.examples.registry;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * Prints who is alive, and again whenever that changes. It reads the registry once and watches from the revision behind
 * what it read, so that nothing falls between the two.
 *
 * <pre>WatchRegistry 127.0.0.1:2379</pre>
 */
public final class WatchRegistry implements StreamObserver<WatchResponse> {
    /** Where services register, one key each. */
    static final String PREFIX = "services/";

    /** The first key behind all keys with the prefix. */
    private static final String PREFIX_END = "services0";

    private final Map<String, String> alive = new TreeMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private WatchRegistry() {}

    /** Argument: the server. Runs until the server ends the watch. */
    public static void main(String[] args) throws InterruptedException {
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(args[0]).usePlaintext().build();
        new WatchRegistry().follow(channel);
        channel.shutdownNow();
    }

    private void follow(ManagedChannel channel) throws InterruptedException {
        ByteString from = ByteString.copyFromUtf8(PREFIX);
        ByteString end = ByteString.copyFromUtf8(PREFIX_END);
        RangeResponse now = KVGrpc.newBlockingStub(channel)
                .range(RangeRequest.newBuilder().setKey(from).setRangeEnd(end).build());
        now.getKvsList().forEach(kv -> alive.put(name(kv), kv.getValue().toStringUtf8()));
        print(now.getHeader().getRevision());

        WatchCreateRequest fromThere = WatchCreateRequest.newBuilder()
                .setKey(from)
                .setRangeEnd(end)
                .setStartRevision(now.getHeader().getRevision() + 1)
                .build();
        StreamObserver<WatchRequest> watch = WatchGrpc.newStub(channel).watch(this);
        watch.onNext(WatchRequest.newBuilder().setCreateRequest(fromThere).build());
        ended.await();
    }

    @Override
    public void onNext(WatchResponse response) {
        for (Event event : response.getEventsList()) {
            KeyValue kv = event.getKv();
            if (event.getType() == Event.EventType.PUT) {
                alive.put(name(kv), kv.getValue().toStringUtf8());
            } else {
                alive.remove(name(kv));
            }
            print(kv.getModRevision());
        }
    }

    @Override
    public void onError(Throwable reason) {
        System.out.println("the watch ended: " + reason.getMessage());
        ended.countDown();
    }

    @Override
    public void onCompleted() {
        ended.countDown();
    }

    private void print(long revision) {
        // One write: several processes share the terminal.
        System.out.println("revision " + revision + ": alive " + (alive.isEmpty() ? "nobody" : alive));
    }

    private static String name(KeyValue kv) {
        return kv.getKey().toStringUtf8().substring(PREFIX.length());
    }
}
