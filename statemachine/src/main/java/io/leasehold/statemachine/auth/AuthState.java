package io.leasehold.statemachine.auth;

import io.leasehold.mvcc.KeyRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All users and roles at one moment, and whether they count. Immutable: a change makes a new state, with the next
 * revision. Any thread.
 *
 * <p>What a user may do is the union of what its roles permit; the role {@value #ROOT} permits everything, whatever it
 * holds and whether or not it was made.
 */
public final class AuthState {
    /** Name of the user and of the role that authentication cannot be without. */
    public static final String ROOT = "root";

    /** Nobody, and not in force. */
    public static final AuthState INITIAL = new AuthState(false, 1, new TreeMap<>(), new TreeMap<>(), Map.of());

    private final boolean enabled;
    private final long revision;
    private final SortedMap<String, User> users;
    private final SortedMap<String, Role> roles;
    /** What each user may do. */
    private final Map<String, KeyAccess> accessOfUser;

    /** What one user may do with keys. */
    private record KeyAccess(boolean everything, KeyIntervals readable, KeyIntervals writable) {}

    private AuthState(
            boolean enabled,
            long revision,
            SortedMap<String, User> users,
            SortedMap<String, Role> roles,
            Map<String, KeyAccess> accessOfUser) {
        this.enabled = enabled;
        this.revision = revision;
        this.users = users;
        this.roles = roles;
        this.accessOfUser = accessOfUser;
    }

    /** The state that holds just this. */
    public static AuthState of(boolean enabled, long revision, Collection<User> users, Collection<Role> roles) {
        SortedMap<String, User> userOfName = new TreeMap<>();
        users.forEach(user -> userOfName.put(user.name(), user));
        SortedMap<String, Role> roleOfName = new TreeMap<>();
        roles.forEach(role -> roleOfName.put(role.name(), role));
        Map<String, KeyAccess> access = new HashMap<>();
        users.forEach(user -> access.put(user.name(), access(user, roleOfName)));
        return new AuthState(enabled, revision, userOfName, roleOfName, access);
    }

    /** Whether permissions are checked at all. */
    public boolean enabled() {
        return enabled;
    }

    /** Counts the changes: 1 at first; turning authentication on does not count, as with etcd. */
    public long revision() {
        return revision;
    }

    /** The user of that name. */
    public Optional<User> user(String name) {
        return Optional.ofNullable(users.get(name));
    }

    /** The role of that name. */
    public Optional<Role> role(String name) {
        return Optional.ofNullable(roles.get(name));
    }

    /** All users, by name. */
    public List<User> users() {
        return List.copyOf(users.values());
    }

    /** All roles, by name. */
    public List<Role> roles() {
        return List.copyOf(roles.values());
    }

    /** Whether the user exists and has the role {@value #ROOT}. */
    public boolean isAdmin(String userName) {
        KeyAccess access = accessOfUser.get(userName);
        return access != null && access.everything;
    }

    /** Whether the user exists and may read every key of the range. */
    public boolean mayRead(String userName, KeyRange range) {
        KeyAccess access = accessOfUser.get(userName);
        return access != null && (access.everything || access.readable.cover(range));
    }

    /** Whether the user exists and may write every key of the range. */
    public boolean mayWrite(String userName, KeyRange range) {
        KeyAccess access = accessOfUser.get(userName);
        return access != null && (access.everything || access.writable.cover(range));
    }

    /** The ranges of the keys that the user may not read, in order; all keys if there is no such user. */
    public List<KeyRange> unreadable(String userName) {
        KeyAccess access = accessOfUser.get(userName);
        if (access == null) {
            return List.of(KeyRange.ALL);
        }
        return access.everything ? List.of() : access.readable.gaps();
    }

    /** The same users and roles, in force or not. */
    public AuthState withEnabled(boolean nowEnabled) {
        return new AuthState(nowEnabled, nowEnabled ? revision : revision + 1, users, roles, accessOfUser);
    }

    /** With a user, instead of one of the same name. */
    public AuthState with(User user) {
        return changed(with(users, user.name(), user), roles, user::equals);
    }

    /** Without a user. */
    public AuthState withoutUser(String name) {
        return changed(without(users, name), roles, user -> false);
    }

    /** With another password for a user who exists. */
    public AuthState withPassword(String userName, String passwordHash) {
        return with(known(userName).withPassword(passwordHash));
    }

    /** With one more role for a user who exists. */
    public AuthState withGranted(String userName, String roleName) {
        return with(known(userName).with(roleName));
    }

    /** With a role taken from a user who exists; empty if the user has not got it. */
    public Optional<AuthState> withRevoked(String userName, String roleName) {
        return known(userName).without(roleName).map(this::with);
    }

    /** With a role, instead of one of the same name. */
    public AuthState with(Role role) {
        return changed(users, with(roles, role.name(), role), user -> user.has(role.name()));
    }

    /** Without a role, which all users lose. */
    public AuthState withoutRole(String name) {
        SortedMap<String, User> left = new TreeMap<>(users);
        left.replaceAll((userName, user) -> user.without(name).orElse(user));
        return changed(left, without(roles, name), user -> !user.equals(users.get(user.name())));
    }

    /** With one more permission of a role, in place of one on the same range; empty if there is no such role. */
    public Optional<AuthState> withPermission(String roleName, Permission permission) {
        return role(roleName).map(role -> with(role.with(permission)));
    }

    /** Without the permission of an existing role on just this range; empty if it has none. */
    public Optional<AuthState> withoutPermission(String roleName, KeyRange range) {
        return role(roleName).flatMap(role -> role.without(range)).map(this::with);
    }

    private User known(String name) {
        User user = users.get(name);
        if (user == null) {
            throw new IllegalStateException("no user " + name);
        }
        return user;
    }

    /** The next state; only what the users may do who are {@code affected} is worked out anew. */
    private AuthState changed(
            SortedMap<String, User> newUsers, SortedMap<String, Role> newRoles, Predicate<User> affected) {
        Map<String, KeyAccess> access = new HashMap<>(accessOfUser);
        access.keySet().retainAll(newUsers.keySet());
        for (User user : newUsers.values()) {
            if (affected.test(user)) {
                access.put(user.name(), access(user, newRoles));
            }
        }
        return new AuthState(enabled, revision + 1, newUsers, newRoles, access);
    }

    private static <V> SortedMap<String, V> with(SortedMap<String, V> map, String name, V value) {
        SortedMap<String, V> changed = new TreeMap<>(map);
        changed.put(name, value);
        return changed;
    }

    private static <V> SortedMap<String, V> without(SortedMap<String, V> map, String name) {
        SortedMap<String, V> changed = new TreeMap<>(map);
        changed.remove(name);
        return changed;
    }

    private static KeyAccess access(User user, Map<String, Role> roles) {
        List<KeyRange> readable = new ArrayList<>();
        List<KeyRange> writable = new ArrayList<>();
        for (String roleName : user.roles()) {
            Role role = roles.get(roleName);
            for (Permission permission : role == null ? List.<Permission>of() : role.permissions()) {
                if (permission.type().reads()) {
                    readable.add(permission.range());
                }
                if (permission.type().writes()) {
                    writable.add(permission.range());
                }
            }
        }
        return new KeyAccess(user.has(ROOT), KeyIntervals.union(readable), KeyIntervals.union(writable));
    }
}
