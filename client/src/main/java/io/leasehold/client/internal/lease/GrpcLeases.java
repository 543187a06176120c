package io.leasehold.client.internal.lease;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Namespace;
import io.leasehold.client.internal.rpc.Repeat;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.KeepAliveCounts;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.lease.Revocation;
import io.leasehold.client.lease.TimeToLive;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseStatus;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Leases on a server. */
public final class GrpcLeases implements Leases {
    private final Caller caller;
    private final KeepAliveEngine engine;
    private final Namespace namespace;
    private final long timeoutNanos;
    private final LeaseHandle.AfterDeadline afterDeadline;

    /** Made by the client. */
    public GrpcLeases(Caller caller, KeepAliveEngine engine, Namespace namespace, long timeoutNanos) {
        this(caller, engine, namespace, timeoutNanos, LeaseHandle.AfterDeadline.STOP);
    }

    private GrpcLeases(
            Caller caller,
            KeepAliveEngine engine,
            Namespace namespace,
            long timeoutNanos,
            LeaseHandle.AfterDeadline afterDeadline) {
        this.caller = caller;
        this.engine = engine;
        this.namespace = namespace;
        this.timeoutNanos = timeoutNanos;
        this.afterDeadline = afterDeadline;
    }

    @Override
    public CompletableFuture<LeaseGrant> grant(Duration ttl) {
        // 63 bits of chance: that two leases draw the same id will not happen.
        long id = caller.random().nextLong(1, Long.MAX_VALUE);
        long sentAtNanos = caller.timeline().nanos();
        CompletableFuture<LeaseGrant> granted = grant(ttl, id, Repeat.ALWAYS, sentAtNanos);
        CompletableFuture<LeaseGrant> result = new CompletableFuture<>();
        Futures.onEnd(granted, (grant, failed) -> {
            if (grant != null) {
                result.complete(grant);
            } else if (failed instanceof LeaseholdException refused && refused.is(ErrorCode.LEASE_EXISTS)) {
                // An earlier attempt was carried out and its answer lost. The lease is counted from that attempt.
                forward(
                        timeToLive(id, false).thenApply(there -> new LeaseGrant(id, there.granted(), 0, sentAtNanos)),
                        result);
            } else {
                result.completeExceptionally(Objects.requireNonNull(failed));
            }
        });
        cancelWith(result, granted);
        return result;
    }

    @Override
    public CompletableFuture<LeaseGrant> grant(Duration ttl, long id) {
        if (id <= 0) {
            throw new IllegalArgumentException("lease ids are positive: " + id);
        }
        return grant(ttl, id, Repeat.IF_NOT_SENT, caller.timeline().nanos());
    }

    private CompletableFuture<LeaseGrant> grant(Duration ttl, long id, Repeat repeat, long sentAtNanos) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("ttl " + ttl);
        }
        long seconds = ttl.getSeconds() + (ttl.getNano() > 0 ? 1 : 0);
        LeaseGrantRequest request =
                LeaseGrantRequest.newBuilder().setID(id).setTTL(seconds).build();
        return caller.call(
                LeaseGrpc.getLeaseGrantMethod(),
                request,
                repeat,
                timeoutNanos,
                answer -> new LeaseGrant(
                        answer.getID(),
                        Duration.ofSeconds(answer.getTTL()),
                        answer.getHeader().getRevision(),
                        sentAtNanos));
    }

    @Override
    public CompletableFuture<Revocation> revoke(long leaseId) {
        CompletableFuture<Revocation> result = caller.untilClosed(new CompletableFuture<>());
        engine.revoking(leaseId, true);
        // A second revocation does no harm: it finds nothing.
        CompletableFuture<Revocation> answer = caller.call(
                LeaseGrpc.getLeaseRevokeMethod(),
                LeaseRevokeRequest.newBuilder().setID(leaseId).build(),
                Repeat.ALWAYS,
                timeoutNanos,
                revoked -> Revocation.REVOKED);
        Futures.onEnd(answer, (revoked, failed) -> {
            if (revoked != null) {
                engine.revoked(leaseId, () -> complete(result, revoked));
            } else if (failed instanceof LeaseholdException refused && refused.is(ErrorCode.LEASE_NOT_FOUND)) {
                engine.revoked(leaseId, () -> complete(result, Revocation.ALREADY_GONE));
            } else {
                engine.revoking(leaseId, false);
                result.completeExceptionally(Objects.requireNonNull(failed));
            }
        });
        cancelWith(result, answer);
        return result;
    }

    /** Not on the client's thread, where what hangs on the future would hold up all leases. */
    private void complete(CompletableFuture<Revocation> result, Revocation revocation) {
        caller.apart(() -> result.complete(revocation));
    }

    @Override
    public CompletableFuture<TimeToLive> timeToLive(long leaseId, boolean keys) {
        return caller.call(
                LeaseGrpc.getLeaseTimeToLiveMethod(),
                LeaseTimeToLiveRequest.newBuilder().setID(leaseId).setKeys(keys).build(),
                Repeat.ALWAYS,
                timeoutNanos,
                this::timeToLive);
    }

    private TimeToLive timeToLive(LeaseTimeToLiveResponse answer) {
        boolean exists = answer.getGrantedTTL() > 0;
        return new TimeToLive(
                answer.getID(),
                exists,
                Duration.ofSeconds(Math.max(answer.getTTL(), 0)),
                Duration.ofSeconds(answer.getGrantedTTL()),
                answer.getKeysList().stream()
                        .filter(key -> key.startsWith(io.leasehold.client.internal.rpc.Wire.bytes(namespace.prefix())))
                        .map(namespace::inner)
                        .toList());
    }

    @Override
    public CompletableFuture<List<Long>> list() {
        return caller.call(
                LeaseGrpc.getLeaseLeasesMethod(),
                LeaseLeasesRequest.getDefaultInstance(),
                Repeat.ALWAYS,
                timeoutNanos,
                answer ->
                        answer.getLeasesList().stream().map(LeaseStatus::getID).toList());
    }

    @Override
    public CompletableFuture<LeaseRenewal> keepAliveOnce(long leaseId) {
        CompletableFuture<LeaseRenewal> result = caller.untilClosed(new CompletableFuture<>());
        Futures.onEnd(
                engine.once(leaseId, timeoutNanos),
                (renewal, failed) -> caller.apart(() -> {
                    if (renewal != null) {
                        result.complete(renewal);
                    } else {
                        result.completeExceptionally(Objects.requireNonNull(failed));
                    }
                }));
        return result;
    }

    @Override
    public KeepAlive keepAlive(LeaseGrant grant, LeaseListener listener) {
        return engine.keep(grant, listener, afterDeadline);
    }

    @Override
    public KeepAlive keepAlive(long leaseId, LeaseListener listener) {
        return engine.keep(leaseId, listener, afterDeadline);
    }

    @Override
    public Leases probingAfterDeadline() {
        return new GrpcLeases(caller, engine, namespace, timeoutNanos, LeaseHandle.AfterDeadline.PROBE);
    }

    @Override
    public void start() {
        engine.start();
    }

    @Override
    public void stop() {
        engine.stop();
    }

    @Override
    public KeepAliveCounts counts() {
        return engine.counts();
    }

    @Override
    public Leases withTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout " + timeout);
        }
        return new GrpcLeases(caller, engine, namespace, timeout.toNanos(), afterDeadline);
    }

    private static <T> void forward(CompletableFuture<T> from, CompletableFuture<T> to) {
        Futures.onEnd(from, (value, failed) -> {
            if (value != null) {
                to.complete(value);
            } else {
                to.completeExceptionally(Futures.cause(Objects.requireNonNull(failed)));
            }
        });
    }

    private static void cancelWith(CompletableFuture<?> outer, CompletableFuture<?> inner) {
        Futures.onEnd(outer, (value, failed) -> {
            if (outer.isCancelled()) {
                inner.cancel(true);
            }
        });
    }
}
