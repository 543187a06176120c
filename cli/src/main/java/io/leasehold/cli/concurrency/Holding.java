package io.leasehold.cli.concurrency;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.cli.Connection;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A lease that is kept alive while something is held by it. A thread of its own renews it. */
final class Holding implements AutoCloseable {
    private static final int RENEWALS_PER_TTL = 3;

    private final Connection connection;
    private final long leaseId;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals;
    private final Thread renewing;

    private Holding(Connection connection, long leaseId, long ttlSeconds) {
        this.connection = connection;
        this.leaseId = leaseId;
        this.renewals = connection.channel().newCall(LeaseGrpc.getLeaseKeepAliveMethod(), CallOptions.DEFAULT);
        renewals.start(new Answers(), new Metadata());
        renewals.request(Integer.MAX_VALUE);
        this.renewing = Thread.ofPlatform().daemon().unstarted(() -> renew(ttlSeconds));
    }

    static Holding begin(Connection connection, long ttlSeconds) {
        var granted = connection.call(
                LeaseGrpc.getLeaseGrantMethod(),
                LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build());
        Holding holding = new Holding(connection, granted.getID(), granted.getTTL());
        holding.renewing.start();
        return holding;
    }

    /** What a signal does: gives back what is held, if it came to that, and ends the process well. */
    static void giveBackAndEnd(AtomicReference<@Nullable Holding> held) {
        Holding holding = held.get();
        if (holding != null) {
            holding.close();
        }
        Runtime.getRuntime().halt(0);
    }

    long leaseId() {
        return leaseId;
    }

    /** Completes when the lease is gone. */
    CompletableFuture<Void> lost() {
        return lost;
    }

    /** Ends the lease, and with it what is held. */
    @Override
    public void close() {
        renewing.interrupt();
        renewals.cancel("given back", null);
        try {
            connection.call(
                    LeaseGrpc.getLeaseRevokeMethod(),
                    LeaseRevokeRequest.newBuilder().setID(leaseId).build());
        } catch (CtlException e) {
            // Gone already, or soon.
        }
    }

    @ReadsClock("renewals are spread over the lease's time")
    private void renew(long ttlSeconds) {
        try {
            while (!lost.isDone()) {
                renewals.sendMessage(
                        LeaseKeepAliveRequest.newBuilder().setID(leaseId).build());
                TimeUnit.MILLISECONDS.sleep(TimeUnit.SECONDS.toMillis(ttlSeconds) / RENEWALS_PER_TTL);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Answers extends ClientCall.Listener<LeaseKeepAliveResponse> {
        @Override
        public void onMessage(LeaseKeepAliveResponse message) {
            if (message.getTTL() <= 0) {
                lost.complete(null);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            lost.complete(null);
        }
    }
}
