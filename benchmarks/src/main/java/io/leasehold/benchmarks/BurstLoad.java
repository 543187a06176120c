package io.leasehold.benchmarks;

import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import java.util.SplittableRandom;

/**
 * Linearizable ranges of one key right after a burst of puts, over and over. Only the ranges are counted and timed, but the
 * processor time of the puts is in the row: there is one for each range.
 */
final class BurstLoad implements Workload {
    /** Operations in a burst: more than a server holds back before it writes them out. */
    private static final int BURST = 2_000;

    private final Connections connections;
    private final Requests requests;
    private final int inFlight;
    private final SplittableRandom random = new SplittableRandom(1);
    private volatile boolean closed;

    BurstLoad(Connections connections, Requests requests, int inFlight) {
        this.connections = connections;
        this.requests = requests;
        this.inFlight = inFlight;
    }

    @Override
    public void start(Meter meter) {
        requests.fill(connections.channel(0));
        Thread.ofPlatform().name("bursts").daemon().start(() -> run(meter));
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run(Meter meter) {
        try {
            while (!closed) {
                Pipeline.run(
                        connections,
                        BURST,
                        number -> new UnaryLoad.Call<>(KVGrpc.getPutMethod(), requests.put(next())),
                        (answer, number) -> {});
                long[] startNanos = new long[BURST];
                Pipeline.run(
                        connections,
                        inFlight,
                        BURST,
                        number -> {
                            startNanos[number] = meter.start();
                            return new UnaryLoad.Call<>(KVGrpc.getRangeMethod(), requests.range(next(), false));
                        },
                        (RangeResponse answer, int number) -> meter.done(startNanos[number]));
            }
        } catch (IllegalStateException failed) {
            if (!closed) {
                meter.failed(failed);
            }
        }
    }

    /** Calls are made by whichever event loop has answered the last one. */
    private synchronized SplittableRandom next() {
        return random.split();
    }
}
