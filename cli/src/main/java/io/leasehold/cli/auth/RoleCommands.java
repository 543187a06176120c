package io.leasehold.cli.auth;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.authpb.Permission;
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
import io.leasehold.protocol.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleRevokePermissionResponse;
import java.util.List;
import java.util.Locale;

/** {@code role add|delete|get|list|grant-permission|revoke-permission}. */
public final class RoleCommands {
    private RoleCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "role",
                "say what roles may do",
                Entry.plain("add", Help.of("add a role", "<name>", "role add reader"), RoleCommands::add),
                Entry.plain("delete", Help.of("delete a role", "<name>", "role delete reader"), RoleCommands::delete),
                Entry.plain("get", Help.of("show what a role may do", "<name>", "role get reader"), RoleCommands::get),
                Entry.plain("list", Help.of("list the roles", ""), RoleCommands::list),
                Entry.command(
                        "grant-permission",
                        Help.of(
                                "allow a role something",
                                "<role> <read|write|readwrite> <key> [end]",
                                "role grant-permission reader read services/ --prefix"),
                        Grant::new),
                Entry.command(
                        "revoke-permission",
                        Help.of(
                                "take a permission from a role",
                                "<role> <key> [end]",
                                "role revoke-permission reader services/ --prefix"),
                        Revoke::new));
    }

    private static void add(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "role add command requires role name as its argument");
        String name = arguments.get(0);
        ctl.ask(
                AuthGrpc.getRoleAddMethod(),
                AuthRoleAddRequest.newBuilder().setName(name).build(),
                HeaderAnswer.saying("Role " + name + " created", AuthRoleAddResponse::getHeader));
    }

    private static void delete(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "role delete command requires role name as its argument");
        String name = arguments.get(0);
        ctl.ask(
                AuthGrpc.getRoleDeleteMethod(),
                AuthRoleDeleteRequest.newBuilder().setRole(name).build(),
                HeaderAnswer.saying("Role " + name + " deleted", AuthRoleDeleteResponse::getHeader));
    }

    private static void get(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "role get command requires role name as its argument");
        try (Connection connection = ctl.connect()) {
            show(ctl, connection, arguments.get(0));
        }
    }

    private static void list(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 0, 0, "role list command requires no arguments");
        ctl.ask(
                AuthGrpc.getRoleListMethod(),
                AuthRoleListRequest.getDefaultInstance(),
                response -> new RoleList(response));
    }

    static void show(Ctl ctl, Connection connection, String name) {
        AuthRoleGetResponse response = connection.call(
                AuthGrpc.getRoleGetMethod(),
                AuthRoleGetRequest.newBuilder().setRole(name).build());
        ctl.output().print(new RoleDetail(PermissionText.of(name, response), response));
    }

    private static final class Grant implements Action {
        private final Ctl ctl;
        private final PermissionFlags range;

        Grant(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.range = new PermissionFlags(flags);
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(
                    arguments,
                    3,
                    Integer.MAX_VALUE,
                    "role grant command requires role name, permission type, and key [endkey] as its argument");
            Permission.Type type =
                    switch (arguments.get(1).toLowerCase(Locale.ROOT)) {
                        case "read" -> Permission.Type.READ;
                        case "write" -> Permission.Type.WRITE;
                        case "readwrite" -> Permission.Type.READWRITE;
                        default -> throw Arguments.bad("invalid permission type: " + arguments.get(1));
                    };
            AuthRoleGrantPermissionRequest request = AuthRoleGrantPermissionRequest.newBuilder()
                    .setName(arguments.get(0))
                    .setPerm(range.permission(arguments.subList(2, arguments.size()))
                            .setPermType(type))
                    .build();
            ctl.ask(
                    AuthGrpc.getRoleGrantPermissionMethod(),
                    request,
                    HeaderAnswer.saying(
                            "Role " + arguments.get(0) + " updated", AuthRoleGrantPermissionResponse::getHeader));
        }
    }

    private static final class Revoke implements Action {
        private final Ctl ctl;
        private final PermissionFlags range;

        Revoke(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.range = new PermissionFlags(flags);
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(
                    arguments,
                    2,
                    Integer.MAX_VALUE,
                    "role revoke-permission command requires role name and key [endkey] as its argument");
            Permission permission =
                    range.permission(arguments.subList(1, arguments.size())).build();
            AuthRoleRevokePermissionRequest request = AuthRoleRevokePermissionRequest.newBuilder()
                    .setRole(arguments.get(0))
                    .setKey(permission.getKey())
                    .setRangeEnd(permission.getRangeEnd())
                    .build();
            String what = permission.getRangeEnd().isEmpty()
                    ? "Permission of key " + arguments.get(1)
                    // The key as it was typed: an empty one stands for the first there can be.
                    : "Permission of range "
                            + PermissionText.range(Arguments.bytes(arguments.get(1)), permission.getRangeEnd());
            ctl.ask(
                    AuthGrpc.getRoleRevokePermissionMethod(),
                    request,
                    HeaderAnswer.saying(
                            what + " is revoked from role " + arguments.get(0),
                            AuthRoleRevokePermissionResponse::getHeader));
        }
    }
}
