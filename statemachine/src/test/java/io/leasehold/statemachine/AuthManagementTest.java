package io.leasehold.statemachine;

import static io.leasehold.statemachine.Authorities.HASH;
import static io.leasehold.statemachine.Authorities.asRoot;
import static io.leasehold.statemachine.Authorities.done;
import static io.leasehold.statemachine.Authorities.enable;
import static io.leasehold.statemachine.Authorities.read;
import static io.leasehold.statemachine.Authorities.user;
import static io.leasehold.statemachine.Authorities.write;
import static io.leasehold.statemachine.Machine.b;
import static io.leasehold.statemachine.Machine.key;
import static io.leasehold.statemachine.Machine.range;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.AuthStateCodec;
import io.leasehold.statemachine.auth.Permission;
import io.leasehold.statemachine.auth.User;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users and roles, change by change (cluster.md 6.2). */
final class AuthManagementTest {
    @TempDir
    Path directory;

    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    private AuthState auth() {
        return machine.machine.auth();
    }

    private void refuse(Command command, ErrorCode code) {
        AuthState before = auth();
        assertThat(asRoot(machine, command)).isEqualTo(refused(code));
        assertThat(auth()).isSameAs(before);
    }

    @Test
    void enabling_needs_root_and_then_its_role() {
        refuse(new AuthCommand.Enable(), ErrorCode.ROOT_USER_NOT_EXIST);
        done(machine, new AuthCommand.UserAdd("root", HASH, false));
        refuse(new AuthCommand.Enable(), ErrorCode.ROOT_ROLE_NOT_EXIST);
        done(machine, new AuthCommand.UserGrantRole("root", "root"));

        done(machine, new AuthCommand.Enable());

        assertThat(auth().enabled()).isTrue();
    }

    @Test
    void enabling_again_is_for_an_administrator_and_changes_nothing() {
        enable(machine);
        user(machine, "alice");
        AuthState before = auth();

        assertThat(machine.apply(new AuthCommand.Enable())).isEqualTo(refused(ErrorCode.USER_EMPTY));
        assertThat(Authorities.as(machine, "alice", new AuthCommand.Enable()))
                .isEqualTo(refused(ErrorCode.PERMISSION_DENIED));
        done(machine, new AuthCommand.Enable());
        assertThat(auth()).isSameAs(before);
    }

    @Test
    void every_change_counts_once_and_takes_no_store_revision() {
        long revision = machine.revision();
        assertThat(auth().revision()).isEqualTo(1);

        enable(machine);
        assertThat(auth().revision()).isEqualTo(3);
        user(machine, "alice", read(key("a")));
        assertThat(auth().revision()).isEqualTo(7);
        done(machine, new AuthCommand.UserGrantRole("alice", "alice"));
        assertThat(auth().revision()).as("granted already").isEqualTo(7);
        done(machine, new AuthCommand.Disable());
        assertThat(auth().revision()).isEqualTo(8);
        done(machine, new AuthCommand.Disable());
        assertThat(auth().revision()).as("disabled already").isEqualTo(8);

        assertThat(machine.revision()).isEqualTo(revision);
    }

    @Test
    void users_have_a_name_and_one_only() {
        refuse(new AuthCommand.UserAdd("", HASH, false), ErrorCode.USER_EMPTY);
        done(machine, new AuthCommand.UserAdd("alice", "", false));
        refuse(new AuthCommand.UserAdd("alice", HASH, false), ErrorCode.USER_EXISTS);
        refuse(new AuthCommand.UserDelete("bob"), ErrorCode.USER_NOT_FOUND);
        refuse(new AuthCommand.UserChangePassword("bob", HASH), ErrorCode.USER_NOT_FOUND);
        refuse(new AuthCommand.UserGrantRole("bob", "r"), ErrorCode.USER_NOT_FOUND);
        refuse(new AuthCommand.UserRevokeRole("bob", "r"), ErrorCode.USER_NOT_FOUND);
    }

    @Test
    void roles_have_a_name_and_one_only() {
        refuse(new AuthCommand.RoleAdd(""), ErrorCode.ROLE_EMPTY);
        done(machine, new AuthCommand.RoleAdd("r"));
        refuse(new AuthCommand.RoleAdd("r"), ErrorCode.ROLE_EXISTS);
        refuse(new AuthCommand.RoleDelete("s"), ErrorCode.ROLE_NOT_FOUND);
        done(machine, new AuthCommand.UserAdd("alice", HASH, false));
        refuse(new AuthCommand.UserGrantRole("alice", "s"), ErrorCode.ROLE_NOT_FOUND);
        refuse(new AuthCommand.UserRevokeRole("alice", "r"), ErrorCode.ROLE_NOT_GRANTED);
    }

    @Test
    void the_role_root_can_be_granted_without_having_been_made() {
        done(machine, new AuthCommand.UserAdd("alice", HASH, false));

        done(machine, new AuthCommand.UserGrantRole("alice", "root"));

        assertThat(auth().isAdmin("alice")).isTrue();
        assertThat(auth().role("root")).isEmpty();
    }

    @Test
    void root_cannot_be_undone_while_it_is_needed() {
        enable(machine);
        done(machine, new AuthCommand.RoleAdd("root"));

        refuse(new AuthCommand.UserDelete("root"), ErrorCode.INVALID_AUTH_MANAGEMENT);
        refuse(new AuthCommand.UserRevokeRole("root", "root"), ErrorCode.INVALID_AUTH_MANAGEMENT);
        refuse(new AuthCommand.RoleDelete("root"), ErrorCode.INVALID_AUTH_MANAGEMENT);

        done(machine, new AuthCommand.Disable());
        done(machine, new AuthCommand.RoleDelete("root"));
        done(machine, new AuthCommand.UserDelete("root"));
    }

    @Test
    void a_permission_needs_a_key_and_an_end_behind_it() {
        done(machine, new AuthCommand.RoleAdd("r"));

        refuse(new AuthCommand.RoleGrantPermission("r", read(key(""))), ErrorCode.INVALID_AUTH_MANAGEMENT);
        refuse(new AuthCommand.RoleGrantPermission("r", read(range("b", "a"))), ErrorCode.INVALID_AUTH_MANAGEMENT);
        refuse(new AuthCommand.RoleGrantPermission("r", read(range("b", "b"))), ErrorCode.INVALID_AUTH_MANAGEMENT);
        refuse(new AuthCommand.RoleGrantPermission("s", read(key("a"))), ErrorCode.ROLE_NOT_FOUND);
        done(machine, new AuthCommand.RoleGrantPermission("r", read(range("b", "\0"))));
    }

    @Test
    void a_permission_on_the_same_range_is_replaced() {
        done(machine, new AuthCommand.RoleAdd("r"));
        KeyRange range = range("a", "c");
        done(machine, new AuthCommand.RoleGrantPermission("r", read(range)));
        done(machine, new AuthCommand.RoleGrantPermission("r", read(key("a"))));

        done(machine, new AuthCommand.RoleGrantPermission("r", write(range)));

        assertThat(auth().role("r").orElseThrow().permissions()).containsExactly(read(key("a")), write(range));
    }

    @Test
    void only_just_the_granted_range_can_be_taken_back() {
        done(machine, new AuthCommand.RoleAdd("r"));
        done(machine, new AuthCommand.RoleGrantPermission("r", read(range("a", "c"))));

        refuse(new AuthCommand.RoleRevokePermission("r", key("a")), ErrorCode.PERMISSION_NOT_GRANTED);
        refuse(new AuthCommand.RoleRevokePermission("s", range("a", "c")), ErrorCode.ROLE_NOT_FOUND);
        done(machine, new AuthCommand.RoleRevokePermission("r", range("a", "c")));

        assertThat(auth().role("r").orElseThrow().permissions()).isEmpty();
    }

    @Test
    void a_deleted_role_is_gone_from_all_users() {
        enable(machine);
        user(machine, "alice", read(key("a")));

        done(machine, new AuthCommand.RoleDelete("alice"));

        assertThat(auth().user("alice").map(User::roles)).contains(List.of());
        assertThat(auth().mayRead("alice", key("a"))).isFalse();
    }

    @Test
    void a_user_without_a_password_stays_without() {
        done(machine, new AuthCommand.UserAdd("cn", "", true));

        done(machine, new AuthCommand.UserChangePassword("cn", HASH));

        assertThat(auth().user("cn").map(User::passwordHash)).contains("");
    }

    @Test
    void tokens_die_with_the_password_the_user_and_authentication() {
        enable(machine);
        user(machine, "alice");

        done(machine, new AuthCommand.UserChangePassword("alice", HASH));
        assertThat(machine.batch.tokenChanges()).containsExactly(new TokenChange.UserDropped("alice"));
        done(machine, new AuthCommand.UserRevokeRole("alice", "alice"));
        assertThat(machine.batch.tokenChanges()).as("roles are looked up live").isEmpty();
        done(machine, new AuthCommand.UserDelete("alice"));
        assertThat(machine.batch.tokenChanges()).containsExactly(new TokenChange.UserDropped("alice"));
        done(machine, new AuthCommand.Disable());
        assertThat(machine.batch.tokenChanges()).containsExactly(new TokenChange.AllDropped());
    }

    @Test
    void a_token_is_given_only_for_a_password_checked_at_this_revision() {
        ByteSequence digest = b("digest");
        refuse(new AuthCommand.Authenticate("root", 1, digest), ErrorCode.AUTH_NOT_ENABLED);
        enable(machine);
        long revision = auth().revision();

        assertThat(machine.apply(new AuthCommand.Authenticate("root", revision - 1, digest)))
                .isEqualTo(refused(ErrorCode.AUTH_OLD_REVISION));
        assertThat(machine.apply(new AuthCommand.Authenticate("eve", revision, digest)))
                .isEqualTo(refused(ErrorCode.AUTH_FAILED));
        assertThat(machine.apply(new AuthCommand.Authenticate("root", revision, digest)))
                .isInstanceOf(Outcome.Noted.class);
        assertThat(machine.batch.tokenChanges()).containsExactly(new TokenChange.Assigned("root", digest));
        assertThat(auth().revision()).isEqualTo(revision);
    }

    @Test
    void users_survive_a_checkpoint_and_a_restart() throws IOException {
        enable(machine);
        user(machine, "alice", read(key("a")), write(range("b", "\0")));
        done(machine, new AuthCommand.UserAdd("cn", "", true));
        byte[] before = AuthStateCodec.encode(auth());
        machine.checkpoint();
        machine.close();

        machine = Machine.open(directory);

        assertThat(AuthStateCodec.encode(auth())).isEqualTo(before);
        assertThat(auth().enabled()).isTrue();
        assertThat(auth().mayWrite("alice", range("c", "\0"))).isTrue();
        assertThat(auth().user("cn").map(User::noPassword)).contains(true);
    }

    @Test
    void every_auth_command_comes_back_from_an_entry() {
        Permission permission = new Permission(Permission.Type.READWRITE, range("a", "\0"));
        List<Proposal> proposals = List.of(
                Proposal.ofMember(new AuthCommand.Enable()),
                Proposal.of(new AuthCommand.Disable()),
                new Proposal(new AuthCommand.UserAdd("ä", HASH, true), new Proposal.Identity("root", 5)),
                Proposal.of(new AuthCommand.UserDelete("u")),
                Proposal.of(new AuthCommand.UserChangePassword("u", HASH)),
                Proposal.of(new AuthCommand.UserGrantRole("u", "r")),
                Proposal.of(new AuthCommand.UserRevokeRole("u", "r")),
                Proposal.of(new AuthCommand.RoleAdd("r")),
                Proposal.of(new AuthCommand.RoleDelete("r")),
                Proposal.of(new AuthCommand.RoleGrantPermission("r", permission)),
                Proposal.of(new AuthCommand.RoleRevokePermission("r", permission.range())),
                Proposal.of(new AuthCommand.Authenticate("u", Long.MAX_VALUE, b("digest"))));

        byte[] entry = EntryCodec.encode(proposals);

        assertThat(EntryCodec.decode(ByteBuffer.wrap(entry))).isEqualTo(proposals);
    }
}
