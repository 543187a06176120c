package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.bytes;
import static io.leasehold.interop.grpc.Calls.deleteOp;
import static io.leasehold.interop.grpc.Calls.putOp;
import static io.leasehold.interop.grpc.Calls.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.AlarmRequest.AlarmAction;
import io.leasehold.protocol.etcdserverpb.AlarmType;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.DowngradeRequest;
import io.leasehold.protocol.etcdserverpb.DowngradeRequest.DowngradeAction;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.HashKVResponse;
import io.leasehold.protocol.etcdserverpb.HashRequest;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Alarms, hashes, status and leadership of a single member, which has a small quota. */
final class MaintenanceCasesIT {
    private static final String NO_SPACE = "etcdserver: mvcc: database space exceeded";
    private static final String CORRUPT = "etcdserver: corrupt cluster";

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer("--quota-backend-bytes=1048576");

    @RegisterExtension
    final Calls calls = new Calls(SERVER.endpoint());

    @AfterEach
    void disarm() {
        for (AlarmMember alarm : alarms()) {
            change(AlarmAction.DEACTIVATE, alarm.getMemberID(), alarm.getAlarm());
        }
    }

    @Test
    void without_space_nothing_is_put_and_what_frees_space_goes_on() {
        calls.put("full", "v");
        long lease = calls.grant(60);
        change(AlarmAction.ACTIVATE, memberId(), AlarmType.NOSPACE);

        refused(Code.RESOURCE_EXHAUSTED, NO_SPACE, () -> calls.put("full", "w"));
        refused(Code.RESOURCE_EXHAUSTED, NO_SPACE, () -> calls.grant(60));
        refused(Code.RESOURCE_EXHAUSTED, NO_SPACE, () -> calls.txn(putOp("full", "w")));
        refused(Code.RESOURCE_EXHAUSTED, NO_SPACE, () -> calls.kv()
                .txn(TxnRequest.newBuilder().addFailure(putOp("full", "w")).build()));
        assertThat(calls.get("full").getCount()).isEqualTo(1);
        calls.txn(deleteOp("full"));
        calls.revoke(lease);
        calls.compact(calls.revision());
        calls.maintenance().defragment(DefragmentRequest.getDefaultInstance());
        change(AlarmAction.DEACTIVATE, memberId(), AlarmType.NOSPACE);
        calls.put("full", "again");
    }

    @Test
    void a_request_beyond_the_quota_raises_the_alarm() {
        refused(Code.RESOURCE_EXHAUSTED, NO_SPACE, () -> calls.put("quota", "x".repeat(1_200_000)));

        assertThat(alarms())
                .containsExactly(AlarmMember.newBuilder()
                        .setMemberID(memberId())
                        .setAlarm(AlarmType.NOSPACE)
                        .build());
        assertThat(status().getErrorsList()).singleElement().asString().contains("alarm:NOSPACE");
        assertThat(calls.get("quota").getCount()).isZero();
    }

    @Test
    void space_is_judged_before_the_request() {
        refused(
                Code.RESOURCE_EXHAUSTED,
                NO_SPACE,
                () -> calls.put(PutRequest.newBuilder().setValue(bytes("x".repeat(1_200_000)))));
    }

    @Test
    void a_corrupt_cluster_is_read_and_not_written() {
        calls.put("corrupt", "v");
        change(AlarmAction.ACTIVATE, memberId(), AlarmType.CORRUPT);

        refused(Code.DATA_LOSS, CORRUPT, () -> calls.put("corrupt", "w"));
        refused(Code.DATA_LOSS, CORRUPT, () -> calls.delete("corrupt"));
        refused(Code.DATA_LOSS, CORRUPT, () -> calls.grant(60));
        assertThat(calls.get("corrupt").getKvs(0).getValue()).isEqualTo(bytes("v"));
        change(AlarmAction.DEACTIVATE, memberId(), AlarmType.CORRUPT);
        calls.put("corrupt", "w");
    }

    @Test
    void an_alarm_is_cleared_for_its_own_member_only() {
        change(AlarmAction.ACTIVATE, 77, AlarmType.NOSPACE);
        change(AlarmAction.ACTIVATE, 77, AlarmType.NOSPACE);

        assertThat(change(AlarmAction.DEACTIVATE, 0, AlarmType.NOSPACE)).isEmpty();
        assertThat(alarms()).hasSize(1);
        assertThat(change(AlarmAction.DEACTIVATE, 77, AlarmType.NOSPACE)).hasSize(1);
        assertThat(change(AlarmAction.DEACTIVATE, 77, AlarmType.NOSPACE)).isEmpty();
        assertThat(alarms()).isEmpty();
    }

    @Test
    void an_unknown_action_is_refused() {
        Assumptions.assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "etcd dies of it");

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> calls.maintenance()
                        .alarm(AlarmRequest.newBuilder().setActionValue(9).build())))
                .isNotNull();
        calls.put("alive", "v");
    }

    @Test
    void hashes_tell_revisions_apart() {
        assertThat(calls.maintenance().hash(HashRequest.getDefaultInstance()).getHash())
                .isNotZero();
        long first = calls.put("hash", "1");
        HashKVResponse before = hashKv(0);

        calls.put("hash", "2");

        assertThat(hashKv(first).getHash()).isEqualTo(before.getHash());
        assertThat(hashKv(0).getHash()).isNotEqualTo(before.getHash());
        refused(
                Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision is a future revision",
                () -> hashKv(first + 1_000));
    }

    @Test
    void the_hash_of_what_is_compacted_is_refused() {
        long first = calls.put("compacted", "1");
        long second = calls.put("compacted", "2");
        long third = calls.put("compacted", "3");
        calls.compact(second);

        assertThat(hashKv(third).getCompactRevision()).isEqualTo(second);
        refused(Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted", () -> hashKv(first));
    }

    @Test
    void the_status_names_a_leader_and_grows() {
        StatusResponse before = status();

        calls.put("status", "v");
        StatusResponse after = status();

        assertThat(after.getLeader()).isEqualTo(memberId());
        assertThat(after.getRaftIndex()).isGreaterThan(before.getRaftIndex());
        assertThat(after.getRaftAppliedIndex()).isLessThanOrEqualTo(after.getRaftIndex());
        assertThat(after.getRaftTerm()).isEqualTo(before.getRaftTerm());
        assertThat(after.getDbSize()).isGreaterThanOrEqualTo(after.getDbSizeInUse());
        assertThat(after.getIsLearner()).isFalse();
    }

    @Test
    void leadership_moves_to_the_leader_itself_and_to_no_stranger() {
        calls.maintenance()
                .moveLeader(
                        MoveLeaderRequest.newBuilder().setTargetID(memberId()).build());

        refused(Code.FAILED_PRECONDITION, "etcdserver: bad leader transferee", () -> calls.maintenance()
                .moveLeader(MoveLeaderRequest.newBuilder().setTargetID(4711).build()));
    }

    @Test
    void there_is_nothing_to_downgrade_to() {
        Assumptions.assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "etcd 3.4 has no such call");

        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: wrong downgrade target version format",
                () -> downgrade(DowngradeAction.VALIDATE, "abc"));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: invalid downgrade target version",
                () -> downgrade(DowngradeAction.VALIDATE, "3.6.0"));
        downgrade(DowngradeAction.CANCEL, "");
    }

    private void downgrade(DowngradeAction action, String version) {
        calls.maintenance()
                .downgrade(DowngradeRequest.newBuilder()
                        .setAction(action)
                        .setVersion(version)
                        .build());
    }

    private List<AlarmMember> alarms() {
        return change(AlarmAction.GET, 0, AlarmType.NONE);
    }

    private List<AlarmMember> change(AlarmAction action, long memberId, AlarmType type) {
        return calls.maintenance()
                .alarm(AlarmRequest.newBuilder()
                        .setAction(action)
                        .setMemberID(memberId)
                        .setAlarm(type)
                        .build())
                .getAlarmsList();
    }

    private HashKVResponse hashKv(long revision) {
        return calls.maintenance()
                .hashKV(HashKVRequest.newBuilder().setRevision(revision).build());
    }

    private StatusResponse status() {
        return calls.maintenance().status(StatusRequest.getDefaultInstance());
    }

    private long memberId() {
        return status().getHeader().getMemberId();
    }
}
