package io.leasehold.client.auth;

import io.leasehold.client.kv.KeyRange;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Users, roles and permissions. Names are not empty. Key ranges are those of the server: a client's namespace does not
 * apply. Safe for any thread; no method blocks.
 */
public interface Auth {
    /** Turns authentication on; there must be a user root with the role root. */
    CompletableFuture<Void> enable();

    /** Turns authentication off. */
    CompletableFuture<Void> disable();

    /** Whether it is on. */
    CompletableFuture<AuthStatus> status();

    /** Adds a user with a password. */
    CompletableFuture<Void> addUser(String user, String password);

    /** Adds a user that has no password and can only come with a certificate of that common name. */
    CompletableFuture<Void> addUserWithoutPassword(String user);

    /** Deletes a user. */
    CompletableFuture<Void> deleteUser(String user);

    /** Changes a password; tokens of the user become invalid. */
    CompletableFuture<Void> changePassword(String user, String password);

    /** The user's roles. */
    CompletableFuture<List<String>> rolesOf(String user);

    /** All users. */
    CompletableFuture<List<String>> users();

    /** Gives a role to a user. */
    CompletableFuture<Void> grantRole(String user, String role);

    /** Takes a role from a user. */
    CompletableFuture<Void> revokeRole(String user, String role);

    /** Adds a role that may do nothing yet. */
    CompletableFuture<Void> addRole(String role);

    /** Deletes a role, also from all its users. */
    CompletableFuture<Void> deleteRole(String role);

    /** The role's permissions. */
    CompletableFuture<List<Permission>> permissionsOf(String role);

    /** All roles. */
    CompletableFuture<List<String>> roles();

    /** Adds a permission to a role, or changes the one it has for exactly this range. */
    CompletableFuture<Void> grantPermission(String role, Permission permission);

    /** Takes away the permission for exactly this range. */
    CompletableFuture<Void> revokePermission(String role, KeyRange range);
}
