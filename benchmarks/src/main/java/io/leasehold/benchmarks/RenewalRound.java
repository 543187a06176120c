package io.leasehold.benchmarks;

import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Renews some leases once each, over a few streams, as fast as the server answers. Used once. */
@ReadsClock("notes when renewals were sent")
final class RenewalRound {
    private static final int STREAMS = 10;
    private static final int WINDOW = 64;

    private final long[] ids;
    private final long[] sentNanos;
    private final int count;
    private final CountDownLatch unanswered;
    private final AtomicInteger gone = new AtomicInteger();

    /** For the first {@code count} of {@code ids}; when each renewal is sent is noted in {@code sentNanos}. */
    RenewalRound(long[] ids, long[] sentNanos, int count) {
        this.ids = ids;
        this.sentNanos = sentNanos;
        this.count = count;
        unanswered = new CountDownLatch(count);
    }

    /**
     * Returns when all have been answered.
     *
     * @return how many leases had ended before their renewal came
     * @throws IllegalStateException if some are unanswered after so many seconds
     */
    int run(Connections connections, int limitSeconds) {
        for (int stream = 0; stream < STREAMS; stream++) {
            new Share(stream).open(connections);
        }
        try {
            if (!unanswered.await(limitSeconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException(unanswered.getCount() + " renewals unanswered");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return gone.get();
    }

    /** One stream's share of the leases. */
    @ReadsClock("notes when renewals were sent")
    private final class Share implements StreamObserver<LeaseKeepAliveResponse> {
        private final int channel;
        private StreamObserver<LeaseKeepAliveRequest> requests = new NoRequests<>();
        private int next;
        private int underWay;

        Share(int stream) {
            channel = stream;
            next = stream;
        }

        void open(Connections connections) {
            StreamObserver<LeaseKeepAliveRequest> opened =
                    LeaseGrpc.newStub(connections.channel(channel)).leaseKeepAlive(this);
            synchronized (this) {
                requests = opened;
                for (int i = 0; i < WINDOW; i++) {
                    send();
                }
                endIfDone();
            }
        }

        private void send() {
            if (next < count) {
                underWay++;
                sentNanos[next] = System.nanoTime();
                requests.onNext(
                        LeaseKeepAliveRequest.newBuilder().setID(ids[next]).build());
                next += STREAMS;
            }
        }

        private void endIfDone() {
            if (underWay == 0) {
                requests.onCompleted();
            }
        }

        @Override
        public synchronized void onNext(LeaseKeepAliveResponse answer) {
            underWay--;
            if (answer.getTTL() <= 0) {
                gone.incrementAndGet();
            }
            unanswered.countDown();
            send();
            endIfDone();
        }

        @Override
        public void onError(Throwable closed) {
            // Whoever waits for the answers says how many are missing.
        }

        @Override
        public void onCompleted() {}
    }
}
