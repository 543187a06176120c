package io.leasehold.benchmarks;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import java.util.SplittableRandom;

/** Pairs of a grant and a put of a key with that lease, a fixed number of pairs at a time. A pair is one operation. */
final class GrantPutLoad implements Workload {
    private final Connections connections;
    private final Requests requests;
    private final int inFlight;
    private volatile boolean closed;

    GrantPutLoad(Connections connections, Requests requests, int inFlight) {
        this.connections = connections;
        this.requests = requests;
        this.inFlight = inFlight;
    }

    @Override
    public void start(Meter meter) {
        for (int slot = 0; slot < inFlight; slot++) {
            grant(slot, new SplittableRandom(slot), meter);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void grant(int slot, SplittableRandom random, Meter meter) {
        if (closed) {
            return;
        }
        long startNanos = meter.start();
        ClientCalls.asyncUnaryCall(
                connections.channel(slot).newCall(LeaseGrpc.getLeaseGrantMethod(), CallOptions.DEFAULT),
                Requests.grantRequest(),
                new Answers<LeaseGrantResponse>(meter) {
                    @Override
                    public void onNext(LeaseGrantResponse granted) {
                        put(granted.getID(), startNanos, slot, random, meter);
                    }
                });
    }

    private void put(long leaseId, long startNanos, int slot, SplittableRandom random, Meter meter) {
        ClientCalls.asyncUnaryCall(
                connections.channel(slot).newCall(KVGrpc.getPutMethod(), CallOptions.DEFAULT),
                requests.put(random).toBuilder().setLease(leaseId).build(),
                new Answers<PutResponse>(meter) {
                    @Override
                    public void onNext(PutResponse answer) {
                        meter.done(startNanos);
                        grant(slot, random, meter);
                    }
                });
    }

    private abstract class Answers<A> implements StreamObserver<A> {
        private final Meter meter;

        Answers(Meter meter) {
            this.meter = meter;
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
