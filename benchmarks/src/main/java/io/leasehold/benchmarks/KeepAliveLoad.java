package io.leasehold.benchmarks;

import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.ArrayDeque;
import java.util.Queue;

/** Renewals over a few streams, each with a window of requests under way, round robin over its share of the leases. */
final class KeepAliveLoad implements Workload {
    private static final long TTL_SECONDS = 3_600;

    private final Connections connections;
    private final int leases;
    private final int streams;
    private final int window;
    private volatile boolean closed;

    KeepAliveLoad(Connections connections, int leases, int streams, int window) {
        this.connections = connections;
        this.leases = leases;
        this.streams = streams;
        this.window = window;
    }

    @Override
    public void start(Meter meter) {
        long[] ids = new long[leases];
        LeaseGrantRequest grant =
                LeaseGrantRequest.newBuilder().setTTL(TTL_SECONDS).build();
        Pipeline.run(
                connections,
                leases,
                number -> new UnaryLoad.Call<>(LeaseGrpc.getLeaseGrantMethod(), grant),
                (answer, number) -> ids[number] = answer.getID());
        for (int i = 0; i < streams; i++) {
            new Renewals(ids, i, meter).open();
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    /** One stream. Answers come in the order of the requests, so a queue of start times tells each one's latency. */
    private final class Renewals implements StreamObserver<LeaseKeepAliveResponse> {
        private final long[] ids;
        private final int channel;
        private final Meter meter;
        private final Queue<Long> startNanos = new ArrayDeque<>();
        private int next;

        Renewals(long[] ids, int channel, Meter meter) {
            this.ids = ids;
            this.channel = channel;
            this.meter = meter;
            this.next = channel;
        }

        void open() {
            StreamObserver<LeaseKeepAliveRequest> opened =
                    LeaseGrpc.newStub(connections.channel(channel)).leaseKeepAlive(this);
            synchronized (this) {
                requests = opened;
                for (int i = 0; i < window; i++) {
                    send();
                }
            }
        }

        private StreamObserver<LeaseKeepAliveRequest> requests = new NoRequests<>();

        private void send() {
            startNanos.add(meter.start());
            requests.onNext(LeaseKeepAliveRequest.newBuilder()
                    .setID(ids[next % ids.length])
                    .build());
            next += streams;
        }

        @Override
        public synchronized void onNext(LeaseKeepAliveResponse answer) {
            meter.done(startNanos.remove());
            if (answer.getTTL() <= 0) {
                meter.failed(new IllegalStateException("lease " + answer.getID() + " is gone"));
            } else if (!closed) {
                send();
            }
        }

        @Override
        public void onError(Throwable reason) {
            if (!closed) {
                meter.failed(reason);
            }
        }

        @Override
        public void onCompleted() {}
    }
}
