package io.leasehold.cli.auth;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.authpb.Permission;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthRoleAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleDeleteRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetResponse;
import io.leasehold.protocol.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleListRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleRevokePermissionRequest;
import java.util.List;
import java.util.Locale;

/** {@code role add|delete|get|list|grant-permission|revoke-permission}. */
public final class RoleCommands {
    private static final ByteString OPEN_END = ByteString.copyFrom(new byte[1]);

    private RoleCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "role",
                "say what roles may do",
                Entry.plain("add", Help.of("add a role", "<name>"), RoleCommands::add),
                Entry.plain("delete", Help.of("delete a role", "<name>"), RoleCommands::delete),
                Entry.plain("get", Help.of("show what a role may do", "<name>"), RoleCommands::get),
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
                response -> new HeaderAnswer("Role " + name + " created", response.getHeader(), response));
    }

    private static void delete(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "role delete command requires role name as its argument");
        String name = arguments.get(0);
        ctl.ask(
                AuthGrpc.getRoleDeleteMethod(),
                AuthRoleDeleteRequest.newBuilder().setRole(name).build(),
                response -> new HeaderAnswer("Role " + name + " deleted", response.getHeader(), response));
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
        StringBuilder text = new StringBuilder("Role ").append(name).append("\nKV Read:");
        for (Permission permission : response.getPermList()) {
            if (permission.getPermType() != Permission.Type.WRITE) {
                text.append("\n\t").append(described(permission));
            }
        }
        text.append("\nKV Write:");
        for (Permission permission : response.getPermList()) {
            if (permission.getPermType() != Permission.Type.READ) {
                text.append("\n\t").append(described(permission));
            }
        }
        ctl.output().print(new RoleDetail(text.toString(), response));
    }

    private static String described(Permission permission) {
        ByteString key = permission.getKey();
        ByteString end = permission.getRangeEnd();
        if (end.isEmpty()) {
            return key.toStringUtf8();
        }
        String range = range(key, end);
        return end.equals(Arguments.prefixEnd(key)) && !end.equals(OPEN_END)
                ? range + " (prefix " + key.toStringUtf8() + ")"
                : range;
    }

    private static String range(ByteString key, ByteString end) {
        return end.equals(OPEN_END)
                ? "[" + key.toStringUtf8() + ", <open ended>"
                : "[" + key.toStringUtf8() + ", " + end.toStringUtf8() + ")";
    }

    /** The range that arguments and flags name; they begin with the key. */
    private static Permission.Builder permission(List<String> keys, boolean prefix, boolean fromKey) {
        ByteString key = Arguments.bytes(keys.get(0));
        ByteString end = keys.size() > 1 ? Arguments.bytes(keys.get(1)) : ByteString.EMPTY;
        if (prefix && fromKey) {
            throw Arguments.bad("--from-key and --prefix flags are mutually exclusive");
        }
        if ((prefix || fromKey) && keys.size() > 1) {
            throw Arguments.bad("unexpected endkey argument with --" + (prefix ? "prefix" : "from-key") + " flag");
        }
        if (key.isEmpty()) {
            // The server knows no empty key: this is the first of all keys.
            ByteString all = prefix || fromKey ? OPEN_END : ByteString.EMPTY;
            return Permission.newBuilder().setKey(OPEN_END).setRangeEnd(all);
        }
        if (prefix) {
            return Permission.newBuilder().setKey(key).setRangeEnd(Arguments.prefixEnd(key));
        }
        return Permission.newBuilder().setKey(key).setRangeEnd(fromKey ? OPEN_END : end);
    }

    private static final class Grant implements Action {
        private final Ctl ctl;

        private final Flag<Boolean> prefix;
        private final Flag<Boolean> fromKey;

        Grant(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.prefix = flags.toggle("prefix", "all keys with this prefix");
            this.fromKey = flags.toggle("from-key", "all keys from this one on");
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
                    .setPerm(permission(arguments.subList(2, arguments.size()), prefix.value(), fromKey.value())
                            .setPermType(type))
                    .build();
            ctl.ask(
                    AuthGrpc.getRoleGrantPermissionMethod(),
                    request,
                    response ->
                            new HeaderAnswer("Role " + arguments.get(0) + " updated", response.getHeader(), response));
        }
    }

    private static final class Revoke implements Action {
        private final Ctl ctl;

        private final Flag<Boolean> prefix;
        private final Flag<Boolean> fromKey;

        Revoke(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.prefix = flags.toggle("prefix", "all keys with this prefix");
            this.fromKey = flags.toggle("from-key", "all keys from this one on");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(
                    arguments,
                    2,
                    Integer.MAX_VALUE,
                    "role revoke-permission command requires role name and key [endkey] as its argument");
            Permission permission = permission(arguments.subList(1, arguments.size()), prefix.value(), fromKey.value())
                    .build();
            AuthRoleRevokePermissionRequest request = AuthRoleRevokePermissionRequest.newBuilder()
                    .setRole(arguments.get(0))
                    .setKey(permission.getKey())
                    .setRangeEnd(permission.getRangeEnd())
                    .build();
            String what = permission.getRangeEnd().isEmpty()
                    ? "Permission of key " + arguments.get(1)
                    // The key as it was typed: an empty one stands for the first there can be.
                    : "Permission of range " + range(Arguments.bytes(arguments.get(1)), permission.getRangeEnd());
            ctl.ask(
                    AuthGrpc.getRoleRevokePermissionMethod(),
                    request,
                    response -> new HeaderAnswer(
                            what + " is revoked from role " + arguments.get(0), response.getHeader(), response));
        }
    }
}
