package io.leasehold.faults.load;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A keepalive stream for a single renewal. */
final class OneRenewal implements StreamObserver<LeaseKeepAliveResponse> {
    private final CompletableFuture<OptionalLong> ttlSeconds = new CompletableFuture<>();

    private OneRenewal() {}

    /** Renews and waits: the TTL of the answer, 0 when the lease is gone, nothing when the stream failed or took too long. */
    static OptionalLong send(ManagedChannel channel, long lease, long limitMillis) {
        OneRenewal renewal = new OneRenewal();
        StreamObserver<LeaseKeepAliveRequest> requests = LeaseGrpc.newStub(channel)
                .withDeadlineAfter(limitMillis, TimeUnit.MILLISECONDS)
                .leaseKeepAlive(renewal);
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
        OptionalLong answer = renewal.ttlSeconds.join();
        requests.onCompleted();
        return answer;
    }

    @Override
    public void onNext(LeaseKeepAliveResponse answer) {
        ttlSeconds.complete(OptionalLong.of(answer.getTTL()));
    }

    @Override
    public void onError(Throwable reason) {
        ttlSeconds.complete(OptionalLong.empty());
    }

    @Override
    public void onCompleted() {
        ttlSeconds.complete(OptionalLong.empty());
    }
}
