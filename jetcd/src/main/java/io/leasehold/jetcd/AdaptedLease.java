package io.leasehold.jetcd;

import io.etcd.jetcd.Lease;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.lease.LeaseRevokeResponse;
import io.etcd.jetcd.lease.LeaseTimeToLiveResponse;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.lease.Revocation;
import io.leasehold.client.lease.TimeToLive;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Leases. Answers about leases carry no cluster and member in their headers, as the client does not tell them. Any thread. */
final class AdaptedLease implements Lease {
    private final Leases leases;

    AdaptedLease(Leases leases) {
        this.leases = leases;
    }

    @Override
    public CompletableFuture<LeaseGrantResponse> grant(long ttlSeconds) {
        return grant(leases, ttlSeconds);
    }

    @Override
    public CompletableFuture<LeaseGrantResponse> grant(long ttlSeconds, long timeout, TimeUnit unit) {
        return grant(leases.withTimeout(Duration.ofNanos(unit.toNanos(timeout))), ttlSeconds);
    }

    /** A TTL of nothing is left to the server, which raises it to its least. */
    private static CompletableFuture<LeaseGrantResponse> grant(Leases leases, long ttlSeconds) {
        return Answers.of(leases.grant(Duration.ofSeconds(Math.max(ttlSeconds, 1))), AdaptedLease::granted);
    }

    private static LeaseGrantResponse granted(LeaseGrant grant) {
        return new LeaseGrantResponse(io.etcd.jetcd.api.LeaseGrantResponse.newBuilder()
                .setHeader(Messages.header(grant.revision()))
                .setID(grant.id())
                .setTTL(grant.ttl().toSeconds())
                .build());
    }

    @Override
    public CompletableFuture<LeaseRevokeResponse> revoke(long leaseId) {
        return Answers.of(leases.revoke(leaseId), revocation -> {
            if (revocation == Revocation.ALREADY_GONE) {
                throw notFound();
            }
            return new LeaseRevokeResponse(io.etcd.jetcd.api.LeaseRevokeResponse.getDefaultInstance());
        });
    }

    private static RuntimeException notFound() {
        return EtcdExceptionFactory.newEtcdException(
                io.etcd.jetcd.common.exception.ErrorCode.NOT_FOUND, ErrorCode.LEASE_NOT_FOUND.message());
    }

    @Override
    public CompletableFuture<LeaseKeepAliveResponse> keepAliveOnce(long leaseId) {
        return Answers.of(leases.keepAliveOnce(leaseId), AdaptedLease::renewed);
    }

    private static LeaseKeepAliveResponse renewed(LeaseRenewal renewal) {
        return new LeaseKeepAliveResponse(io.etcd.jetcd.api.LeaseKeepAliveResponse.newBuilder()
                .setID(renewal.id())
                .setTTL(renewal.ttl().toSeconds())
                .build());
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long leaseId, LeaseOption option) {
        return Answers.of(leases.timeToLive(leaseId, option.isAttachedKeys()), AdaptedLease::timeToLive);
    }

    private static LeaseTimeToLiveResponse timeToLive(TimeToLive found) {
        io.etcd.jetcd.api.LeaseTimeToLiveResponse.Builder message =
                io.etcd.jetcd.api.LeaseTimeToLiveResponse.newBuilder()
                        .setID(found.leaseId())
                        .setTTL(found.exists() ? found.left().toSeconds() : -1)
                        .setGrantedTTL(found.granted().toSeconds());
        found.keys().forEach(key -> message.addKeys(Messages.wire(key)));
        return new LeaseTimeToLiveResponse(message.build());
    }

    /**
     * Keeps the lease until the answered handle is closed. The observer is told every renewal; that the lease is gone, by
     * {@code onError}; and the end of the keeping otherwise, by {@code onCompleted}. Failures that pass are not told.
     */
    @Override
    public CloseableClient keepAlive(long leaseId, StreamObserver<LeaseKeepAliveResponse> observer) {
        KeepAlive kept = leases.keepAlive(leaseId, new Told(observer));
        return new CloseableClient() {
            @Override
            public void close() {
                kept.close();
            }
        };
    }

    private record Told(StreamObserver<LeaseKeepAliveResponse> observer) implements LeaseListener {
        @Override
        public void onRenewed(LeaseRenewal renewal) {
            observer.onNext(renewed(renewal));
        }

        @Override
        public void onLost(long leaseId, LossReason reason) {
            switch (reason) {
                case SERVER_SAID_GONE, REVOKED -> observer.onError(notFound());
                case REFUSED ->
                    observer.onError(EtcdExceptionFactory.newEtcdException(
                            io.etcd.jetcd.common.exception.ErrorCode.PERMISSION_DENIED,
                            ErrorCode.PERMISSION_DENIED.message()));
                case LOCAL_DEADLINE, CLOSED -> observer.onCompleted();
            }
        }
    }
}
