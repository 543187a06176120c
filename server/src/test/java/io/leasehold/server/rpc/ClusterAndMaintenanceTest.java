package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.DowngradeRequest;
import io.leasehold.protocol.etcdserverpb.DowngradeRequest.DowngradeAction;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberAddResponse;
import io.leasehold.protocol.etcdserverpb.MemberPromoteRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import io.leasehold.protocol.etcdserverpb.MemberUpdateRequest;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterAndMaintenanceTest {
    private static final long UNKNOWN_MEMBER = 4711;

    @TempDir
    Path directory;

    private ServedReplica served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedReplica(directory);
    }

    @AfterEach
    void close() throws IOException {
        served.close();
    }

    @Test
    void leadership_moves_to_the_sole_member_only() {
        assertThat(maintenance().moveLeader(moveTo(LocalReplica.MEMBER_ID)).hasHeader())
                .isFalse();
        refused(ErrorCode.BAD_LEADER_TRANSFEREE, () -> maintenance().moveLeader(moveTo(UNKNOWN_MEMBER)));
        refused(ErrorCode.BAD_LEADER_TRANSFEREE, () -> maintenance().moveLeader(moveTo(0)));
    }

    @Test
    void no_version_is_low_enough_to_go_down_to() {
        for (DowngradeAction action : new DowngradeAction[] {DowngradeAction.VALIDATE, DowngradeAction.ENABLE}) {
            refused(ErrorCode.INVALID_DOWNGRADE_TARGET_VERSION, () -> maintenance()
                    .downgrade(downgrade(action, "3.5.0")));
            refused(ErrorCode.INVALID_DOWNGRADE_TARGET_VERSION, () -> maintenance()
                    .downgrade(downgrade(action, "3.5")));
            refused(ErrorCode.WRONG_DOWNGRADE_VERSION_FORMAT, () -> maintenance()
                    .downgrade(downgrade(action, "abc")));
        }
    }

    @Test
    void a_downgrade_that_never_began_can_be_cancelled() {
        assertThat(maintenance()
                        .downgrade(downgrade(DowngradeAction.CANCEL, ""))
                        .getVersion())
                .isEqualTo("3.6.0");
    }

    @Test
    void an_unknown_action_of_a_downgrade_is_refused() {
        refused(ErrorCode.UNKNOWN_METHOD, () -> maintenance()
                .downgrade(DowngradeRequest.newBuilder().setActionValue(9).build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "http://x", "ftp://x:1", "http://x:1/path", "::bad", ""})
    void urls_of_members_must_be_a_scheme_a_host_and_a_port(String url) {
        refused(ErrorCode.MEMBER_BAD_URLS, () -> cluster()
                .memberAdd(MemberAddRequest.newBuilder().addPeerURLs(url).build()));
        refused(ErrorCode.MEMBER_BAD_URLS, () -> cluster()
                .memberUpdate(MemberUpdateRequest.newBuilder().addPeerURLs(url).build()));
    }

    @Test
    void a_member_needs_a_url() {
        refused(ErrorCode.MEMBER_BAD_URLS, () -> cluster().memberAdd(MemberAddRequest.getDefaultInstance()));
    }

    @Test
    void unknown_members_are_not_found() {
        refused(ErrorCode.MEMBER_NOT_FOUND, () -> cluster()
                .memberRemove(
                        MemberRemoveRequest.newBuilder().setID(UNKNOWN_MEMBER).build()));
        refused(ErrorCode.MEMBER_NOT_FOUND, () -> cluster()
                .memberPromote(
                        MemberPromoteRequest.newBuilder().setID(UNKNOWN_MEMBER).build()));
        refused(ErrorCode.MEMBER_NOT_FOUND, () -> cluster()
                .memberUpdate(MemberUpdateRequest.newBuilder()
                        .setID(UNKNOWN_MEMBER)
                        .addPeerURLs("http://x:1")
                        .build()));
    }

    @Test
    void an_added_learner_is_in_the_answer_unstarted_and_the_second_one_is_refused() {
        MemberAddResponse added = cluster()
                .memberAdd(MemberAddRequest.newBuilder()
                        .addPeerURLs("http://x:1")
                        .setIsLearner(true)
                        .build());

        assertThat(added.getMember().getName()).isEmpty();
        assertThat(added.getMember().getIsLearner()).isTrue();
        assertThat(added.getMembersList()).contains(added.getMember());
        refused(ErrorCode.PEER_URL_EXISTS, () -> cluster()
                .memberAdd(
                        MemberAddRequest.newBuilder().addPeerURLs("http://x:1").build()));
        refused(ErrorCode.TOO_MANY_LEARNERS, () -> cluster()
                .memberAdd(MemberAddRequest.newBuilder()
                        .addPeerURLs("http://y:1")
                        .setIsLearner(true)
                        .build()));
    }

    private static void refused(ErrorCode code, Runnable call) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);

        assertThat(refusal).isNotNull();
        assertThat(refusal.getStatus().getCode()).isEqualTo(code.toStatus().getCode());
        assertThat(refusal.getStatus().getDescription()).isEqualTo(code.message());
    }

    private static MoveLeaderRequest moveTo(long member) {
        return MoveLeaderRequest.newBuilder().setTargetID(member).build();
    }

    private static DowngradeRequest downgrade(DowngradeAction action, String version) {
        return DowngradeRequest.newBuilder()
                .setAction(action)
                .setVersion(version)
                .build();
    }

    private MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
        return MaintenanceGrpc.newBlockingStub(served.channel);
    }

    private ClusterGrpc.ClusterBlockingStub cluster() {
        return ClusterGrpc.newBlockingStub(served.channel);
    }
}
