package io.leasehold.statemachine;

import static io.leasehold.statemachine.Authorities.as;
import static io.leasehold.statemachine.Authorities.asRoot;
import static io.leasehold.statemachine.Authorities.done;
import static io.leasehold.statemachine.Authorities.enable;
import static io.leasehold.statemachine.Authorities.read;
import static io.leasehold.statemachine.Authorities.readWrite;
import static io.leasehold.statemachine.Authorities.user;
import static io.leasehold.statemachine.Authorities.write;
import static io.leasehold.statemachine.Machine.b;
import static io.leasehold.statemachine.Machine.key;
import static io.leasehold.statemachine.Machine.range;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user may do, judged where it counts: when the command is applied (cluster.md 6.4). */
final class AuthorizationTest {
    private static final Outcome DENIED = refused(ErrorCode.PERMISSION_DENIED);

    @TempDir
    Path directory;

    private Machine machine;

    /** Alice may read and write a to c, and write (only) w. */
    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(directory);
        enable(machine);
        user(machine, "alice", readWrite(range("a", "c")), write(key("w")));
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    private void allowed(Command command) {
        assertThat(as(machine, "alice", command)).isNotInstanceOf(Outcome.Refused.class);
    }

    private void denied(Command command) {
        assertThat(as(machine, "alice", command)).as("%s", command).isEqualTo(DENIED);
    }

    private static Command.Put put(String key) {
        return Command.Put.of(b(key), b("v"));
    }

    private static Command.Put put(String key, long leaseId) {
        return Command.Put.of(b(key), b("v"), leaseId);
    }

    private static Command.Put putPrevious(String key) {
        return new Command.Put(b(key), b("v"), 0, true, false, false);
    }

    private static Command.Txn then(Command.Op... ops) {
        return new Command.Txn(List.of(), List.of(ops), List.of());
    }

    private static Command.Compare exists(String key) {
        return Command.Compare.number(key(key), Command.CompareTarget.VERSION, Command.CompareOperator.GREATER, 0);
    }

    @Test
    void nobody_is_refused_as_such() {
        assertThat(machine.apply(put("a"))).isEqualTo(refused(ErrorCode.USER_EMPTY));
        assertThat(machine.apply(new Command.LeaseGrant(1, 60))).isEqualTo(refused(ErrorCode.USER_EMPTY));
        assertThat(machine.apply(new Command.Compact(1, false))).isEqualTo(refused(ErrorCode.USER_EMPTY));
    }

    @Test
    void a_proposal_from_before_the_last_change_is_refused() {
        Proposal proposal = new Proposal(put("a"), Authorities.identity(machine, "alice"));
        done(machine, new AuthCommand.RoleAdd("r"));

        assertThat(machine.apply(proposal)).isEqualTo(refused(ErrorCode.AUTH_OLD_REVISION));
    }

    @Test
    void a_right_revoked_between_proposal_and_apply_denies() {
        done(machine, new AuthCommand.UserRevokeRole("alice", "alice"));

        denied(put("a"));
        assertThat(machine.content()).isEmpty();
    }

    @Test
    void a_user_who_is_gone_is_denied() {
        done(machine, new AuthCommand.UserDelete("alice"));

        denied(put("a"));
    }

    @Test
    void the_old_value_needs_the_right_to_read_it() {
        allowed(putPrevious("a"));
        allowed(put("w"));
        denied(putPrevious("w"));
        allowed(new Command.DeleteRange(key("w"), false));
        denied(new Command.DeleteRange(key("w"), true));
        denied(new Command.DeleteRange(range("a", "d"), false));
    }

    @Test
    void both_branches_count_and_what_is_nested_in_them() {
        allowed(then(put("a"), Command.Range.of(range("a", "c"))));
        denied(then(put("d")));
        denied(new Command.Txn(List.of(exists("a")), List.of(put("d")), List.of()));
        denied(then(then(put("d"))));
        denied(then(then(then(Command.Range.of(key("w"))))));
        denied(then(new Command.DeleteRange(range("a", "\0"), false)));
    }

    @Test
    void compares_need_the_right_to_read_also_nested_ones() {
        allowed(new Command.Txn(List.of(exists("a")), List.of(put("a")), List.of()));
        denied(new Command.Txn(List.of(exists("w")), List.of(put("a")), List.of()));
        denied(then(new Command.Txn(List.of(exists("d")), List.of(put("a")), List.of())));
    }

    @Test
    void compaction_and_alarms_are_the_administrators() {
        denied(new Command.Compact(1, false));
        denied(new Command.Alarm(Command.AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE));
        denied(new Command.Alarm(Command.AlarmAction.DEACTIVATE, 7, AlarmType.NOSPACE));
        allowed(new Command.Alarm(Command.AlarmAction.GET, 0, AlarmType.NONE));
        done(machine, new Command.Compact(1, false));
    }

    @Test
    void users_and_roles_are_the_administrators() {
        denied(new AuthCommand.Disable());
        denied(new AuthCommand.UserAdd("eve", "", false));
        denied(new AuthCommand.UserGrantRole("alice", "root"));
        denied(new AuthCommand.UserChangePassword("root", ""));
        denied(new AuthCommand.RoleGrantPermission("alice", readWrite(key("z"))));
    }

    @Test
    void whoever_has_the_role_root_is_an_administrator() {
        done(machine, new AuthCommand.UserGrantRole("alice", "root"));

        allowed(put("z"));
        allowed(new Command.Compact(1, false));
        allowed(new AuthCommand.RoleAdd("r"));
    }

    @Test
    void a_lease_is_revoked_by_who_may_write_all_its_keys() {
        done(machine, new Command.LeaseGrant(1, 60));
        allowed(put("a", 1));
        done(machine, put("z", 1));

        denied(new Command.LeaseRevoke(1));
        assertThat(machine.content()).containsExactly("a=v", "z=v");
        done(machine, new Command.DeleteRange(key("z"), false));
        allowed(new Command.LeaseRevoke(1));
    }

    @Test
    void attaching_needs_the_right_to_write_what_is_attached_already() {
        done(machine, new Command.LeaseGrant(1, 60));
        allowed(put("a", 1));
        allowed(put("b", 1));
        done(machine, put("z", 1));

        denied(put("a", 1));
        denied(then(put("a", 1)));
        denied(new Command.LeasedTxn(List.of(), then(put("a", 1))));
        assertThat(machine.machine.mayWriteKeysOf("alice", 1)).isFalse();
        assertThat(machine.machine.mayWriteKeysOf("root", 1)).isTrue();
    }

    @Test
    void what_is_remembered_of_a_lease_does_not_outlive_a_change_of_rights() {
        done(machine, new Command.LeaseGrant(1, 60));
        allowed(put("w", 1));
        allowed(put("a", 1));

        done(machine, new AuthCommand.RoleRevokePermission("alice", key("w")));

        denied(put("a", 1));
    }

    @Test
    void another_user_who_attaches_takes_the_memory_over() {
        user(machine, "bob", write(range("a", "\0")));
        done(machine, new Command.LeaseGrant(1, 60));
        allowed(put("a", 1));
        assertThat(as(machine, "bob", put("z", 1))).isInstanceOf(Outcome.Written.class);

        denied(put("b", 1));
        assertThat(as(machine, "bob", put("y", 1))).isInstanceOf(Outcome.Written.class);
    }

    @Test
    void the_clusters_own_commands_need_no_permission() {
        done(machine, new Command.LeaseGrant(1, 60));
        done(machine, put("z", 1));

        assertThat(machine.expire(1)).isInstanceOf(Outcome.Noted.class);
        assertThat(machine.content()).isEmpty();
        Command alarm = new Command.Alarm(Command.AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE);
        assertThat(machine.apply(Proposal.ofMember(alarm))).isInstanceOf(Outcome.Alarms.class);
    }

    @Test
    void permission_is_judged_before_alarms_and_the_request_itself() {
        done(machine, new Command.Alarm(Command.AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE));

        denied(put("z"));
        denied(put("z", 404));
        assertThat(as(machine, "alice", put("a"))).isEqualTo(refused(ErrorCode.NO_SPACE));
    }

    @Test
    void adjacent_permissions_are_one_for_a_read_that_spans_them() {
        done(machine, new AuthCommand.RoleGrantPermission("alice", read(range("c", "e"))));
        Proposal.Identity alice = Authorities.identity(machine, "alice");

        assertThat(Authorization.read(machine.machine.auth(), alice, range("a", "e")))
                .isEmpty();
        assertThat(Authorization.read(machine.machine.auth(), alice, range("a", "f")))
                .contains(ErrorCode.PERMISSION_DENIED);
        assertThat(Authorization.read(machine.machine.auth(), Proposal.Identity.NONE, range("a", "b")))
                .contains(ErrorCode.USER_EMPTY);
    }

    @Test
    void without_authentication_everybody_may_do_everything() {
        done(machine, new AuthCommand.Disable());

        assertThat(machine.apply(put("z"))).isInstanceOf(Outcome.Written.class);
        assertThat(machine.apply(new Command.Compact(1, false))).isInstanceOf(Outcome.Compacted.class);
        assertThat(asRoot(machine, new AuthCommand.UserDelete("root"))).isInstanceOf(Outcome.Noted.class);
    }
}
