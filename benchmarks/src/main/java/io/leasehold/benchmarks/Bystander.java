package io.leasehold.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import java.util.concurrent.locks.LockSupport;

/** Somebody who has nothing to do with the leases: puts at a fixed rate, whether or not earlier ones have answered. */
@ReadsClock("keeps a rate")
final class Bystander implements AutoCloseable {
    private static final long PERIOD_NANOS = 5_000_000;

    private final Connections connections;
    private final Meter meter;
    private final Thread thread = new Thread(this::run, "bystander");
    private volatile boolean closed;

    Bystander(Connections connections, Meter meter) {
        this.connections = connections;
        this.meter = meter;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        PutRequest put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("bystander"))
                .setValue(ByteString.copyFrom(new byte[256]))
                .build();
        for (long dueNanos = System.nanoTime(); !closed; dueNanos += PERIOD_NANOS) {
            while (System.nanoTime() < dueNanos) {
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
            // From the moment it was due: a generator that is held up must not flatter the server.
            long startNanos = dueNanos;
            ClientCalls.asyncUnaryCall(
                    connections.channel(0).newCall(KVGrpc.getPutMethod(), CallOptions.DEFAULT),
                    put,
                    new StreamObserver<PutResponse>() {
                        @Override
                        public void onNext(PutResponse answer) {}

                        @Override
                        public void onError(Throwable reason) {
                            if (!closed) {
                                meter.failed(reason);
                            }
                        }

                        @Override
                        public void onCompleted() {
                            meter.done(startNanos);
                        }
                    });
        }
    }
}
