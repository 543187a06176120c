package io.leasehold.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Watchers of everything while puts go as fast as they can, or at a fixed rate. What counts is an event: its latency runs
 * from the moment the put was issued, which its value carries.
 */
final class WatchLoad implements Workload {
    private final Connections connections;
    private final Requests requests;
    private final int watchers;
    private final int streams;
    private final Runnable startPuts;
    private final Runnable stopPuts;
    private final Meter putMeter = new Meter();
    private volatile boolean closed;

    private WatchLoad(
            Connections connections, Requests requests, int watchers, int streams, int inFlight, int perSecond) {
        this.connections = connections;
        this.requests = requests;
        this.watchers = watchers;
        this.streams = streams;
        SplittableRandom keys = new SplittableRandom(1);
        if (perSecond == 0) {
            UnaryLoad puts =
                    new UnaryLoad(connections, inFlight, random -> Requests.call(stamped(putMeter.start(), random)));
            startPuts = () -> puts.start(putMeter);
            stopPuts = puts::close;
        } else {
            Bystander puts = new Bystander(
                    connections,
                    putMeter,
                    TimeUnit.SECONDS.toNanos(1) / perSecond,
                    dueNanos -> stamped(dueNanos, keys));
            startPuts = puts::start;
            stopPuts = puts::close;
        }
    }

    /** Puts go as fast as they can, so many in flight. */
    static WatchLoad closedLoop(Connections connections, Requests requests, int watchers, int streams, int inFlight) {
        return new WatchLoad(connections, requests, watchers, streams, inFlight, 0);
    }

    /** So many puts a second, whatever becomes of them. */
    static WatchLoad openLoop(Connections connections, Requests requests, int watchers, int streams, int perSecond) {
        return new WatchLoad(connections, requests, watchers, streams, 0, perSecond);
    }

    @Override
    public void start(Meter meter) {
        WatchRequest create = WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFrom(new byte[] {0}))
                        .setRangeEnd(ByteString.copyFrom(new byte[] {0})))
                .build();
        for (int stream = 0; stream < streams; stream++) {
            StreamObserver<WatchRequest> to =
                    WatchGrpc.newStub(connections.channel(stream)).watch(new Events(meter));
            for (int i = 0; i < watchers / streams; i++) {
                to.onNext(create);
            }
        }
        // The puts are not what is measured; they have a meter of their own.
        startPuts.run();
    }

    @Override
    public void close() {
        closed = true;
        stopPuts.run();
    }

    private PutRequest stamped(long startNanos, SplittableRandom random) {
        byte[] value = requests.value();
        ByteBuffer.wrap(value).putLong(startNanos);
        return requests.put(random).toBuilder()
                .setValue(ByteString.copyFrom(value))
                .build();
    }

    private final class Events implements StreamObserver<WatchResponse> {
        private final Meter meter;

        Events(Meter meter) {
            this.meter = meter;
        }

        @Override
        public void onNext(WatchResponse response) {
            for (Event event : response.getEventsList()) {
                meter.done(event.getKv().getValue().asReadOnlyByteBuffer().getLong());
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
