package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.statemachine.auth.Permission;

/** A change of users, roles or of whether they count. Names may be empty, or of nobody: apply refuses them. */
public sealed interface AuthCommand extends Command {
    /** From now on only users with permission are served. */
    record Enable() implements AuthCommand {}

    /** From now on everybody is served; all tokens die. */
    record Disable() implements AuthCommand {}

    /**
     * Makes a user.
     *
     * @param passwordHash bcrypt's text; empty when {@code noPassword}
     */
    record UserAdd(String name, String passwordHash, boolean noPassword) implements AuthCommand {
        /** Does not tell the hash. */
        @Override
        public String toString() {
            return "UserAdd[name=" + name + "]";
        }
    }

    /** Removes a user, whose tokens die. */
    record UserDelete(String name) implements AuthCommand {}

    /** Gives a user another password; the user's tokens die. */
    record UserChangePassword(String name, String passwordHash) implements AuthCommand {
        /** Does not tell the hash. */
        @Override
        public String toString() {
            return "UserChangePassword[name=" + name + "]";
        }
    }

    /** Gives a user a role. */
    record UserGrantRole(String userName, String roleName) implements AuthCommand {}

    /** Takes a role from a user. */
    record UserRevokeRole(String userName, String roleName) implements AuthCommand {}

    /** Makes a role. */
    record RoleAdd(String name) implements AuthCommand {}

    /** Removes a role, also from all users. */
    record RoleDelete(String name) implements AuthCommand {}

    /** Lets a role do something with a range. */
    record RoleGrantPermission(String roleName, Permission permission) implements AuthCommand {}

    /** Takes back what a role may do with just this range. */
    record RoleRevokePermission(String roleName, KeyRange range) implements AuthCommand {}

    /**
     * Makes a token known to all members. The proposing server has checked the password.
     *
     * @param authRevision at which it was checked; if it has moved since, the check has to be done again
     * @param tokenDigest SHA-256 of the token: the log does not hold what would let its reader in
     */
    record Authenticate(String userName, long authRevision, ByteSequence tokenDigest) implements AuthCommand {}
}
