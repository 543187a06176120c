package io.leasehold.examples.registry;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A service that is registered for as long as it lives: one key under a lease, renewed at a third of its TTL. Whatever
 * ends the process also ends the renewals, and the server removes the key.
 *
 * <pre>Register 127.0.0.1:2379 billing 10.0.0.7:8080 5</pre>
 */
public final class Register {
    private Register() {}

    /** Arguments: server, name of the service, its address, TTL in seconds. */
    public static void main(String[] args) throws InterruptedException {
        String name = args[1];
        long ttlSeconds = Long.parseLong(args[3]);
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(args[0]).usePlaintext().build();

        long lease = LeaseGrpc.newBlockingStub(channel)
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build())
                .getID();
        PutRequest registration = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(WatchRegistry.PREFIX + name))
                .setValue(ByteString.copyFromUtf8(args[2]))
                .setLease(lease)
                .build();
        long revision =
                KVGrpc.newBlockingStub(channel).put(registration).getHeader().getRevision();
        // One write: several processes share the terminal.
        System.out.println(String.format(
                Locale.ROOT, "%s registered at %s, revision %d, lease %x", name, args[2], revision, lease));

        CountDownLatch lost = new CountDownLatch(1);
        StreamObserver<LeaseKeepAliveRequest> renewals =
                LeaseGrpc.newStub(channel).leaseKeepAlive(new Answers(lost));
        LeaseKeepAliveRequest renewal =
                LeaseKeepAliveRequest.newBuilder().setID(lease).build();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        long periodMillis = TimeUnit.SECONDS.toMillis(ttlSeconds) / 3;
        var renewing =
                timer.scheduleAtFixedRate(() -> renewals.onNext(renewal), 0, periodMillis, TimeUnit.MILLISECONDS);

        lost.await();
        renewing.cancel(false);
        timer.shutdown();
        channel.shutdownNow();
        System.out.println(name + " lost its lease");
    }

    /** A TTL of zero says that the lease is gone; so does the end of the stream, as far as this service can know. */
    private record Answers(CountDownLatch lost) implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse answer) {
            if (answer.getTTL() <= 0) {
                lost.countDown();
            }
        }

        @Override
        public void onError(Throwable reason) {
            lost.countDown();
        }

        @Override
        public void onCompleted() {
            lost.countDown();
        }
    }
}
