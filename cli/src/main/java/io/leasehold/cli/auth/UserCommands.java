package io.leasehold.cli.auth;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.Group;
import io.leasehold.cli.Typed;
import io.leasehold.protocol.authpb.UserAddOptions;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthUserAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserChangePasswordRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserDeleteRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserListRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserRevokeRoleRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code user add|delete|get|list|passwd|grant-role|revoke-role}. */
public final class UserCommands {
    private UserCommands() {}

    /** The group. */
    public static CommandLine of(Ctl ctl) {
        CommandLine user = Group.of(ctl, "add users, give them roles");
        user.addSubcommand("add", new Add(ctl));
        user.addSubcommand(
                "delete", Group.leaf("delete a user", "user delete <name>", arguments -> delete(ctl, arguments)));
        user.addSubcommand("get", new Get(ctl));
        user.addSubcommand("list", Group.leaf("list the users", "user list", none -> list(ctl)));
        user.addSubcommand("passwd", new ChangePassword(ctl));
        user.addSubcommand(
                "grant-role",
                Group.leaf("give a user a role", "user grant-role <user> <role>", arguments -> grant(ctl, arguments)));
        user.addSubcommand(
                "revoke-role",
                Group.leaf(
                        "take a role from a user",
                        "user revoke-role <user> <role>",
                        arguments -> revoke(ctl, arguments)));
        return user;
    }

    private static void delete(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "user delete command requires user name as its argument");
        String name = arguments.get(0);
        try (Connection connection = ctl.connect()) {
            var response = connection.call(
                    AuthGrpc.getUserDeleteMethod(),
                    AuthUserDeleteRequest.newBuilder().setName(name).build());
            ctl.output().print(new HeaderAnswer("User " + name + " deleted", response.getHeader(), response));
        }
    }

    private static void list(Ctl ctl) {
        try (Connection connection = ctl.connect()) {
            var response = connection.call(AuthGrpc.getUserListMethod(), AuthUserListRequest.getDefaultInstance());
            ctl.output().print(new NameList(response.getUsersList(), "User", response.getHeader(), response));
        }
    }

    private static void grant(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 2, 2, "user grant command requires user name and role name as its argument");
        try (Connection connection = ctl.connect()) {
            var response = connection.call(
                    AuthGrpc.getUserGrantRoleMethod(),
                    AuthUserGrantRoleRequest.newBuilder()
                            .setUser(arguments.get(0))
                            .setRole(arguments.get(1))
                            .build());
            String sentence = "Role " + arguments.get(1) + " is granted to user " + arguments.get(0);
            ctl.output().print(new HeaderAnswer(sentence, response.getHeader(), response));
        }
    }

    private static void revoke(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 2, 2, "user revoke-role requires user name and role name as its argument");
        try (Connection connection = ctl.connect()) {
            var response = connection.call(
                    AuthGrpc.getUserRevokeRoleMethod(),
                    AuthUserRevokeRoleRequest.newBuilder()
                            .setName(arguments.get(0))
                            .setRole(arguments.get(1))
                            .build());
            String sentence = "Role " + arguments.get(1) + " is revoked from user " + arguments.get(0);
            ctl.output().print(new HeaderAnswer(sentence, response.getHeader(), response));
        }
    }

    /** A new password: asked for twice on a terminal, else a line of stdin. */
    private static String newPassword(Ctl ctl, String name, boolean interactive) {
        if (!interactive) {
            return Typed.line(ctl);
        }
        String first = Typed.ask(ctl, "Password of " + name + ": ");
        String second = Typed.ask(ctl, "Type password of " + name + " again for confirmation: ");
        if (!first.equals(second)) {
            throw Arguments.bad("given passwords are different");
        }
        return first;
    }

    @Command(
            description = "add a user",
            footer = {
                "",
                "  leaseholdctl user add reader:password",
                "  leaseholdctl user add by-certificate --no-password"
            })
    private static final class Add implements Runnable {
        private final Ctl ctl;

        @Option(
                names = "--interactive",
                arity = "0..1",
                defaultValue = "true",
                fallbackValue = "true",
                description = "ask for the password; false: read a line of stdin")
        private boolean interactive = true;

        @Option(names = "--new-user-password", defaultValue = "", description = "the password")
        private String password = "";

        @Option(names = "--no-password", arity = "0..1", fallbackValue = "true", description = "only by certificate")
        private boolean noPassword;

        @Parameters(paramLabel = "<name or name:password>")
        private List<String> arguments = new ArrayList<>();

        Add(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            Arguments.count(arguments, 1, 1, "user add command requires user name as its argument");
            String[] parts = arguments.get(0).split(":", 2);
            AuthUserAddRequest.Builder request = AuthUserAddRequest.newBuilder()
                    .setName(parts[0])
                    .setOptions(UserAddOptions.newBuilder().setNoPassword(noPassword));
            if (!noPassword) {
                if (!password.isEmpty()) {
                    request.setPassword(password);
                } else if (parts.length > 1) {
                    if (parts[0].isEmpty()) {
                        throw Arguments.bad("empty user name is not allowed");
                    }
                    request.setPassword(parts[1]);
                } else {
                    request.setPassword(newPassword(ctl, parts[0], interactive));
                }
            }
            try (Connection connection = ctl.connect()) {
                var response = connection.callWithoutDeadline(AuthGrpc.getUserAddMethod(), request.build());
                ctl.output().print(new HeaderAnswer("User " + parts[0] + " created", response.getHeader(), response));
            }
        }
    }

    @Command(description = "show a user's roles")
    private static final class Get implements Runnable {
        private final Ctl ctl;

        @Option(names = "--detail", arity = "0..1", fallbackValue = "true", description = "and what they allow")
        private boolean detail;

        @Parameters(paramLabel = "<name>")
        private List<String> arguments = new ArrayList<>();

        Get(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            Arguments.count(arguments, 1, 1, "user get command requires user name as its argument");
            String name = arguments.get(0);
            try (Connection connection = ctl.connect()) {
                var response = connection.call(
                        AuthGrpc.getUserGetMethod(),
                        AuthUserGetRequest.newBuilder().setName(name).build());
                if (!detail) {
                    String roles = String.join(" ", response.getRolesList());
                    ctl.output()
                            .print(new HeaderAnswer(
                                    "User: " + name + "\nRoles:" + (roles.isEmpty() ? "" : " " + roles),
                                    response.getHeader(),
                                    response));
                    return;
                }
                ctl.output().line("User: " + name);
                for (String role : response.getRolesList()) {
                    ctl.output().line("");
                    RoleCommands.show(ctl, connection, role);
                }
            }
        }
    }

    @Command(description = "change a user's password")
    private static final class ChangePassword implements Runnable {
        private final Ctl ctl;

        @Option(
                names = "--interactive",
                arity = "0..1",
                defaultValue = "true",
                fallbackValue = "true",
                description = "ask for the password; false: read a line of stdin")
        private boolean interactive = true;

        @Parameters(paramLabel = "<name>")
        private List<String> arguments = new ArrayList<>();

        ChangePassword(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            Arguments.count(arguments, 1, 1, "user passwd command requires user name as its argument");
            String name = arguments.get(0);
            AuthUserChangePasswordRequest request = AuthUserChangePasswordRequest.newBuilder()
                    .setName(name)
                    .setPassword(newPassword(ctl, name, interactive))
                    .build();
            try (Connection connection = ctl.connect()) {
                var response = connection.callWithoutDeadline(AuthGrpc.getUserChangePasswordMethod(), request);
                ctl.output().print(new HeaderAnswer("Password updated", response.getHeader(), response));
            }
        }
    }
}
