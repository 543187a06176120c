package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.AlarmType;
import io.leasehold.protocol.etcdserverpb.AuthEnableRequest;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthStatusRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserAddRequest;
import io.leasehold.protocol.etcdserverpb.AuthUserGrantRoleRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leases of a whole server that refuses much else; the numbers are those of the cases in docs/lease-cases.md. */
@Timeout(120)
class LeaseServerTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("key");
    private static final long LEASE = 7;

    @TempDir
    Path directory;

    @Test
    void case_48_leases_end_where_the_server_verifies_tokens_but_cannot_make_any() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPair pair = rsa.generateKeyPair();
        Path pub = pem("PUBLIC KEY", pair.getPublic().getEncoded());

        try (RunningMember member = new RunningMember(directory, "--auth-token=jwt,sign-method=RS256,pub-key=" + pub)) {
            grantWithKey(member);
            String token = sign(pair.getPrivate(), enableAuth(member));
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
            KVGrpc.KVBlockingStub asRoot = KVGrpc.newBlockingStub(member.channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));

            assertThatThrownBy(() -> count(KVGrpc.newBlockingStub(member.channel)))
                    .isInstanceOf(StatusRuntimeException.class);
            awaitNoKey(asRoot);
        }
    }

    @Test
    void case_50_without_space_leases_are_not_granted_but_renewed_and_revoked_and_end() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            LeaseGrpc.LeaseBlockingStub leases = LeaseGrpc.newBlockingStub(member.channel);
            grantWithKey(member);
            leases.leaseGrant(LeaseGrantRequest.newBuilder().setID(8).setTTL(60).build());
            MaintenanceGrpc.newBlockingStub(member.channel)
                    .alarm(AlarmRequest.newBuilder()
                            .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                            .setMemberID(1)
                            .setAlarm(AlarmType.NOSPACE)
                            .build());

            assertThatThrownBy(() -> leases.leaseGrant(
                            LeaseGrantRequest.newBuilder().setID(9).setTTL(60).build()))
                    .hasMessageContaining("database space exceeded");
            assertThat(renew(member, 8)).isEqualTo(60);
            leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(8).build());
            assertThat(renew(member, 8)).isZero();
            awaitNoKey(KVGrpc.newBlockingStub(member.channel));
        }
    }

    /** A lease of two seconds, with a key on it. */
    private static void grantWithKey(RunningMember member) {
        LeaseGrpc.newBlockingStub(member.channel)
                .leaseGrant(
                        LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(2).build());
        KVGrpc.newBlockingStub(member.channel)
                .put(PutRequest.newBuilder().setKey(KEY).setLease(LEASE).build());
    }

    /** The auth revision behind it. */
    private static long enableAuth(RunningMember member) {
        AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(member.channel);
        auth.userAdd(AuthUserAddRequest.newBuilder()
                .setName("root")
                .setPassword("root")
                .build());
        auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                .setUser("root")
                .setRole("root")
                .build());
        // To enable it does not count as a change, and behind it nobody without a token may ask.
        long authRevision =
                auth.authStatus(AuthStatusRequest.getDefaultInstance()).getAuthRevision();
        auth.authEnable(AuthEnableRequest.getDefaultInstance());
        return authRevision;
    }

    private static long count(KVGrpc.KVBlockingStub kv) {
        return kv.range(RangeRequest.newBuilder().setKey(KEY).build()).getCount();
    }

    private static void awaitNoKey(KVGrpc.KVBlockingStub kv) {
        // Bounded by the test's own limit.
        while (count(kv) > 0) {
            Thread.onSpinWait();
        }
    }

    private static long renew(RunningMember member, long leaseId) throws Exception {
        CompletableFuture<LeaseKeepAliveResponse> answer = new CompletableFuture<>();
        StreamObserver<LeaseKeepAliveRequest> requests = LeaseGrpc.newStub(member.channel)
                .leaseKeepAlive(new StreamObserver<>() {
                    @Override
                    public void onNext(LeaseKeepAliveResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failed) {
                        answer.completeExceptionally(failed);
                    }

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(leaseId).build());
        long ttlSeconds = answer.get(30, TimeUnit.SECONDS).getTTL();
        requests.onCompleted();
        return ttlSeconds;
    }

    /** What somebody else's login service does. */
    private static String sign(PrivateKey key, long authRevision) throws GeneralSecurityException {
        String claims = "{\"username\":\"root\",\"revision\":" + authRevision + ",\"exp\":4102444800}";
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        return signed + "." + base64(signature.sign());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Path pem(String type, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve("public"),
                "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }
}
