package io.leasehold.cli.kv;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.PutWithTtlRequest;
import io.leasehold.protocol.leasehold.v1.PutWithTtlResponse;
import java.time.Duration;
import java.util.Locale;

/**
 * {@code put --ttl}: a key with a lease of its own. Leasehold does both at once; for etcd it is a grant and then a put, and
 * the lease is revoked if the put is refused.
 */
final class PutWithTtl {
    private static final long MILLIS_PER_SECOND = 1_000;

    private PutWithTtl() {}

    static void run(Ctl ctl, Connection connection, PutRequest.Builder request, Duration ttl) {
        if (request.getLease() != 0 || request.getIgnoreLease() || request.getIgnoreValue()) {
            throw Arguments.bad(
                    "--ttl makes a lease and puts a value: not with --lease, --ignore-lease, --ignore-value");
        }
        long leaseId;
        PutResponse put;
        try {
            PutWithTtlResponse both = connection.call(
                    LeaseGrpc.getPutWithTtlMethod(),
                    PutWithTtlRequest.newBuilder()
                            .setKey(request.getKey())
                            .setValue(request.getValue())
                            .setPrevKv(request.getPrevKv())
                            .setTtlMs(ttl.toMillis())
                            .build());
            leaseId = both.getLeaseId();
            put = both.getPut();
        } catch (CtlException e) {
            boolean isEtcd = e.getCause() instanceof StatusRuntimeException refusal
                    && refusal.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
            if (!isEtcd) {
                throw e;
            }
            leaseId = grant(connection, ttl);
            put = put(connection, request.setLease(leaseId).build());
        }
        ctl.output().print(new PutAnswer(put));
        if (ctl.output().format() == Output.Format.SIMPLE) {
            ctl.output().line(String.format(Locale.ROOT, "lease %016x", leaseId));
        }
    }

    private static long grant(Connection connection, Duration ttl) {
        LeaseGrantResponse granted = connection.call(
                io.leasehold.protocol.etcdserverpb.LeaseGrpc.getLeaseGrantMethod(),
                LeaseGrantRequest.newBuilder()
                        .setTTL(Math.ceilDiv(ttl.toMillis(), MILLIS_PER_SECOND))
                        .build());
        return granted.getID();
    }

    private static PutResponse put(Connection connection, PutRequest request) {
        try {
            return connection.call(KVGrpc.getPutMethod(), request);
        } catch (CtlException e) {
            connection.call(
                    io.leasehold.protocol.etcdserverpb.LeaseGrpc.getLeaseRevokeMethod(),
                    LeaseRevokeRequest.newBuilder().setID(request.getLease()).build());
            throw e;
        }
    }
}
