package io.leasehold.server.rpc;

import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.Replica;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Heeds what a client says beside its request: the version of its API, and whether it insists on a leader. */
final class MetadataInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> CLIENT_API_VERSION =
            Metadata.Key.of("client-api-version", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    /** What a learner serves; of ranges it serves the serializable ones. */
    private static final Set<String> LEARNER_METHODS = Set.of(
            "etcdserverpb.KV/Range",
            "etcdserverpb.Maintenance/Status",
            "etcdserverpb.Maintenance/Snapshot",
            "etcdserverpb.Maintenance/Hash",
            "etcdserverpb.Maintenance/HashKV",
            "etcdserverpb.Maintenance/Defragment",
            "etcdserverpb.Cluster/MemberList",
            "grpc.health.v1.Health/Check",
            "grpc.health.v1.Health/Watch");

    private final Replica replica;
    private final CallThreads threads;
    private final StreamingCalls streams;

    MetadataInterceptor(Replica replica, CallThreads threads, StreamingCalls streams) {
        this.replica = replica;
        this.threads = threads;
        this.streams = streams;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        boolean needsLeader = "true".equals(metadata.get(HAS_LEADER));
        ErrorCode refusal = refusal(metadata, needsLeader);
        if (refusal == null
                && !LEARNER_METHODS.contains(call.getMethodDescriptor().getFullMethodName())) {
            refusal = replica.status().learner() ? ErrorCode.NOT_SUPPORTED_FOR_LEARNER : null;
        }
        if (refusal != null) {
            call.close(refusal.toStatus(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
            return next.startCall(call, metadata);
        }
        CallThreads.CallThread thread = threads.current();
        return Contexts.interceptCall(
                CallThreads.contextFor(thread),
                call,
                metadata,
                (inner, headers) -> streams.start(inner, headers, next, thread, needsLeader));
    }

    private @Nullable ErrorCode refusal(Metadata metadata, boolean needsLeader) {
        String version = metadata.get(CLIENT_API_VERSION);
        // etcd wants UTF-8 here. gRPC allows ASCII only and hands over this character for every other byte.
        if (version != null && version.indexOf('\uFFFD') >= 0) {
            return ErrorCode.INVALID_CLIENT_API_VERSION;
        }
        return needsLeader && replica.status().leaderId() == 0 ? ErrorCode.NO_LEADER : null;
    }
}
