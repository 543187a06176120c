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

/**
 * Watchers of everything under a prefix while puts go as fast as they can. What counts is an event: its latency runs
 * from the moment the put was issued, which its value carries.
 */
final class WatchLoad implements Workload {
    private final Connections connections;
    private final Requests requests;
    private final int watchers;
    private final int streams;
    private final UnaryLoad puts;
    private final Meter putMeter = new Meter();
    private volatile boolean closed;

    WatchLoad(Connections connections, Requests requests, int watchers, int streams, int inFlight) {
        this.connections = connections;
        this.requests = requests;
        this.watchers = watchers;
        this.streams = streams;
        this.puts = new UnaryLoad(connections, inFlight, this::stampedPut);
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
        puts.start(putMeter);
    }

    @Override
    public void close() {
        closed = true;
        puts.close();
    }

    private UnaryLoad.Call<?, ?> stampedPut(SplittableRandom random) {
        byte[] value = requests.value();
        ByteBuffer.wrap(value).putLong(putMeter.start());
        PutRequest put = requests.put(random).toBuilder()
                .setValue(ByteString.copyFrom(value))
                .build();
        return Requests.call(put);
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
