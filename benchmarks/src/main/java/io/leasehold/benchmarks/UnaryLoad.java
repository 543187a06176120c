package io.leasehold.benchmarks;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.SplittableRandom;

/** A closed loop of unary calls: each of a fixed number of slots issues its next call when its last one has answered. */
final class UnaryLoad implements Workload {
    /** Makes the n-th call of a slot. */
    interface CallMaker {
        Call<?, ?> next(SplittableRandom random);
    }

    /** A method and the message for it. */
    record Call<Q, A>(MethodDescriptor<Q, A> method, Q request) {}

    private final Connections connections;
    private final int inFlight;
    private final CallMaker maker;
    private volatile boolean closed;

    UnaryLoad(Connections connections, int inFlight, CallMaker maker) {
        this.connections = connections;
        this.inFlight = inFlight;
        this.maker = maker;
    }

    @Override
    public void start(Meter meter) {
        for (int slot = 0; slot < inFlight; slot++) {
            issue(slot, new SplittableRandom(slot), meter);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void issue(int slot, SplittableRandom random, Meter meter) {
        if (!closed) {
            issue(maker.next(random), slot, random, meter);
        }
    }

    private <Q, A> void issue(Call<Q, A> call, int slot, SplittableRandom random, Meter meter) {
        ClientCall<Q, A> clientCall = connections.channel(slot).newCall(call.method(), CallOptions.DEFAULT);
        long startNanos = meter.start();
        ClientCalls.asyncUnaryCall(clientCall, call.request(), new StreamObserver<A>() {
            @Override
            public void onNext(A answer) {}

            @Override
            public void onError(Throwable reason) {
                if (!closed) {
                    meter.failed(reason);
                }
            }

            @Override
            public void onCompleted() {
                meter.done(startNanos);
                issue(slot, random, meter);
            }
        });
    }
}
