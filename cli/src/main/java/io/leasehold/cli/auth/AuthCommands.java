package io.leasehold.cli.auth;

import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Group;
import io.leasehold.protocol.etcdserverpb.AuthDisableRequest;
import io.leasehold.protocol.etcdserverpb.AuthEnableRequest;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthRoleAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthStatusRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;
import picocli.CommandLine;

/** {@code auth enable|disable|status}. */
public final class AuthCommands {
    private static final String ROOT = "root";

    private AuthCommands() {}

    /** The group. */
    public static CommandLine of(Ctl ctl) {
        CommandLine auth = Group.of(ctl, "switch authentication on and off");
        auth.addSubcommand("enable", Group.leaf("switch it on", "auth enable", none -> enable(ctl)));
        auth.addSubcommand("disable", Group.leaf("switch it off", "auth disable", none -> disable(ctl)));
        auth.addSubcommand("status", Group.leaf("show whether it is on", "auth status", none -> status(ctl)));
        return auth;
    }

    /** Makes root what it must be, if that is all that is missing. */
    private static void enable(Ctl ctl) {
        try (Connection connection = ctl.connect()) {
            for (int attempt = 0; ; attempt++) {
                try {
                    var response =
                            connection.call(AuthGrpc.getAuthEnableMethod(), AuthEnableRequest.getDefaultInstance());
                    ctl.output().print(new HeaderAnswer("Authentication Enabled", response.getHeader(), response));
                    return;
                } catch (CtlException e) {
                    boolean rootLacksRole = "etcdserver: root user does not have root role".equals(e.getMessage());
                    if (attempt > 0 || !rootLacksRole) {
                        throw e;
                    }
                    giveRootItsRole(connection);
                }
            }
        }
    }

    private static void giveRootItsRole(Connection connection) {
        try {
            connection.call(
                    AuthGrpc.getRoleAddMethod(),
                    AuthRoleAddRequest.newBuilder().setName(ROOT).build());
        } catch (CtlException e) {
            if (!"etcdserver: role name already exists".equals(e.getMessage())) {
                throw e;
            }
        }
        connection.call(
                AuthGrpc.getUserGrantRoleMethod(),
                AuthUserGrantRoleRequest.newBuilder()
                        .setUser(ROOT)
                        .setRole(ROOT)
                        .build());
    }

    private static void disable(Ctl ctl) {
        try (Connection connection = ctl.connect()) {
            var response = connection.call(AuthGrpc.getAuthDisableMethod(), AuthDisableRequest.getDefaultInstance());
            ctl.output().print(new HeaderAnswer("Authentication Disabled", response.getHeader(), response));
        }
    }

    private static void status(Ctl ctl) {
        try (Connection connection = ctl.connect()) {
            var response = connection.call(AuthGrpc.getAuthStatusMethod(), AuthStatusRequest.getDefaultInstance());
            ctl.output()
                    .print(new HeaderAnswer(
                            "Authentication Status: " + response.getEnabled() + "\nAuthRevision: "
                                    + response.getAuthRevision(),
                            response.getHeader(),
                            response));
        }
    }
}
