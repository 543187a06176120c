package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.b;
import static io.leasehold.statemachine.Machine.key;
import static io.leasehold.statemachine.Machine.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.Command.Alarm;
import io.leasehold.statemachine.Command.AlarmAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms, quota and the publication of members (kv.md 9). */
final class AlarmAndQuotaTest {
    private static final ActiveAlarm NO_SPACE = new ActiveAlarm(7, AlarmType.NOSPACE);
    private static final ActiveAlarm CORRUPT = new ActiveAlarm(8, AlarmType.CORRUPT);

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

    private List<ActiveAlarm> alarm(AlarmAction action, long memberId, AlarmType type) {
        return ((Outcome.Alarms) machine.apply(new Alarm(action, memberId, type))).alarms();
    }

    private static Command.Txn txn(List<Command.Op> success, List<Command.Op> failure) {
        return new Command.Txn(List.of(), success, failure);
    }

    @Test
    void alarms_are_raised_once_listed_and_lowered_by_exact_name() {
        assertThat(alarm(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE)).containsExactly(NO_SPACE);
        assertThat(alarm(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE)).containsExactly(NO_SPACE);
        assertThat(alarm(AlarmAction.ACTIVATE, 8, AlarmType.CORRUPT)).containsExactly(CORRUPT);
        assertThat(alarm(AlarmAction.ACTIVATE, 9, AlarmType.NONE)).isEmpty();

        assertThat(alarm(AlarmAction.GET, 0, AlarmType.NONE)).containsExactly(NO_SPACE, CORRUPT);
        assertThat(alarm(AlarmAction.GET, 0, AlarmType.CORRUPT)).containsExactly(CORRUPT);
        assertThat(alarm(AlarmAction.DEACTIVATE, 0, AlarmType.NOSPACE)).isEmpty();
        assertThat(machine.machine.alarms()).containsExactly(NO_SPACE, CORRUPT);
        assertThat(alarm(AlarmAction.DEACTIVATE, 7, AlarmType.NOSPACE)).containsExactly(NO_SPACE);
        assertThat(machine.machine.alarms()).containsExactly(CORRUPT);
        assertThat(machine.revision()).isEqualTo(1);
    }

    @Test
    void without_space_nothing_that_adds_data_is_taken() {
        machine.grant(5);
        machine.put("a", "1", 5);
        machine.put("b", "1");
        alarm(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE);
        Command.Op put = Command.Put.of(b("c"), b("1"));
        Command.Op delete = new Command.DeleteRange(key("b"), false);

        assertThat(machine.put("c", "1")).isEqualTo(refused(ErrorCode.NO_SPACE));
        assertThat(machine.apply(new Command.LeaseGrant(6, 60))).isEqualTo(refused(ErrorCode.NO_SPACE));
        assertThat(machine.apply(txn(List.of(delete), List.of(put))))
                .as("a put in the branch not taken")
                .isEqualTo(refused(ErrorCode.NO_SPACE));
        assertThat(machine.apply(txn(List.of(txn(List.of(put), List.of())), List.of())))
                .isEqualTo(refused(ErrorCode.NO_SPACE));

        assertThat(machine.apply(txn(List.of(delete), List.of()))).isInstanceOf(Outcome.TxnDone.class);
        assertThat(machine.delete("z")).isInstanceOf(Outcome.Deleted.class);
        assertThat(machine.apply(new Command.LeaseRevoke(5))).isInstanceOf(Outcome.Revoked.class);
        assertThat(machine.compact(3)).isInstanceOf(Outcome.Compacted.class);
        alarm(AlarmAction.DEACTIVATE, 7, AlarmType.NOSPACE);
        assertThat(machine.put("c", "1")).isInstanceOf(Outcome.Written.class);
    }

    @Test
    void a_corrupt_cluster_changes_no_data_and_still_keeps_leases_and_alarms() {
        machine.grant(5);
        machine.put("a", "1", 5);
        alarm(AlarmAction.ACTIVATE, 8, AlarmType.CORRUPT);
        alarm(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE);

        assertThat(machine.put("b", "1")).isEqualTo(refused(ErrorCode.CORRUPT));
        assertThat(machine.delete("a")).isEqualTo(refused(ErrorCode.CORRUPT));
        assertThat(machine.apply(txn(List.of(), List.of()))).isEqualTo(refused(ErrorCode.CORRUPT));
        assertThat(machine.compact(2)).isEqualTo(refused(ErrorCode.CORRUPT));
        assertThat(machine.apply(new Command.LeaseGrant(6, 60))).isEqualTo(refused(ErrorCode.CORRUPT));
        assertThat(machine.apply(new Command.LeaseRevoke(5))).isEqualTo(refused(ErrorCode.CORRUPT));
        assertThat(machine.expire(5)).isEqualTo(refused(ErrorCode.CORRUPT));
        assertThat(machine.apply(new Command.LeaderMarker(1, 7))).isInstanceOf(Outcome.Noted.class);
        assertThat(machine.content()).containsExactly("a=1");
        alarm(AlarmAction.DEACTIVATE, 8, AlarmType.CORRUPT);
        alarm(AlarmAction.DEACTIVATE, 7, AlarmType.NOSPACE);
        assertThat(machine.put("b", "1")).isInstanceOf(Outcome.Written.class);
    }

    @Test
    void costs_are_etcds() {
        Command.Put small = Command.Put.of(b("key"), b("value"));
        Command.Put big = Command.Put.of(b("key"), ByteSequence.wrap(new byte[1000]));

        assertThat(Quota.cost(small)).isEqualTo(256 + 3 + 5);
        assertThat(Quota.cost(txn(List.of(small, small), List.of(big)))).isEqualTo(256 + 3 + 1000);
        assertThat(Quota.cost(new Command.LeaseGrant(1, 1))).isEqualTo(64);
        assertThat(Quota.cost(new Command.DeleteRange(key("a"), false))).isZero();
        assertThat(Quota.cost(new Command.Compact(1, false))).isZero();
    }

    @Test
    void a_full_store_admits_only_what_costs_nothing() {
        Command.Put put = Command.Put.of(b("key"), b("value"));
        Quota quota = new Quota(1_000);

        assertThat(quota.admits(1_000 - 264 - 1, put)).isTrue();
        assertThat(quota.admits(1_000 - 264, put)).isFalse();
        assertThat(quota.admits(5_000, new Command.LeaseRevoke(5))).isTrue();
        assertThat(Quota.UNLIMITED.admits(Long.MAX_VALUE, put)).isTrue();
    }

    @Test
    void the_write_that_crosses_the_quota_is_applied_refused_and_reported() throws IOException {
        try (Machine small = Machine.open(directory.resolve("small"), Machine.withQuota(3_000))) {
            Outcome outcome = new Outcome.Noted(0);
            int puts = 0;
            while (!(outcome instanceof Outcome.Refused)) {
                assertThat(small.batch.quotaCrossed()).isFalse();
                outcome = small.put("key" + puts++, "x".repeat(100));
                assertThat(puts).isLessThan(40);
            }

            assertThat(outcome).isEqualTo(refused(ErrorCode.NO_SPACE));
            assertThat(small.batch.quotaCrossed()).isTrue();
            assertThat(small.content()).hasSize(puts);
            assertThat(small.machine.admit(Command.Put.of(b(""), b("")))).contains(ErrorCode.NO_SPACE);
            assertThat(small.machine.admit(new Command.DeleteRange(key("a"), false)))
                    .isEmpty();
            assertThat(small.machine.alarms())
                    .as("raising it is the log's business")
                    .isEmpty();
        }
    }

    @Test
    void puts_of_an_open_batch_count_towards_the_quota() throws IOException {
        try (Machine small = Machine.open(directory.resolve("small"), Machine.withQuota(3_000))) {
            Proposal put = Proposal.of(Command.Put.of(b("k"), ByteSequence.wrap(new byte[1_000])));
            small.machine.apply(1, 1, put, true, 0);
            small.machine.apply(1, 1, put, true, 0);

            assertThat(small.machine.apply(1, 1, put, true, 0)).isEqualTo(refused(ErrorCode.NO_SPACE));
            assertThat(small.machine.publish().quotaCrossed()).isTrue();
        }
    }

    @Test
    void a_member_publishes_itself_and_a_stranger_is_passed_over() {
        machine.apply(new Command.PublishMember(7, "alpha", List.of("http://a:2379")));
        machine.apply(new Command.PublishMember(9, "omega", List.of("http://z:2379")));

        assertThat(machine.machine.members())
                .containsExactly(new Member(7, "alpha", List.of("http://a:2380"), List.of("http://a:2379"), false));
    }
}
