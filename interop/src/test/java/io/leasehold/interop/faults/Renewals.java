package io.leasehold.interop.faults;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One keepalive stream, used as questions and answers; what ends the stream is thrown at whoever waits for an answer. */
final class Renewals implements AutoCloseable {
    private static final long ANSWER_LIMIT_SECONDS = 20;

    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final StreamObserver<LeaseKeepAliveRequest> requests;

    private sealed interface Answer {}

    private record Renewed(long ttlSeconds) implements Answer {}

    private record Ended(Throwable reason) implements Answer {}

    Renewals(ManagedChannel channel) {
        requests = LeaseGrpc.newStub(channel).leaseKeepAlive(new StreamObserver<>() {
            @Override
            public void onNext(LeaseKeepAliveResponse answer) {
                answers.add(new Renewed(answer.getTTL()));
            }

            @Override
            public void onError(Throwable reason) {
                answers.add(new Ended(reason));
            }

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
            return switch (answers.poll(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                case null -> throw new AssertionError("no answer to a renewal after " + ANSWER_LIMIT_SECONDS + " s");
                case Renewed renewed -> renewed.ttlSeconds();
                case Ended ended -> throw Status.fromThrowable(ended.reason()).asRuntimeException();
            };
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
