package io.leasehold.interop.faults;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One keepalive stream, used as questions and answers. */
final class Renewals implements AutoCloseable {
    private static final long ANSWER_LIMIT_SECONDS = 20;

    private final BlockingQueue<Long> ttls = new LinkedBlockingQueue<>();
    private final StreamObserver<LeaseKeepAliveRequest> requests;

    Renewals(ManagedChannel channel) {
        requests = LeaseGrpc.newStub(channel).leaseKeepAlive(new StreamObserver<>() {
            @Override
            public void onNext(LeaseKeepAliveResponse answer) {
                ttls.add(answer.getTTL());
            }

            @Override
            public void onError(Throwable reason) {}

            @Override
            public void onCompleted() {}
        });
    }

    /** Renews and returns the TTL of the answer. */
    long renew(long lease) {
        send(lease);
        return answer();
    }

    void send(long lease) {
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
    }

    long answer() {
        try {
            Long ttl = ttls.poll(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
            if (ttl == null) {
                throw new AssertionError("no answer to a renewal after " + ANSWER_LIMIT_SECONDS + " s");
            }
            return ttl;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    @Override
    public void close() {
        requests.onCompleted();
    }
}
