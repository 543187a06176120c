package io.leasehold.cli.concurrency;

import io.grpc.ClientCall;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.KeepAliveStream;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lease that is kept alive while something is held by it. A thread of its own renews it, over one stream after another:
 * a server that restarts takes nothing away. The lease is lost when a server says so, or when its time is over and nobody
 * has answered.
 */
final class Holding implements AutoCloseable {
    private static final int RENEWALS_PER_TTL = 3;
    private static final long REOPEN_MILLIS = 250;

    /** What a stream brings when it ends. */
    private static final long STREAM_ENDED = -1;

    private final Connection connection;
    private final long leaseId;
    private final long ttlNanos;
    private volatile boolean got;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final Thread renewing = Thread.ofPlatform().daemon().unstarted(this::renew);

    private Holding(Connection connection, long leaseId, long ttlSeconds) {
        this.connection = connection;
        this.leaseId = leaseId;
        this.ttlNanos = TimeUnit.SECONDS.toNanos(ttlSeconds);
    }

    static Holding begin(Connection connection, long ttlSeconds) {
        var granted = connection.call(
                LeaseGrpc.getLeaseGrantMethod(),
                LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build());
        Holding holding = new Holding(connection, granted.getID(), granted.getTTL());
        holding.renewing.start();
        return holding;
    }

    /**
     * What a signal does: gives back what is held, which ends well; whoever still waited for it has got nothing, which is an
     * error. Returns the exit code.
     */
    static int giveBack(Ctl ctl, @Nullable Holding holding) {
        if (holding != null) {
            holding.close();
        }
        if (holding != null && holding.got) {
            return 0;
        }
        ctl.err().println("Error: context canceled");
        return CtlException.Code.ERROR.number();
    }

    /** Says that what the lease was for has been got. */
    void got() {
        got = true;
    }

    long leaseId() {
        return leaseId;
    }

    /** Completes when the lease is gone without having been given back. */
    CompletableFuture<Void> lost() {
        return lost;
    }

    /** Ends the lease, and with it what is held. */
    @Override
    public void close() {
        renewing.interrupt();
        try {
            connection.call(
                    LeaseGrpc.getLeaseRevokeMethod(),
                    LeaseRevokeRequest.newBuilder().setID(leaseId).build());
        } catch (CtlException e) {
            // Gone already, or soon.
        }
    }

    @ReadsClock("renewals are spread over the lease's time")
    private void renew() {
        long endNanos = System.nanoTime() + ttlNanos;
        try {
            while (endNanos - System.nanoTime() > 0) {
                endNanos = renewOverOneStream(endNanos);
                TimeUnit.MILLISECONDS.sleep(REOPEN_MILLIS);
            }
            lost.complete(null);
        } catch (InterruptedException givenBack) {
            Thread.currentThread().interrupt();
        }
    }

    /** Renews until the stream or the lease ends; returns when the lease ends as far as it is known. */
    @ReadsClock("renewals are spread over the lease's time")
    private long renewOverOneStream(long knownEndNanos) throws InterruptedException {
        BlockingQueue<Long> ttls = new LinkedBlockingQueue<>();
        ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call = KeepAliveStream.open(
                connection, answer -> ttls.add(Math.max(0, answer.getTTL())), end -> ttls.add(STREAM_ENDED));
        long endNanos = knownEndNanos;
        try {
            while (true) {
                long sentNanos = System.nanoTime();
                call.sendMessage(
                        LeaseKeepAliveRequest.newBuilder().setID(leaseId).build());
                Long ttlSeconds = ttls.poll(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (ttlSeconds == null || ttlSeconds == 0) {
                    return System.nanoTime();
                }
                if (ttlSeconds == STREAM_ENDED) {
                    return endNanos;
                }
                endNanos = sentNanos + TimeUnit.SECONDS.toNanos(ttlSeconds);
                // Nothing but the stream's end comes unasked.
                if (ttls.poll(TimeUnit.SECONDS.toNanos(ttlSeconds) / RENEWALS_PER_TTL, TimeUnit.NANOSECONDS) != null) {
                    return endNanos;
                }
            }
        } finally {
            call.cancel("another stream is opened, or none", null);
        }
    }
}
