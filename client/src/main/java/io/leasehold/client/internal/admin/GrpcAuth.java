package io.leasehold.client.internal.admin;

import io.grpc.MethodDescriptor;
import io.leasehold.client.auth.Auth;
import io.leasehold.client.auth.AuthStatus;
import io.leasehold.client.auth.Permission;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Repeat;
import io.leasehold.client.internal.rpc.Wire;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.authpb.UserAddOptions;
import io.leasehold.protocol.etcdserverpb.AuthDisableRequest;
import io.leasehold.protocol.etcdserverpb.AuthEnableRequest;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthRoleAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleDeleteRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleListRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleListResponse;
import io.leasehold.protocol.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.leasehold.protocol.etcdserverpb.AuthStatusRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserChangePasswordRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserDeleteRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGetResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserListRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserListResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserRevokeRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Users and roles on a server. */
public final class GrpcAuth implements Auth {
    private final Caller caller;
    private final long timeoutNanos;

    /** Made by the client. */
    public GrpcAuth(Caller caller, long timeoutNanos) {
        this.caller = caller;
        this.timeoutNanos = timeoutNanos;
    }

    /** A token for a user; empty when the server has authentication turned off. */
    public CompletableFuture<String> authenticate(String user, String password) {
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(user)
                .setPassword(password)
                .build();
        return read(AuthGrpc.getAuthenticateMethod(), request, AuthenticateResponse::getToken)
                .exceptionally(failed -> {
                    if (Futures.cause(failed) instanceof LeaseholdException refused
                            && refused.is(ErrorCode.AUTH_NOT_ENABLED)) {
                        return "";
                    }
                    throw new CompletionException(Futures.cause(failed));
                });
    }

    @Override
    public CompletableFuture<Void> enable() {
        return change(AuthGrpc.getAuthEnableMethod(), AuthEnableRequest.getDefaultInstance());
    }

    @Override
    public CompletableFuture<Void> disable() {
        return change(AuthGrpc.getAuthDisableMethod(), AuthDisableRequest.getDefaultInstance());
    }

    @Override
    public CompletableFuture<AuthStatus> status() {
        return read(
                AuthGrpc.getAuthStatusMethod(),
                AuthStatusRequest.getDefaultInstance(),
                answer -> new AuthStatus(answer.getEnabled(), answer.getAuthRevision()));
    }

    @Override
    public CompletableFuture<Void> addUser(String user, String password) {
        return change(
                AuthGrpc.getUserAddMethod(),
                AuthUserAddRequest.newBuilder()
                        .setName(user)
                        .setPassword(password)
                        .build());
    }

    @Override
    public CompletableFuture<Void> addUserWithoutPassword(String user) {
        return change(
                AuthGrpc.getUserAddMethod(),
                AuthUserAddRequest.newBuilder()
                        .setName(user)
                        .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
                        .build());
    }

    @Override
    public CompletableFuture<Void> deleteUser(String user) {
        return change(
                AuthGrpc.getUserDeleteMethod(),
                AuthUserDeleteRequest.newBuilder().setName(user).build());
    }

    @Override
    public CompletableFuture<Void> changePassword(String user, String password) {
        return change(
                AuthGrpc.getUserChangePasswordMethod(),
                AuthUserChangePasswordRequest.newBuilder()
                        .setName(user)
                        .setPassword(password)
                        .build());
    }

    @Override
    public CompletableFuture<List<String>> rolesOf(String user) {
        return read(
                AuthGrpc.getUserGetMethod(),
                AuthUserGetRequest.newBuilder().setName(user).build(),
                AuthUserGetResponse::getRolesList);
    }

    @Override
    public CompletableFuture<List<String>> users() {
        return read(
                AuthGrpc.getUserListMethod(),
                AuthUserListRequest.getDefaultInstance(),
                AuthUserListResponse::getUsersList);
    }

    @Override
    public CompletableFuture<Void> grantRole(String user, String role) {
        return change(
                AuthGrpc.getUserGrantRoleMethod(),
                AuthUserGrantRoleRequest.newBuilder()
                        .setUser(user)
                        .setRole(role)
                        .build());
    }

    @Override
    public CompletableFuture<Void> revokeRole(String user, String role) {
        return change(
                AuthGrpc.getUserRevokeRoleMethod(),
                AuthUserRevokeRoleRequest.newBuilder()
                        .setName(user)
                        .setRole(role)
                        .build());
    }

    @Override
    public CompletableFuture<Void> addRole(String role) {
        return change(
                AuthGrpc.getRoleAddMethod(),
                AuthRoleAddRequest.newBuilder().setName(role).build());
    }

    @Override
    public CompletableFuture<Void> deleteRole(String role) {
        return change(
                AuthGrpc.getRoleDeleteMethod(),
                AuthRoleDeleteRequest.newBuilder().setRole(role).build());
    }

    @Override
    public CompletableFuture<List<Permission>> permissionsOf(String role) {
        return read(
                AuthGrpc.getRoleGetMethod(),
                AuthRoleGetRequest.newBuilder().setRole(role).build(),
                answer ->
                        answer.getPermList().stream().map(GrpcAuth::permission).toList());
    }

    @Override
    public CompletableFuture<List<String>> roles() {
        return read(
                AuthGrpc.getRoleListMethod(),
                AuthRoleListRequest.getDefaultInstance(),
                AuthRoleListResponse::getRolesList);
    }

    @Override
    public CompletableFuture<Void> grantPermission(String role, Permission permission) {
        var wire = io.leasehold.protocol.authpb.Permission.newBuilder()
                .setPermType(
                        switch (permission.access()) {
                            case READ -> io.leasehold.protocol.authpb.Permission.Type.READ;
                            case WRITE -> io.leasehold.protocol.authpb.Permission.Type.WRITE;
                            case READ_WRITE -> io.leasehold.protocol.authpb.Permission.Type.READWRITE;
                        })
                .setKey(Wire.bytes(permission.range().key()))
                .setRangeEnd(Wire.bytes(permission.range().end()));
        return change(
                AuthGrpc.getRoleGrantPermissionMethod(),
                AuthRoleGrantPermissionRequest.newBuilder()
                        .setName(role)
                        .setPerm(wire)
                        .build());
    }

    @Override
    public CompletableFuture<Void> revokePermission(String role, KeyRange range) {
        return change(
                AuthGrpc.getRoleRevokePermissionMethod(),
                AuthRoleRevokePermissionRequest.newBuilder()
                        .setRole(role)
                        .setKey(Wire.bytes(range.key()))
                        .setRangeEnd(Wire.bytes(range.end()))
                        .build());
    }

    private static Permission permission(io.leasehold.protocol.authpb.Permission wire) {
        Permission.Access access =
                switch (wire.getPermType()) {
                    case READ -> Permission.Access.READ;
                    case WRITE -> Permission.Access.WRITE;
                    case READWRITE, UNRECOGNIZED -> Permission.Access.READ_WRITE;
                };
        return new Permission(access, new KeyRange(Wire.sequence(wire.getKey()), Wire.sequence(wire.getRangeEnd())));
    }

    private <Q, A> CompletableFuture<Void> change(MethodDescriptor<Q, A> method, Q request) {
        return caller.<Q, A, Void>call(method, request, Repeat.IF_NOT_SENT, timeoutNanos, GrpcAuth::nothing);
    }

    private <Q, A, R> CompletableFuture<R> read(MethodDescriptor<Q, A> method, Q request, Function<A, R> accept) {
        return caller.call(method, request, Repeat.ALWAYS, timeoutNanos, accept);
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private static Void nothing(Object answer) {
        return null;
    }
}
