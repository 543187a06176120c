package io.leasehold.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Runs one {@link Storm} against one server, with a watcher of all its keys and a bystander that puts. One thread's. */
@ReadsClock("measures how late leases end")
final class ExpiryStorm {
    private static final int CONNECTIONS = 8;
    private static final int KEY_BYTES = 64;
    /** Leases granted in one piece: few enough for a slow server to be done before the first of them has to be renewed. */
    private static final int BLOCK_LEASES = 10_000;
    /** While leases are granted those that are there already are renewed this often. */
    private static final int RENEWALS_PER_TTL = 3;

    private static final byte[] PREFIX = {'s', '/'};
    /** What etcd needs for 100,000 leases, twice. */
    private static final int END_LIMIT_SECONDS = 200;
    /** Left for the bystander's calm figure before the first lease ends. */
    private static final int CALM_SECONDS_MAX = 10;

    private final Storm storm;
    private final Consumer<String> progress;
    private final long[] ids;
    /** When each lease's last renewal was sent. */
    private final long[] renewedNanos;

    private final long[] deletedNanos;
    private final CountDownLatch deletions;

    ExpiryStorm(Storm storm, Consumer<String> progress) {
        this.storm = storm;
        this.progress = progress;
        ids = new long[storm.leases()];
        renewedNanos = new long[storm.leases()];
        deletedNanos = new long[storm.leases() * storm.keysPerLease()];
        deletions = new CountDownLatch(deletedNanos.length);
    }

    StormMeasurement run(ServerTarget target, String... flags) {
        try (ServerProcess server = ServerProcess.start(target, flags);
                Connections connections = new Connections(server.clientPort(), CONNECTIONS);
                Connections aside = new Connections(server.clientPort(), 2)) {
            long emptyBytes = ProcessUsage.of(server.pid()).residentBytes();
            fill(connections);
            long fullBytes = ProcessUsage.of(server.pid()).residentBytes();
            watch(aside);
            Meter puts = new Meter();
            try (Bystander bystander = Bystander.of(aside, puts)) {
                progress.accept("renewing");
                renew(connections, ids.length);
                bystander.start();
                passUntil(firstEndNanos() - TimeUnit.SECONDS.toNanos(CALM_SECONDS_MAX));
                puts.interval();
                passUntil(firstEndNanos() - TimeUnit.MILLISECONDS.toNanos(100));
                Histogram calm = puts.interval();
                ProcessUsage before = ProcessUsage.of(server.pid());
                awaitEnd();
                ProcessUsage after = ProcessUsage.of(server.pid());
                return measurement(
                        target, calm, puts.interval(), after.cpuMicros() - before.cpuMicros(), fullBytes - emptyBytes);
            }
        }
    }

    /** Grants leases and attaches keys block by block, and meanwhile renews what is there whenever it needs to be. */
    private void fill(Connections connections) {
        long renewNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(storm.ttlSeconds()) / RENEWALS_PER_TTL;
        for (int from = 0; from < ids.length; from += BLOCK_LEASES) {
            progress.accept("granting, " + from + " are there");
            fill(connections, from, Math.min(BLOCK_LEASES, ids.length - from));
            if (System.nanoTime() - renewNanos >= 0) {
                progress.accept("renewing");
                renewNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(storm.ttlSeconds()) / RENEWALS_PER_TTL;
                renew(connections, Math.min(from + BLOCK_LEASES, ids.length));
            }
        }
    }

    private void fill(Connections connections, int from, int count) {
        LeaseGrantRequest grant =
                LeaseGrantRequest.newBuilder().setTTL(storm.ttlSeconds()).build();
        Pipeline.run(
                connections,
                count,
                number -> new UnaryLoad.Call<>(LeaseGrpc.getLeaseGrantMethod(), grant),
                (answer, number) -> ids[from + number] = answer.getID());
        int firstKey = from * storm.keysPerLease();
        Pipeline.run(
                connections,
                count * storm.keysPerLease(),
                number -> new UnaryLoad.Call<>(
                        KVGrpc.getPutMethod(),
                        PutRequest.newBuilder()
                                .setKey(key(firstKey + number))
                                .setLease(ids[(firstKey + number) / storm.keysPerLease()])
                                .build()),
                (answer, number) -> {});
    }

    private static ByteString key(int number) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(KEY_BYTES).put(PREFIX).putInt(number).rewind());
    }

    private void watch(Connections connections) {
        StreamObserver<WatchRequest> requests =
                WatchGrpc.newStub(connections.channel(1)).watch(new Deletions());
        requests.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFrom(PREFIX))
                        .setRangeEnd(ByteString.copyFromUtf8("s0"))
                        .addFilters(WatchCreateRequest.FilterType.NOPUT))
                .build());
    }

    private void renew(Connections connections, int count) {
        int gone = new RenewalRound(ids, renewedNanos, count).run(connections, END_LIMIT_SECONDS);
        if (gone > 0) {
            throw new IllegalStateException(gone + " leases ended before they could be renewed: a TTL of "
                    + storm.ttlSeconds() + " s is too short for this machine");
        }
    }

    private long firstEndNanos() {
        long first = renewedNanos[0];
        for (long nanos : renewedNanos) {
            first = Math.min(first, nanos);
        }
        return first + TimeUnit.SECONDS.toNanos(storm.ttlSeconds());
    }

    private void passUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            progress.accept("waiting, " + TimeUnit.NANOSECONDS.toSeconds(left) + " s");
            Await.pause(Duration.ofNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1))));
        }
    }

    private void awaitEnd() {
        for (int second = 0; second < END_LIMIT_SECONDS && deletions.getCount() > 0; second++) {
            progress.accept(deletions.getCount() + " keys left");
            try {
                if (deletions.await(1, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        if (deletions.getCount() > 0) {
            throw new IllegalStateException(deletions.getCount() + " keys still there");
        }
    }

    private StormMeasurement measurement(
            ServerTarget target, Histogram calm, Histogram during, long cpuMicros, long residentBytes) {
        long[] lateness = new long[deletedNanos.length];
        long ttlNanos = TimeUnit.SECONDS.toNanos(storm.ttlSeconds());
        for (int number = 0; number < lateness.length; number++) {
            lateness[number] = deletedNanos[number] - renewedNanos[number / storm.keysPerLease()] - ttlNanos;
        }
        Arrays.sort(lateness);
        long firstNanos = Arrays.stream(deletedNanos).min().orElseThrow();
        long lastNanos = Arrays.stream(deletedNanos).max().orElseThrow();
        return new StormMeasurement(
                storm,
                target,
                lateness[lateness.length / 2] / 1e6,
                lateness[lateness.length - 1] / 1e6,
                Arrays.stream(lateness).filter(late -> late < 0).count(),
                lateness.length / (Math.max(1, lastNanos - firstNanos) / 1e9),
                calm.getValueAtPercentile(99) / 1e6,
                during.getValueAtPercentile(99) / 1e6,
                during.getMaxValue() / 1e6,
                (double) cpuMicros / lateness.length,
                (double) residentBytes / ids.length);
    }

    /** Notes when each key went. */
    @ReadsClock("notes when keys went")
    private final class Deletions implements StreamObserver<WatchResponse> {
        @Override
        public void onNext(WatchResponse response) {
            long nowNanos = System.nanoTime();
            for (Event event : response.getEventsList()) {
                if (event.getType() == Event.EventType.DELETE) {
                    int number = event.getKv().getKey().asReadOnlyByteBuffer().getInt(PREFIX.length);
                    deletedNanos[number] = nowNanos;
                    deletions.countDown();
                }
            }
        }

        @Override
        public void onError(Throwable closed) {
            // Whoever waits for deletions says how many are missing.
        }

        @Override
        public void onCompleted() {}
    }
}
