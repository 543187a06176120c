package io.leasehold.cli.auth;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.Typed;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.authpb.UserAddOptions;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthUserAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserAddResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserChangePasswordRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserChangePasswordResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserDeleteRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserDeleteResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleResponse;
import io.leasehold.protocol.etcdserverpb.AuthUserListRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserRevokeRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserRevokeRoleResponse;
import java.util.List;

/** {@code user add|delete|get|list|passwd|grant-role|revoke-role}. */
public final class UserCommands {
    private UserCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "user",
                "add users, give them roles",
                Entry.command(
                        "add",
                        Help.of(
                                "add a user",
                                "<name or name:password>",
                                "user add reader:password",
                                "user add by-certificate --no-password"),
                        Add::new),
                Entry.plain("delete", Help.of("delete a user", "<name>", "user delete ann"), UserCommands::delete),
                Entry.command(
                        "get",
                        Help.of("show a user's roles", "<name>", "user get ann", "user get ann --detail"),
                        Get::new),
                Entry.plain("list", Help.of("list the users", ""), UserCommands::list),
                Entry.command(
                        "passwd",
                        Help.of(
                                "change a user's password",
                                "<name>",
                                "user passwd ann",
                                "user passwd ann --interactive=false < password"),
                        ChangePassword::new),
                Entry.plain(
                        "grant-role",
                        Help.of("give a user a role", "<user> <role>", "user grant-role ann reader"),
                        UserCommands::grant),
                Entry.plain(
                        "revoke-role",
                        Help.of("take a role from a user", "<user> <role>", "user revoke-role ann reader"),
                        UserCommands::revoke));
    }

    private static void delete(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "user delete command requires user name as its argument");
        String name = arguments.get(0);
        ctl.ask(
                AuthGrpc.getUserDeleteMethod(),
                AuthUserDeleteRequest.newBuilder().setName(name).build(),
                HeaderAnswer.saying("User " + name + " deleted", AuthUserDeleteResponse::getHeader));
    }

    private static void list(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 0, 0, "user list command requires no arguments");
        ctl.ask(
                AuthGrpc.getUserListMethod(),
                AuthUserListRequest.getDefaultInstance(),
                response -> new NameList(response.getUsersList(), "User", response.getHeader(), response));
    }

    private static void grant(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 2, 2, "user grant command requires user name and role name as its argument");
        AuthUserGrantRoleRequest request = AuthUserGrantRoleRequest.newBuilder()
                .setUser(arguments.get(0))
                .setRole(arguments.get(1))
                .build();
        String sentence = "Role " + arguments.get(1) + " is granted to user " + arguments.get(0);
        ctl.ask(
                AuthGrpc.getUserGrantRoleMethod(),
                request,
                HeaderAnswer.saying(sentence, AuthUserGrantRoleResponse::getHeader));
    }

    private static void revoke(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 2, 2, "user revoke-role requires user name and role name as its argument");
        AuthUserRevokeRoleRequest request = AuthUserRevokeRoleRequest.newBuilder()
                .setName(arguments.get(0))
                .setRole(arguments.get(1))
                .build();
        String sentence = "Role " + arguments.get(1) + " is revoked from user " + arguments.get(0);
        ctl.ask(
                AuthGrpc.getUserRevokeRoleMethod(),
                request,
                HeaderAnswer.saying(sentence, AuthUserRevokeRoleResponse::getHeader));
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

    private static final class Add implements Action {
        private final Ctl ctl;

        private final Flag<Boolean> interactive;
        private final Flag<String> password;
        private final Flag<Boolean> noPassword;

        Add(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.interactive = flags.toggle("interactive", true, "ask for the password; false: read a line of stdin");
            this.password = flags.text("new-user-password", "text", "the password");
            this.noPassword = flags.toggle("no-password", "only by certificate");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, 1, "user add command requires user name as its argument");
            String[] parts = arguments.get(0).split(":", 2);
            AuthUserAddRequest.Builder request = AuthUserAddRequest.newBuilder()
                    .setName(parts[0])
                    .setOptions(UserAddOptions.newBuilder().setNoPassword(noPassword.value()));
            if (!noPassword.value()) {
                if (!password.value().isEmpty()) {
                    request.setPassword(password.value());
                } else if (parts.length > 1) {
                    if (parts[0].isEmpty()) {
                        throw Arguments.bad("empty user name is not allowed");
                    }
                    request.setPassword(parts[1]);
                } else {
                    request.setPassword(newPassword(ctl, parts[0], interactive.value()));
                }
            }
            ctl.askPatiently(
                    AuthGrpc.getUserAddMethod(),
                    request.build(),
                    HeaderAnswer.saying("User " + parts[0] + " created", AuthUserAddResponse::getHeader));
        }
    }

    private static final class Get implements Action {
        private final Ctl ctl;

        private final Flag<Boolean> detail;

        Get(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.detail = flags.toggle("detail", "and what they allow");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, 1, "user get command requires user name as its argument");
            String name = arguments.get(0);
            try (Connection connection = ctl.connect()) {
                var response = connection.call(
                        AuthGrpc.getUserGetMethod(),
                        AuthUserGetRequest.newBuilder().setName(name).build());
                if (!detail.value()) {
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

    private static final class ChangePassword implements Action {
        private final Ctl ctl;

        private final Flag<Boolean> interactive;

        ChangePassword(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.interactive = flags.toggle("interactive", true, "ask for the password; false: read a line of stdin");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, 1, "user passwd command requires user name as its argument");
            String name = arguments.get(0);
            AuthUserChangePasswordRequest request = AuthUserChangePasswordRequest.newBuilder()
                    .setName(name)
                    .setPassword(newPassword(ctl, name, interactive.value()))
                    .build();
            ctl.askPatiently(
                    AuthGrpc.getUserChangePasswordMethod(),
                    request,
                    HeaderAnswer.saying("Password updated", AuthUserChangePasswordResponse::getHeader));
        }
    }
}
