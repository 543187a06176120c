package io.leasehold.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.statemachine.auth.Permission;

/** A machine with users in a test, and who sends its commands. */
final class Authorities {
    static final String HASH = "$2a$04$hash";

    private Authorities() {}

    /** Makes root and turns authentication on. */
    static void enable(Machine machine) {
        done(machine, new AuthCommand.UserAdd("root", HASH, false));
        done(machine, new AuthCommand.UserGrantRole("root", "root"));
        done(machine, new AuthCommand.Enable());
    }

    /** Makes a user with one role of the same name; authentication is on. */
    static void user(Machine machine, String name, Permission... permissions) {
        done(machine, new AuthCommand.UserAdd(name, HASH, false));
        done(machine, new AuthCommand.RoleAdd(name));
        done(machine, new AuthCommand.UserGrantRole(name, name));
        for (Permission permission : permissions) {
            done(machine, new AuthCommand.RoleGrantPermission(name, permission));
        }
    }

    static Permission read(KeyRange range) {
        return new Permission(Permission.Type.READ, range);
    }

    static Permission write(KeyRange range) {
        return new Permission(Permission.Type.WRITE, range);
    }

    static Permission readWrite(KeyRange range) {
        return new Permission(Permission.Type.READWRITE, range);
    }

    /** Applies a command as a user with a token that is up to date. */
    static Outcome as(Machine machine, String user, Command command) {
        return machine.apply(new Proposal(command, identity(machine, user)));
    }

    static Proposal.Identity identity(Machine machine, String user) {
        return new Proposal.Identity(user, machine.machine.auth().revision());
    }

    /** As root, whether or not authentication is on. */
    static Outcome asRoot(Machine machine, Command command) {
        return as(machine, "root", command);
    }

    static void done(Machine machine, Command command) {
        assertThat(asRoot(machine, command)).isNotInstanceOf(Outcome.Refused.class);
    }
}
