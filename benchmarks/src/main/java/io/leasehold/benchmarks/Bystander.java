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
import java.util.function.LongFunction;

/**
 * Puts at a fixed rate, whether or not earlier ones have answered: somebody who has nothing to do with what is going on, and
 * an open loop.
 */
@ReadsClock("keeps a rate")
final class Bystander implements AutoCloseable {
    private static final long PERIOD_NANOS = 5_000_000;
    private static final int VALUE_BYTES = 256;

    private final Connections connections;
    private final Meter meter;
    private final long periodNanos;
    private final LongFunction<PutRequest> putDue;
    private final Thread thread = new Thread(this::run, "bystander");
    private volatile boolean closed;

    /** 200 puts of one key a second. */
    static Bystander of(Connections connections, Meter meter) {
        PutRequest put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("bystander"))
                .setValue(ByteString.copyFrom(new byte[VALUE_BYTES]))
                .build();
        return new Bystander(connections, meter, PERIOD_NANOS, dueNanos -> put);
    }

    /** A put every {@code periodNanos}; {@code putDue} makes the one that is due at a time of the meter. */
    Bystander(Connections connections, Meter meter, long periodNanos, LongFunction<PutRequest> putDue) {
        this.connections = connections;
        this.meter = meter;
        this.periodNanos = periodNanos;
        this.putDue = putDue;
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
        for (long dueNanos = System.nanoTime(); !closed; dueNanos += periodNanos) {
            while (System.nanoTime() < dueNanos) {
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
            // From the moment it was due: a generator that is held up must not flatter the server.
            long startNanos = dueNanos;
            ClientCalls.asyncUnaryCall(
                    connections.channel(0).newCall(KVGrpc.getPutMethod(), CallOptions.DEFAULT),
                    putDue.apply(startNanos),
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
