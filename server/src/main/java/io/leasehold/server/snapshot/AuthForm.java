package io.leasehold.server.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.leasehold.etcdfile.EtcdAuth;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.authpb.UserAddOptions;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.Permission;
import io.leasehold.statemachine.auth.Role;
import io.leasehold.statemachine.auth.User;
import java.util.List;

/** Users and roles between our form and etcd's. Pure functions. */
public final class AuthForm {
    private AuthForm() {}

    /** Ours as etcd keeps it; passwords are bcrypt hashes in both. */
    static EtcdAuth etcd(AuthState state) {
        return new EtcdAuth(
                state.enabled(),
                state.revision(),
                state.users().stream().map(AuthForm::user).toList(),
                state.roles().stream().map(AuthForm::role).toList());
    }

    /** Etcd's as we keep it. Permissions on ranges that hold no key, which allow nothing, are left out. */
    public static AuthState ours(EtcdAuth auth) {
        return AuthState.of(
                auth.enabled(),
                auth.revision(),
                auth.users().stream().map(AuthForm::user).toList(),
                auth.roles().stream().map(AuthForm::role).toList());
    }

    private static io.leasehold.protocol.authpb.User user(User user) {
        return io.leasehold.protocol.authpb.User.newBuilder()
                .setName(ByteString.copyFromUtf8(user.name()))
                .setPassword(ByteString.copyFromUtf8(user.passwordHash()))
                .addAllRoles(user.roles())
                .setOptions(UserAddOptions.newBuilder().setNoPassword(user.noPassword()))
                .build();
    }

    private static User user(io.leasehold.protocol.authpb.User user) {
        return new User(
                user.getName().toStringUtf8(),
                user.getPassword().toStringUtf8(),
                user.getOptions().getNoPassword(),
                user.getRolesList());
    }

    private static io.leasehold.protocol.authpb.Role role(Role role) {
        io.leasehold.protocol.authpb.Role.Builder form =
                io.leasehold.protocol.authpb.Role.newBuilder().setName(ByteString.copyFromUtf8(role.name()));
        for (Permission permission : role.permissions()) {
            form.addKeyPermission(io.leasehold.protocol.authpb.Permission.newBuilder()
                    .setPermType(
                            switch (permission.type()) {
                                case READ -> io.leasehold.protocol.authpb.Permission.Type.READ;
                                case WRITE -> io.leasehold.protocol.authpb.Permission.Type.WRITE;
                                case READWRITE -> io.leasehold.protocol.authpb.Permission.Type.READWRITE;
                            })
                    .setKey(bytes(permission.range().key()))
                    .setRangeEnd(bytes(permission.range().end())));
        }
        return form.build();
    }

    private static Role role(io.leasehold.protocol.authpb.Role role) {
        List<Permission> permissions = role.getKeyPermissionList().stream()
                .map(AuthForm::permission)
                .filter(permission -> Permission.isValidRange(permission.range()))
                .toList();
        return new Role(role.getName().toStringUtf8(), permissions);
    }

    private static Permission permission(io.leasehold.protocol.authpb.Permission permission) {
        return new Permission(
                switch (permission.getPermType()) {
                    case READ, UNRECOGNIZED -> Permission.Type.READ;
                    case WRITE -> Permission.Type.WRITE;
                    case READWRITE -> Permission.Type.READWRITE;
                },
                KeyRange.of(
                        ByteSequence.copyOf(permission.getKey().asReadOnlyByteBuffer()),
                        ByteSequence.copyOf(permission.getRangeEnd().asReadOnlyByteBuffer())));
    }

    private static ByteString bytes(ByteSequence bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.asReadOnlyBuffer());
    }
}
