package io.leasehold.benchmarks.cluster;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Puts through members that stay, a hundred times a second whatever becomes of them, and the longest time in which none was
 * acknowledged: what a client with a retry sees of a change of leader.
 */
@ReadsClock("measures")
final class ServiceGap implements AutoCloseable {
    private static final long PERIOD_MILLIS = 10;

    /** Longer than any gap that is looked for. */
    private static final long DEADLINE_SECONDS = 10;

    private final List<ManagedChannel> channels;
    private final Queue<Long> acknowledgedNanos = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService pacer = Executors.newSingleThreadScheduledExecutor();
    private int number;

    /** Begins to put, through one connection after the other. */
    ServiceGap(List<ManagedChannel> channels) {
        this.channels = List.copyOf(channels);
        var unused = pacer.scheduleAtFixedRate(this::put, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void put() {
        number++;
        ManagedChannel channel = channels.get(number % channels.size());
        channel.resetConnectBackoff();
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("gap-" + number % 16))
                .setValue(ByteString.copyFromUtf8(Integer.toString(number)))
                .build();
        KVGrpc.newStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .put(request, new StreamObserver<>() {
                    @Override
                    public void onNext(PutResponse answer) {
                        noteAcknowledged();
                    }

                    @Override
                    public void onError(Throwable reason) {}

                    @Override
                    public void onCompleted() {}
                });
    }

    private void noteAcknowledged() {
        acknowledgedNanos.add(System.nanoTime());
    }

    /** The longest time between two acknowledgements, of which the later one came after a moment; in milliseconds. */
    double longestMillisAfter(long sinceNanos) {
        double longest = 0;
        long last = 0;
        boolean first = true;
        for (long nanos : acknowledgedNanos) {
            if (!first && nanos - sinceNanos > 0) {
                longest = Math.max(longest, (nanos - last) / 1e6);
            }
            last = nanos;
            first = false;
        }
        return longest;
    }

    /** Ends the putting. */
    @Override
    public void close() {
        pacer.shutdownNow();
    }
}
