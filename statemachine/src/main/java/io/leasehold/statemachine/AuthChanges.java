package io.leasehold.statemachine;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.Permission;
import io.leasehold.statemachine.auth.Role;
import io.leasehold.statemachine.auth.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies changes of users and roles, by etcd's rules (cluster.md 6.2), and notes what they do to tokens. Applier thread,
 * but for {@link #state()}.
 */
final class AuthChanges {
    private static final Optional<ErrorCode> NONE = Optional.empty();

    private volatile AuthState state;
    private List<TokenChange> unpublished = new ArrayList<>();

    AuthChanges(AuthState state) {
        this.state = state;
    }

    /** The users and roles as of the last command applied. Any thread. */
    AuthState state() {
        return state;
    }

    /** What happened to tokens since the last call, in log order. */
    List<TokenChange> take() {
        if (unpublished.isEmpty()) {
            return List.of();
        }
        List<TokenChange> taken = unpublished;
        unpublished = new ArrayList<>();
        return taken;
    }

    /** Applies a command whose sender has been found to be allowed to; why it is refused, if it is. */
    Optional<ErrorCode> apply(AuthCommand command) {
        return switch (command) {
            case AuthCommand.Enable enable -> enable();
            case AuthCommand.Disable disable -> disable();
            case AuthCommand.UserAdd add -> addUser(add);
            case AuthCommand.UserDelete delete -> deleteUser(delete.name());
            case AuthCommand.UserChangePassword change -> changePassword(change);
            case AuthCommand.UserGrantRole grant -> grantRole(grant.userName(), grant.roleName());
            case AuthCommand.UserRevokeRole revoke -> revokeRole(revoke.userName(), revoke.roleName());
            case AuthCommand.RoleAdd add -> addRole(add.name());
            case AuthCommand.RoleDelete delete -> deleteRole(delete.name());
            case AuthCommand.RoleGrantPermission grant -> grantPermission(grant);
            case AuthCommand.RoleRevokePermission revoke -> revokePermission(revoke);
            case AuthCommand.Authenticate authenticate -> authenticate(authenticate);
        };
    }

    private Optional<ErrorCode> enable() {
        if (state.enabled()) {
            return NONE;
        }
        if (state.user(AuthState.ROOT).isEmpty()) {
            return Optional.of(ErrorCode.ROOT_USER_NOT_EXIST);
        }
        if (!state.isAdmin(AuthState.ROOT)) {
            return Optional.of(ErrorCode.ROOT_ROLE_NOT_EXIST);
        }
        state = state.withEnabled(true);
        return NONE;
    }

    private Optional<ErrorCode> disable() {
        if (state.enabled()) {
            state = state.withEnabled(false);
            unpublished.add(new TokenChange.AllDropped());
        }
        return NONE;
    }

    private Optional<ErrorCode> addUser(AuthCommand.UserAdd add) {
        if (add.name().isEmpty()) {
            return Optional.of(ErrorCode.USER_EMPTY);
        }
        if (state.user(add.name()).isPresent()) {
            return Optional.of(ErrorCode.USER_EXISTS);
        }
        state = state.with(new User(add.name(), add.passwordHash(), add.noPassword(), List.of()));
        return NONE;
    }

    private Optional<ErrorCode> deleteUser(String name) {
        if (state.enabled() && name.equals(AuthState.ROOT)) {
            return Optional.of(ErrorCode.INVALID_AUTH_MANAGEMENT);
        }
        if (state.user(name).isEmpty()) {
            return Optional.of(ErrorCode.USER_NOT_FOUND);
        }
        state = state.withoutUser(name);
        unpublished.add(new TokenChange.UserDropped(name));
        return NONE;
    }

    /** A user made without a password stays so. */
    private Optional<ErrorCode> changePassword(AuthCommand.UserChangePassword change) {
        Optional<User> user = state.user(change.name());
        if (user.isEmpty()) {
            return Optional.of(ErrorCode.USER_NOT_FOUND);
        }
        state = state.withPassword(change.name(), user.get().noPassword() ? "" : change.passwordHash());
        unpublished.add(new TokenChange.UserDropped(change.name()));
        return NONE;
    }

    private Optional<ErrorCode> grantRole(String userName, String roleName) {
        Optional<User> user = state.user(userName);
        if (user.isEmpty()) {
            return Optional.of(ErrorCode.USER_NOT_FOUND);
        }
        if (!roleName.equals(AuthState.ROOT) && state.role(roleName).isEmpty()) {
            return Optional.of(ErrorCode.ROLE_NOT_FOUND);
        }
        if (!user.get().roles().contains(roleName)) {
            state = state.withGranted(userName, roleName);
        }
        return NONE;
    }

    private Optional<ErrorCode> revokeRole(String userName, String roleName) {
        if (state.enabled() && userName.equals(AuthState.ROOT) && roleName.equals(AuthState.ROOT)) {
            return Optional.of(ErrorCode.INVALID_AUTH_MANAGEMENT);
        }
        if (state.user(userName).isEmpty()) {
            return Optional.of(ErrorCode.USER_NOT_FOUND);
        }
        return become(state.withRevoked(userName, roleName), ErrorCode.ROLE_NOT_GRANTED);
    }

    private Optional<ErrorCode> addRole(String name) {
        if (name.isEmpty()) {
            return Optional.of(ErrorCode.ROLE_EMPTY);
        }
        if (state.role(name).isPresent()) {
            return Optional.of(ErrorCode.ROLE_EXISTS);
        }
        state = state.with(new Role(name, List.of()));
        return NONE;
    }

    private Optional<ErrorCode> deleteRole(String name) {
        if (state.enabled() && name.equals(AuthState.ROOT)) {
            return Optional.of(ErrorCode.INVALID_AUTH_MANAGEMENT);
        }
        if (state.role(name).isEmpty()) {
            return Optional.of(ErrorCode.ROLE_NOT_FOUND);
        }
        state = state.withoutRole(name);
        return NONE;
    }

    private Optional<ErrorCode> grantPermission(AuthCommand.RoleGrantPermission grant) {
        if (!Permission.isValidRange(grant.permission().range())) {
            return Optional.of(ErrorCode.INVALID_AUTH_MANAGEMENT);
        }
        return become(state.withPermission(grant.roleName(), grant.permission()), ErrorCode.ROLE_NOT_FOUND);
    }

    private Optional<ErrorCode> revokePermission(AuthCommand.RoleRevokePermission revoke) {
        if (state.role(revoke.roleName()).isEmpty()) {
            return Optional.of(ErrorCode.ROLE_NOT_FOUND);
        }
        return become(state.withoutPermission(revoke.roleName(), revoke.range()), ErrorCode.PERMISSION_NOT_GRANTED);
    }

    private Optional<ErrorCode> authenticate(AuthCommand.Authenticate authenticate) {
        if (!state.enabled()) {
            return Optional.of(ErrorCode.AUTH_NOT_ENABLED);
        }
        if (authenticate.authRevision() != state.revision()) {
            return Optional.of(ErrorCode.AUTH_OLD_REVISION);
        }
        if (state.user(authenticate.userName()).isEmpty()) {
            return Optional.of(ErrorCode.AUTH_FAILED);
        }
        unpublished.add(new TokenChange.Assigned(authenticate.userName(), authenticate.tokenDigest()));
        return NONE;
    }

    private Optional<ErrorCode> become(Optional<AuthState> changed, ErrorCode otherwise) {
        if (changed.isEmpty()) {
            return Optional.of(otherwise);
        }
        state = changed.get();
        return NONE;
    }
}
