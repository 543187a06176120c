package io.leasehold.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ServerServiceDefinition;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.AuthDisableRequest;
import io.leasehold.protocol.etcdserverpb.AuthDisableResponse;
import io.leasehold.protocol.etcdserverpb.AuthEnableRequest;
import io.leasehold.protocol.etcdserverpb.AuthEnableResponse;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthRoleAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleAddResponse;
import io.leasehold.protocol.etcdserverpb.AuthRoleDeleteRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleDeleteResponse;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetResponse;
import io.leasehold.protocol.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGrantPermissionResponse;
import io.leasehold.protocol.etcdserverpb.AuthRoleListRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleListResponse;
import io.leasehold.protocol.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleRevokePermissionResponse;
import io.leasehold.protocol.etcdserverpb.AuthStatusRequest;
import io.leasehold.protocol.etcdserverpb.AuthStatusResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserAddResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserChangePasswordRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserChangePasswordResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserDeleteRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserDeleteResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGetResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserListRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserListResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserRevokeRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserRevokeRoleResponse;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.server.auth.Authentication;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Replica;
import io.leasehold.statemachine.AuthCommand;
import io.leasehold.statemachine.Authorization;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Requests;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.Permission;
import io.leasehold.statemachine.auth.Role;
import io.leasehold.statemachine.auth.User;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Users, roles and permissions, and whether they count. Passwords are hashed here; the log sees hashes alone. */
final class AuthService {
    /** What etcd shows of the role root: more than any permission could say. */
    private static final Permission EVERYTHING =
            new Permission(Permission.Type.READWRITE, KeyRange.of(ByteSequence.EMPTY, ByteSequence.wrap(new byte[1])));

    private final Gate gate;
    private final Replica replica;
    private final CallThreads threads;
    private final Headers headers;
    private final Authentication authentication;

    AuthService(Gate gate, CallThreads threads, Headers headers, Authentication authentication) {
        this.gate = gate;
        this.replica = gate.replica();
        this.threads = threads;
        this.headers = headers;
        this.authentication = authentication;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(AuthGrpc.SERVICE_NAME)
                .addMethod(AuthGrpc.getAuthEnableMethod(), UnaryCall.handler(threads, this::enable))
                .addMethod(AuthGrpc.getAuthDisableMethod(), UnaryCall.handler(threads, this::disable))
                .addMethod(AuthGrpc.getAuthStatusMethod(), UnaryCall.handler(threads, this::status))
                .addMethod(AuthGrpc.getAuthenticateMethod(), UnaryCall.handler(threads, this::authenticate))
                .addMethod(AuthGrpc.getUserAddMethod(), UnaryCall.handler(threads, this::userAdd))
                .addMethod(AuthGrpc.getUserGetMethod(), UnaryCall.handler(threads, this::userGet))
                .addMethod(AuthGrpc.getUserListMethod(), UnaryCall.handler(threads, this::userList))
                .addMethod(AuthGrpc.getUserDeleteMethod(), UnaryCall.handler(threads, this::userDelete))
                .addMethod(AuthGrpc.getUserChangePasswordMethod(), UnaryCall.handler(threads, this::userChangePassword))
                .addMethod(AuthGrpc.getUserGrantRoleMethod(), UnaryCall.handler(threads, this::userGrantRole))
                .addMethod(AuthGrpc.getUserRevokeRoleMethod(), UnaryCall.handler(threads, this::userRevokeRole))
                .addMethod(AuthGrpc.getRoleAddMethod(), UnaryCall.handler(threads, this::roleAdd))
                .addMethod(AuthGrpc.getRoleGetMethod(), UnaryCall.handler(threads, this::roleGet))
                .addMethod(AuthGrpc.getRoleListMethod(), UnaryCall.handler(threads, this::roleList))
                .addMethod(AuthGrpc.getRoleDeleteMethod(), UnaryCall.handler(threads, this::roleDelete))
                .addMethod(AuthGrpc.getRoleGrantPermissionMethod(), UnaryCall.handler(threads, this::grantPermission))
                .addMethod(AuthGrpc.getRoleRevokePermissionMethod(), UnaryCall.handler(threads, this::revokePermission))
                .build();
    }

    private void enable(AuthEnableRequest request, UnaryCall<AuthEnableRequest, AuthEnableResponse> call) {
        change(new AuthCommand.Enable(), call, header -> AuthEnableResponse.newBuilder()
                .setHeader(header)
                .build());
    }

    private void disable(AuthDisableRequest request, UnaryCall<AuthDisableRequest, AuthDisableResponse> call) {
        change(new AuthCommand.Disable(), call, header -> AuthDisableResponse.newBuilder()
                .setHeader(header)
                .build());
    }

    private void status(AuthStatusRequest request, UnaryCall<AuthStatusRequest, AuthStatusResponse> call) {
        read(Need.ADMIN, call, (auth, header) -> AuthStatusResponse.newBuilder()
                .setHeader(header)
                .setEnabled(auth.enabled())
                .setAuthRevision(auth.revision())
                .build());
    }

    private void authenticate(AuthenticateRequest request, UnaryCall<AuthenticateRequest, AuthenticateResponse> call) {
        new Login(replica, headers, authentication, request, call).start();
    }

    private void userAdd(AuthUserAddRequest request, UnaryCall<AuthUserAddRequest, AuthUserAddResponse> call) {
        boolean noPassword = request.getOptions().getNoPassword();
        Consumer<String> hashed = hash -> change(
                new AuthCommand.UserAdd(request.getName(), hash, noPassword),
                call,
                header -> AuthUserAddResponse.newBuilder().setHeader(header).build());
        if (noPassword) {
            hashed.accept("");
        } else {
            hash(request.getPassword(), request.getHashedPassword(), call, hashed);
        }
    }

    private void userGet(AuthUserGetRequest request, UnaryCall<AuthUserGetRequest, AuthUserGetResponse> call) {
        Need self = (auth, identity) -> identity.userName().equals(request.getName())
                ? Authorization.authenticated(auth, identity)
                : Authorization.admin(auth, identity);
        read(self, call, (auth, header) -> {
            Optional<User> user = auth.user(request.getName());
            if (user.isEmpty()) {
                call.refuse(ErrorCode.USER_NOT_FOUND);
                return null;
            }
            return AuthUserGetResponse.newBuilder()
                    .setHeader(header)
                    .addAllRoles(user.get().roles())
                    .build();
        });
    }

    private void userList(AuthUserListRequest request, UnaryCall<AuthUserListRequest, AuthUserListResponse> call) {
        read(Need.ADMIN, call, (auth, header) -> AuthUserListResponse.newBuilder()
                .setHeader(header)
                .addAllUsers(auth.users().stream().map(User::name).toList())
                .build());
    }

    private void userDelete(
            AuthUserDeleteRequest request, UnaryCall<AuthUserDeleteRequest, AuthUserDeleteResponse> call) {
        change(new AuthCommand.UserDelete(request.getName()), call, header -> AuthUserDeleteResponse.newBuilder()
                .setHeader(header)
                .build());
    }

    private void userChangePassword(
            AuthUserChangePasswordRequest request,
            UnaryCall<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse> call) {
        hash(
                request.getPassword(),
                request.getHashedPassword(),
                call,
                hash -> change(
                        new AuthCommand.UserChangePassword(request.getName(), hash),
                        call,
                        header -> AuthUserChangePasswordResponse.newBuilder()
                                .setHeader(header)
                                .build()));
    }

    private void userGrantRole(
            AuthUserGrantRoleRequest request, UnaryCall<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse> call) {
        change(
                new AuthCommand.UserGrantRole(request.getUser(), request.getRole()),
                call,
                header ->
                        AuthUserGrantRoleResponse.newBuilder().setHeader(header).build());
    }

    private void userRevokeRole(
            AuthUserRevokeRoleRequest request, UnaryCall<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse> call) {
        change(
                new AuthCommand.UserRevokeRole(request.getName(), request.getRole()),
                call,
                header -> AuthUserRevokeRoleResponse.newBuilder()
                        .setHeader(header)
                        .build());
    }

    private void roleAdd(AuthRoleAddRequest request, UnaryCall<AuthRoleAddRequest, AuthRoleAddResponse> call) {
        change(new AuthCommand.RoleAdd(request.getName()), call, header -> AuthRoleAddResponse.newBuilder()
                .setHeader(header)
                .build());
    }

    private void roleGet(AuthRoleGetRequest request, UnaryCall<AuthRoleGetRequest, AuthRoleGetResponse> call) {
        Need own = (auth, identity) -> auth.user(identity.userName())
                        .filter(user -> user.roles().contains(request.getRole()))
                        .isPresent()
                ? Authorization.authenticated(auth, identity)
                : Authorization.admin(auth, identity);
        read(own, call, (auth, header) -> {
            Optional<Role> role = auth.role(request.getRole());
            if (role.isEmpty()) {
                call.refuse(ErrorCode.ROLE_NOT_FOUND);
                return null;
            }
            AuthRoleGetResponse.Builder response =
                    AuthRoleGetResponse.newBuilder().setHeader(header);
            if (role.get().name().equals(AuthState.ROOT)) {
                response.addPerm(message(EVERYTHING));
            } else {
                role.get().permissions().forEach(permission -> response.addPerm(message(permission)));
            }
            return response.build();
        });
    }

    private void roleList(AuthRoleListRequest request, UnaryCall<AuthRoleListRequest, AuthRoleListResponse> call) {
        read(Need.ADMIN, call, (auth, header) -> AuthRoleListResponse.newBuilder()
                .setHeader(header)
                .addAllRoles(auth.roles().stream().map(Role::name).toList())
                .build());
    }

    private void roleDelete(
            AuthRoleDeleteRequest request, UnaryCall<AuthRoleDeleteRequest, AuthRoleDeleteResponse> call) {
        change(new AuthCommand.RoleDelete(request.getRole()), call, header -> AuthRoleDeleteResponse.newBuilder()
                .setHeader(header)
                .build());
    }

    private void grantPermission(
            AuthRoleGrantPermissionRequest request,
            UnaryCall<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse> call) {
        call.access(gate)
                .check(
                        Need.ADMIN,
                        call.executor(),
                        () -> {
                            Optional<Permission> permission = permission(request);
                            if (permission.isEmpty()) {
                                call.refuse(ErrorCode.PERMISSION_NOT_GIVEN);
                            } else {
                                change(
                                        new AuthCommand.RoleGrantPermission(request.getName(), permission.get()),
                                        call,
                                        header -> AuthRoleGrantPermissionResponse.newBuilder()
                                                .setHeader(header)
                                                .build());
                            }
                        },
                        code -> call.refuse(code));
    }

    private void revokePermission(
            AuthRoleRevokePermissionRequest request,
            UnaryCall<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse> call) {
        KeyRange range = KeyRange.of(Requests.bytes(request.getKey()), Requests.bytes(request.getRangeEnd()));
        change(
                new AuthCommand.RoleRevokePermission(request.getRole(), range),
                call,
                header -> AuthRoleRevokePermissionResponse.newBuilder()
                        .setHeader(header)
                        .build());
    }

    /** Empty if the request names none, or none that there is. */
    private static Optional<Permission> permission(AuthRoleGrantPermissionRequest request) {
        if (!request.hasPerm()) {
            return Optional.empty();
        }
        KeyRange range = KeyRange.of(
                Requests.bytes(request.getPerm().getKey()),
                Requests.bytes(request.getPerm().getRangeEnd()));
        return switch (request.getPerm().getPermType()) {
            case READ -> Optional.of(new Permission(Permission.Type.READ, range));
            case WRITE -> Optional.of(new Permission(Permission.Type.WRITE, range));
            case READWRITE -> Optional.of(new Permission(Permission.Type.READWRITE, range));
            case UNRECOGNIZED -> Optional.empty();
        };
    }

    private static io.leasehold.protocol.authpb.Permission message(Permission permission) {
        return io.leasehold.protocol.authpb.Permission.newBuilder()
                .setPermType(
                        switch (permission.type()) {
                            case READ -> io.leasehold.protocol.authpb.Permission.Type.READ;
                            case WRITE -> io.leasehold.protocol.authpb.Permission.Type.WRITE;
                            case READWRITE -> io.leasehold.protocol.authpb.Permission.Type.READWRITE;
                        })
                .setKey(UnsafeByteOperations.unsafeWrap(permission.range().key().asReadOnlyBuffer()))
                .setRangeEnd(
                        UnsafeByteOperations.unsafeWrap(permission.range().end().asReadOnlyBuffer()))
                .build();
    }

    /** Takes the hash given by a client that has done it itself, or makes one; for administrators only, as it costs. */
    private void hash(String password, String hashedPassword, UnaryCall<?, ?> call, Consumer<String> listener) {
        call.access(gate)
                .check(
                        Need.ADMIN,
                        call.executor(),
                        () -> {
                            if (!password.isEmpty() || hashedPassword.isEmpty()) {
                                authentication
                                        .passwords()
                                        .hash(password, call.executor(), listener, code -> call.refuse(code));
                                return;
                            }
                            String hash;
                            try {
                                hash = new String(Base64.getDecoder().decode(hashedPassword), StandardCharsets.UTF_8);
                            } catch (IllegalArgumentException notBase64) {
                                call.refuse(ErrorCode.INVALID_AUTH_MANAGEMENT);
                                return;
                            }
                            listener.accept(hash);
                        },
                        code -> call.refuse(code));
    }

    private <R> void change(AuthCommand command, UnaryCall<?, R> call, Function<ResponseHeader, R> reply) {
        call.access(gate).propose(command, call.executor(), outcome -> {
            switch (outcome) {
                case Outcome.Noted noted -> call.reply(reply.apply(headers.message(noted.revision())));
                case Outcome.Refused refused -> call.refuse(refused.code());
                default -> throw new IllegalStateException("a change of users came to " + outcome);
            }
        });
    }

    /** Makes an answer from users and roles; null if it has refused instead. */
    private interface Answer<R> {
        @Nullable
        R of(AuthState auth, ResponseHeader header);
    }

    private <R> void read(Need need, UnaryCall<?, R> call, Answer<R> answer) {
        call.access(gate).read(false, need, call.executor(), point -> {
            switch (point) {
                case ReadPoint.Ready ready -> {
                    R reply = answer.of(
                            replica.auth(), headers.message(ready.snapshot().revision()));
                    if (reply != null) {
                        call.reply(reply);
                    }
                }
                case ReadPoint.Failed failed -> call.refuse(failed.code());
            }
        });
    }
}
