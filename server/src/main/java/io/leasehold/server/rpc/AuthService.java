package io.leasehold.server.rpc;

import io.grpc.ServerServiceDefinition;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthStatusRequest;
import io.leasehold.protocol.etcdserverpb.AuthStatusResponse;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateResponse;
import io.leasehold.server.replica.Replica;

/** Users and permissions are not kept yet: tells that authentication is off. */
final class AuthService {
    /** The revision of an auth store that was never changed. */
    private static final long AUTH_REVISION = 1;

    private final Replica replica;
    private final CallThreads threads;
    private final Headers headers;

    AuthService(Replica replica, CallThreads threads, Headers headers) {
        this.replica = replica;
        this.threads = threads;
        this.headers = headers;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(AuthGrpc.SERVICE_NAME)
                .addMethod(AuthGrpc.getAuthStatusMethod(), UnaryCall.handler(threads, this::status))
                .addMethod(AuthGrpc.getAuthenticateMethod(), UnaryCall.handler(threads, this::authenticate))
                .build();
    }

    private void status(AuthStatusRequest request, UnaryCall<AuthStatusRequest, AuthStatusResponse> call) {
        call.reply(AuthStatusResponse.newBuilder()
                .setHeader(headers.message(replica.snapshot().revision()))
                .setEnabled(false)
                .setAuthRevision(AUTH_REVISION)
                .build());
    }

    private void authenticate(AuthenticateRequest request, UnaryCall<AuthenticateRequest, AuthenticateResponse> call) {
        call.refuse(ErrorCode.AUTH_NOT_ENABLED);
    }
}
