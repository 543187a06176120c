package io.leasehold.cli.auth;

import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.protocol.etcdserverpb.AuthDisableRequest;
import io.leasehold.protocol.etcdserverpb.AuthEnableRequest;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthRoleAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthStatusRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;

/** {@code auth enable|disable|status}. */
public final class AuthCommands {
    private static final String ROOT = "root";

    private AuthCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "auth",
                "switch authentication on and off",
                Entry.plain(
                        "enable",
                        Help.of(
                                "switch it on; there must be a user root",
                                "",
                                "user add root:secret",
                                "auth enable",
                                "auth status --user root:secret"),
                        (ctl, none) -> enable(ctl)),
                Entry.plain(
                        "disable",
                        Help.of("switch it off", "", "auth disable --user root:secret"),
                        (ctl, none) -> disable(ctl)),
                Entry.plain("status", Help.of("show whether it is on", ""), (ctl, none) -> status(ctl)));
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
        ctl.ask(
                AuthGrpc.getAuthDisableMethod(),
                AuthDisableRequest.getDefaultInstance(),
                response -> new HeaderAnswer("Authentication Disabled", response.getHeader(), response));
    }

    private static void status(Ctl ctl) {
        ctl.ask(
                AuthGrpc.getAuthStatusMethod(),
                AuthStatusRequest.getDefaultInstance(),
                response -> new HeaderAnswer(
                        "Authentication Status: " + response.getEnabled() + "\nAuthRevision: "
                                + response.getAuthRevision(),
                        response.getHeader(),
                        response));
    }
}
