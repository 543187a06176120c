package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.authpb.Permission;
import io.leasehold.protocol.authpb.UserAddOptions;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.AuthEnableRequest;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthRoleAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.leasehold.protocol.etcdserverpb.AuthRoleListRequest;
import io.leasehold.protocol.etcdserverpb.AuthStatusRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserChangePasswordRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGetRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserRevokeRoleRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.CompactionRequest;
import io.leasehold.protocol.etcdserverpb.DefragmentRequest;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.HashRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import io.leasehold.protocol.etcdserverpb.MoveLeaderRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.SnapshotRequest;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import io.leasehold.protocol.v3lockpb.LockRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what over gRPC: every path once, as root, as a user with some rights, and as nobody. */
final class AuthServiceTest {
    @TempDir
    Path directory;

    private ServedNode served;
    private Channel root;
    /** May read and write a to c, and write (only) w. */
    private Channel alice;

    private Channel nobody;

    @BeforeEach
    void open() throws IOException {
        served = new ServedNode(directory);
        nobody = served.channel;
        AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(nobody);
        auth.userAdd(user("root", "r"));
        auth.userGrantRole(role("root", "root"));
        auth.userAdd(user("alice", "a"));
        auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("some").build());
        auth.roleGrantPermission(permission("some", Permission.Type.READWRITE, "a", "c"));
        auth.roleGrantPermission(permission("some", Permission.Type.WRITE, "w", ""));
        auth.userGrantRole(role("alice", "some"));
        auth.authEnable(AuthEnableRequest.getDefaultInstance());
        root = with(login("root", "r"));
        alice = with(login("alice", "a"));
    }

    @AfterEach
    void close() {
        served.close();
    }

    private String login(String name, String password) {
        return AuthGrpc.newBlockingStub(served.channel)
                .authenticate(AuthenticateRequest.newBuilder()
                        .setName(name)
                        .setPassword(password)
                        .build())
                .getToken();
    }

    private Channel with(String token) {
        return with("token", token);
    }

    private Channel with(String header, String value) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
        return ClientInterceptors.intercept(served.channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private static AuthUserAddRequest user(String name, String password) {
        return AuthUserAddRequest.newBuilder()
                .setName(name)
                .setPassword(password)
                .build();
    }

    private static AuthUserGrantRoleRequest role(String user, String role) {
        return AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role).build();
    }

    private static AuthRoleGrantPermissionRequest permission(
            String role, Permission.Type type, String key, String end) {
        return AuthRoleGrantPermissionRequest.newBuilder()
                .setName(role)
                .setPerm(
                        Permission.newBuilder().setPermType(type).setKey(b(key)).setRangeEnd(b(end)))
                .build();
    }

    private static ByteString b(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static PutRequest put(String key) {
        return PutRequest.newBuilder().setKey(b(key)).setValue(b("v")).build();
    }

    private static PutRequest put(String key, long lease) {
        return PutRequest.newBuilder().setKey(b(key)).setLease(lease).build();
    }

    private static RangeRequest range(String key, String end) {
        return RangeRequest.newBuilder().setKey(b(key)).setRangeEnd(b(end)).build();
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getDescription()).isEqualTo(code.message());
            assertThat(e.getStatus().getCode()).isEqualTo(code.code());
        });
    }

    private static void denied(ThrowingCallable call) {
        refused(ErrorCode.PERMISSION_DENIED, call);
    }

    private static KVGrpc.KVBlockingStub kv(Channel channel) {
        return KVGrpc.newBlockingStub(channel);
    }

    private static LeaseGrpc.LeaseBlockingStub lease(Channel channel) {
        return LeaseGrpc.newBlockingStub(channel);
    }

    private static AuthGrpc.AuthBlockingStub auth(Channel channel) {
        return AuthGrpc.newBlockingStub(channel);
    }

    @Test
    void nobody_and_bad_tokens_are_told_apart() {
        refused(ErrorCode.USER_EMPTY, () -> kv(nobody).put(put("a")));
        refused(ErrorCode.USER_EMPTY, () -> kv(nobody).range(range("a", "")));
        refused(ErrorCode.INVALID_AUTH_TOKEN, () -> kv(with("garbage")).put(put("a")));
        refused(ErrorCode.INVALID_AUTH_TOKEN, () -> kv(with("AbCdEfGhIjKlMnOp.8"))
                .range(range("a", "")));
    }

    @Test
    void a_token_may_come_under_either_name_with_or_without_bearer() {
        String token = login("root", "r");

        kv(with("authorization", token)).put(put("z"));
        kv(with("authorization", "Bearer " + token)).put(put("z"));
        kv(with("token", "bearer " + token)).put(put("z"));
    }

    @Test
    void logins_that_fail() {
        refused(ErrorCode.AUTH_FAILED, () -> login("alice", "b"));
        refused(ErrorCode.AUTH_FAILED, () -> login("eve", "a"));
        refused(ErrorCode.AUTH_FAILED, () -> login("", ""));
        auth(root)
                .userAdd(AuthUserAddRequest.newBuilder()
                        .setName("cn")
                        .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
                        .build());
        refused(ErrorCode.NO_PASSWORD_USER, () -> login("cn", ""));
        refused(ErrorCode.PASSWORD_TOO_LONG, () -> auth(root).userAdd(user("long", "x".repeat(73))));
    }

    @Test
    void keys_are_read_and_written_as_the_role_says() {
        kv(alice).put(put("a"));
        assertThat(kv(alice).range(range("a", "c")).getCount()).isEqualTo(1);
        denied(() -> kv(alice).range(range("a", "d")));
        denied(() -> kv(alice).range(range("a", "\0")));
        denied(() -> kv(alice).range(range("w", "")));
        denied(() ->
                kv(alice).range(range("w", "").toBuilder().setSerializable(true).build()));
        kv(alice).put(put("w"));
        denied(() -> kv(alice).put(put("w").toBuilder().setPrevKv(true).build()));
        denied(() -> kv(alice).put(put("c")));
        denied(() -> kv(alice).rangeStream(range("a", "d")).next());
    }

    @Test
    void transactions_are_judged_whole_also_those_that_only_read() {
        TxnRequest reads = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestRange(range("a", "")))
                .addFailure(RequestOp.newBuilder().setRequestRange(range("z", "")))
                .build();
        TxnRequest nested = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestTxn(TxnRequest.newBuilder()
                                .addSuccess(RequestOp.newBuilder().setRequestPut(put("z")))))
                .build();

        denied(() -> kv(alice).txn(reads));
        denied(() -> kv(alice).txn(nested));
        kv(root).txn(reads);
        kv(root).txn(nested);
    }

    @Test
    void a_role_taken_away_denies_at_once_and_the_token_lives_on() {
        kv(alice).put(put("a"));
        auth(root)
                .userRevokeRole(AuthUserRevokeRoleRequest.newBuilder()
                        .setName("alice")
                        .setRole("some")
                        .build());

        denied(() -> kv(alice).put(put("a")));
        denied(() -> kv(alice).range(range("a", "")));
        auth(root).userGrantRole(role("alice", "some"));
        kv(alice).put(put("a"));
    }

    @Test
    void tokens_die_with_the_password() {
        auth(root)
                .userChangePassword(AuthUserChangePasswordRequest.newBuilder()
                        .setName("alice")
                        .setPassword("new")
                        .build());

        refused(ErrorCode.INVALID_AUTH_TOKEN, () -> kv(alice).put(put("a")));
        refused(ErrorCode.AUTH_FAILED, () -> login("alice", "a"));
        kv(with(login("alice", "new"))).put(put("a"));
    }

    @Test
    void operations_on_the_cluster_are_root_s() {
        MaintenanceGrpc.MaintenanceBlockingStub maintenance = MaintenanceGrpc.newBlockingStub(alice);
        ClusterGrpc.ClusterBlockingStub cluster = ClusterGrpc.newBlockingStub(alice);

        denied(() ->
                kv(alice).compact(CompactionRequest.newBuilder().setRevision(1).build()));
        denied(() -> maintenance.defragment(DefragmentRequest.getDefaultInstance()));
        denied(() -> maintenance.hash(HashRequest.getDefaultInstance()));
        denied(() -> maintenance.hashKV(HashKVRequest.getDefaultInstance()));
        denied(() -> maintenance.moveLeader(MoveLeaderRequest.getDefaultInstance()));
        denied(() -> maintenance.snapshot(SnapshotRequest.getDefaultInstance()).next());
        denied(() -> maintenance.alarm(AlarmRequest.newBuilder()
                .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                .setAlarmValue(1)
                .build()));
        denied(() -> cluster.memberRemove(MemberRemoveRequest.getDefaultInstance()));
        denied(() -> cluster.memberAdd(
                MemberAddRequest.newBuilder().addPeerURLs("http://a:1").build()));
        refused(ErrorCode.MEMBER_BAD_URLS, () -> cluster.memberAdd(MemberAddRequest.getDefaultInstance()));
        maintenance.status(StatusRequest.getDefaultInstance());
        maintenance.alarm(AlarmRequest.getDefaultInstance());
        cluster.memberList(MemberListRequest.getDefaultInstance());
        refused(ErrorCode.USER_EMPTY, () -> MaintenanceGrpc.newBlockingStub(nobody)
                .status(StatusRequest.getDefaultInstance()));
        refused(ErrorCode.USER_EMPTY, () -> ClusterGrpc.newBlockingStub(nobody)
                .memberList(MemberListRequest.getDefaultInstance()));
        MaintenanceGrpc.newBlockingStub(root).hashKV(HashKVRequest.getDefaultInstance());
    }

    @Test
    void leases_with_keys_of_others_are_not_a_users() {
        refused(ErrorCode.USER_EMPTY, () -> lease(nobody).leaseGrant(grant(5)));
        lease(alice).leaseGrant(grant(5));
        kv(alice).put(put("a", 5));
        assertThat(keepAlive(alice, 5).messages).hasSize(1);
        kv(root).put(put("z", 5));

        denied(() -> kv(alice).put(put("a", 5)));
        denied(() -> lease(alice)
                .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(5).build()));
        denied(() -> lease(alice).leaseTimeToLive(timeToLive(5, true)));
        assertThat(lease(alice).leaseTimeToLive(timeToLive(5, false)).getGrantedTTL())
                .isEqualTo(60);
        denied(() -> lease(alice).leaseLeases(LeaseLeasesRequest.getDefaultInstance()));
        assertThat(lease(root)
                        .leaseLeases(LeaseLeasesRequest.getDefaultInstance())
                        .getLeasesCount())
                .isEqualTo(1);
        ServedReplica.Answers<LeaseKeepAliveResponse> answers = keepAlive(alice, 5);
        assertThat(answers.messages).isEmpty();
        denied(() -> {
            throw (StatusRuntimeException) answers.failure;
        });
        assertThat(keepAlive(root, 5).messages).hasSize(1);
    }

    private static LeaseGrantRequest grant(long id) {
        return LeaseGrantRequest.newBuilder().setID(id).setTTL(60).build();
    }

    private static LeaseTimeToLiveRequest timeToLive(long id, boolean keys) {
        return LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(keys).build();
    }

    /** One keepalive, answered or refused. */
    private static ServedReplica.Answers<LeaseKeepAliveResponse> keepAlive(Channel channel, long id) {
        ServedReplica.Answers<LeaseKeepAliveResponse> answers = new ServedReplica.Answers<>();
        StreamObserver<LeaseKeepAliveRequest> requests =
                LeaseGrpc.newStub(channel).leaseKeepAlive(answers);
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        await(() -> !answers.messages.isEmpty() || answers.failure != null);
        return answers;
    }

    @Test
    void a_watch_without_the_right_is_refused_in_its_stream() {
        ServedReplica.Answers<WatchResponse> answers = new ServedReplica.Answers<>();
        StreamObserver<WatchRequest> requests = WatchGrpc.newStub(alice).watch(answers);

        requests.onNext(watch("a", ""));
        requests.onNext(watch("a", "\0"));
        requests.onNext(watch("b", ""));

        await(() -> answers.messages.size() == 3);
        WatchResponse refused = answers.messages.get(1);
        assertThat(refused.getCreated()).isTrue();
        assertThat(refused.getCanceled()).isTrue();
        assertThat(refused.getWatchId()).isEqualTo(-1);
        assertThat(refused.getCancelReason())
                .isEqualTo("rpc error: code = PermissionDenied desc = etcdserver: permission denied");
        assertThat(answers.messages.get(0).getCanceled()).isFalse();
        assertThat(answers.messages.get(2).getCanceled()).isFalse();
        assertThat(answers.failure).isNull();
    }

    @Test
    void a_watch_of_nobody_says_so() {
        ServedReplica.Answers<WatchResponse> answers = new ServedReplica.Answers<>();
        WatchGrpc.newStub(nobody).watch(answers).onNext(watch("a", ""));

        await(() -> !answers.messages.isEmpty());
        assertThat(answers.messages.getFirst().getCancelReason())
                .isEqualTo("rpc error: code = InvalidArgument desc = etcdserver: user name is empty");
    }

    private static WatchRequest watch(String key, String end) {
        return WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder().setKey(b(key)).setRangeEnd(b(end)))
                .build();
    }

    @Test
    void a_lock_needs_the_right_to_its_line() {
        assertThat(LockGrpc.newBlockingStub(alice)
                        .lock(LockRequest.newBuilder().setName(b("a")).build())
                        .getKey()
                        .toStringUtf8())
                .startsWith("a/");
        denied(() -> LockGrpc.newBlockingStub(alice)
                .lock(LockRequest.newBuilder().setName(b("w")).build()));
    }

    @Test
    void a_user_sees_itself_and_its_roles_alone() {
        AuthUserGetRequest self =
                AuthUserGetRequest.newBuilder().setName("alice").build();
        AuthUserGetRequest other =
                AuthUserGetRequest.newBuilder().setName("root").build();
        AuthRoleGetRequest own = AuthRoleGetRequest.newBuilder().setRole("some").build();
        AuthRoleGetRequest foreign =
                AuthRoleGetRequest.newBuilder().setRole("root").build();

        assertThat(auth(alice).userGet(self).getRolesList()).containsExactly("some");
        assertThat(auth(alice).roleGet(own).getPermCount()).isEqualTo(2);
        denied(() -> auth(alice).userGet(other));
        denied(() -> auth(alice).roleGet(foreign));
        denied(() -> auth(alice).roleList(AuthRoleListRequest.getDefaultInstance()));
        denied(() -> auth(alice).authStatus(AuthStatusRequest.getDefaultInstance()));
        assertThat(auth(root).authStatus(AuthStatusRequest.getDefaultInstance()).getEnabled())
                .isTrue();
    }

    @Test
    void a_permission_must_be_given() {
        refused(ErrorCode.PERMISSION_NOT_GIVEN, () -> auth(root)
                .roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                        .setName("some")
                        .build()));
        refused(ErrorCode.INVALID_AUTH_MANAGEMENT, () -> auth(root)
                .roleGrantPermission(permission("some", Permission.Type.READ, "b", "a")));
    }

    private static void await(Supplier<Boolean> condition) {
        long deadlineNanos = System.nanoTime() + 10_000_000_000L;
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadlineNanos);
            Thread.onSpinWait();
        }
    }
}
