package io.leasehold.interop.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One stream of keepalives, read answer by answer. Used by one thread; ends with its connection. */
final class KeepAlives {
    private static final long ANSWER_LIMIT_SECONDS = 20;

    private final BlockingQueue<LeaseKeepAliveResponse> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final StreamObserver<LeaseKeepAliveRequest> requests;

    KeepAlives(ManagedChannel channel) {
        requests = LeaseGrpc.newStub(channel).leaseKeepAlive(new StreamObserver<>() {
            @Override
            public void onNext(LeaseKeepAliveResponse answer) {
                answers.add(answer);
            }

            @Override
            public void onError(Throwable reason) {
                end.complete(Status.fromThrowable(reason));
            }

            @Override
            public void onCompleted() {
                end.complete(Status.OK);
            }
        });
    }

    void send(long... leases) {
        for (long lease : leases) {
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
        }
    }

    LeaseKeepAliveResponse next() {
        LeaseKeepAliveResponse answer = poll(ANSWER_LIMIT_SECONDS * 1_000);
        if (answer == null) {
            throw new AssertionError("no answer to a keepalive after " + ANSWER_LIMIT_SECONDS + " s");
        }
        return answer;
    }

    /** Sends one and returns the TTL answered. */
    long renew(long lease) {
        send(lease);
        return next().getTTL();
    }

    /** Half-closes and returns how the server ended the stream. */
    Status end() {
        requests.onCompleted();
        return end.orTimeout(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    private @Nullable LeaseKeepAliveResponse poll(long millis) {
        try {
            return answers.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for a keepalive", e);
        }
    }
}
