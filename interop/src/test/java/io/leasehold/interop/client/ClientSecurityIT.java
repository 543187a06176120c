package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.Tls;
import io.leasehold.client.auth.Permission;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.call.LeaseholdException.Kind;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.Watcher;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.netty.handler.ssl.ClientAuth;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a client is, and whom it talks to. */
final class ClientSecurityIT {
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    Path directory;

    @Test
    void a_token_that_the_server_has_forgotten_is_renewed_and_permissions_hold() {
        try (ServerProcess server = ServerProcess.start(ServerTarget.configured());
                LeaseholdClient anonymous =
                        LeaseholdClient.builder().endpoints(server.endpoint()).build()) {
            assumeTrue(hasAuthentication(anonymous), "the server has authentication");
            await(anonymous.auth().addUser("root", "r"));
            await(anonymous.auth().addRole("root"));
            await(anonymous.auth().grantRole("root", "root"));
            await(anonymous.auth().addUser("reader", "x"));
            await(anonymous.auth().addRole("readers"));
            await(anonymous
                    .auth()
                    .grantPermission(
                            "readers", new Permission(Permission.Access.READ, KeyRange.prefix(utf8("open/")))));
            await(anonymous.auth().grantRole("reader", "readers"));
            await(anonymous.auth().enable());

            assertThatThrownBy(() -> await(anonymous.kv().get(utf8("open/a"))))
                    .isInstanceOfSatisfying(LeaseholdException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(Kind.UNAUTHENTICATED));
            try (LeaseholdClient reader = LeaseholdClient.builder()
                    .endpoints(server.endpoint())
                    .credentials("reader", "x")
                    .build()) {
                await(reader.kv().get(utf8("open/a")));
                assertThatThrownBy(() -> await(reader.kv().put(utf8("open/a"), utf8("v"))))
                        .isInstanceOfSatisfying(LeaseholdException.class, refused -> assertThat(refused.kind())
                                .isEqualTo(Kind.PERMISSION_DENIED));
                Watcher forbidden = reader.watches().watch(utf8("closed"), batch -> {});
                assertThat(forbidden.ended())
                        .succeedsWithin(Duration.ofSeconds(30))
                        .extracting(WatchEnd::reason)
                        .isEqualTo(WatchEnd.Reason.REFUSED);

                server.kill();
                server.restart();
                await(reader.kv().get(utf8("open/a")));
            }
            assertThatThrownBy(() -> {
                        try (LeaseholdClient wrong = LeaseholdClient.builder()
                                .endpoints(server.endpoint())
                                .credentials("reader", "y")
                                .build()) {
                            await(wrong.kv().get(utf8("open/a")));
                        }
                    })
                    .isInstanceOfSatisfying(LeaseholdException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(Kind.UNAUTHENTICATED));
        }
    }

    private static boolean hasAuthentication(LeaseholdClient client) {
        try {
            await(client.auth().users());
            return true;
        } catch (LeaseholdException notThere) {
            return false;
        }
    }

    @Test
    void both_sides_show_their_certificates() throws Exception {
        Identity server = identity("server");
        Identity me = identity("client");
        Identity stranger = identity("stranger");
        Server running = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.forServer(server.certificate.toFile(), server.key.toFile())
                        .trustManager(me.certificate.toFile())
                        .clientAuth(ClientAuth.REQUIRE)
                        .build())
                .addService(new EmptyStore())
                .build()
                .start();
        String endpoint = "https://127.0.0.1:" + running.getPort();

        try (LeaseholdClient trusted =
                        client(endpoint, Tls.trusting(server.certificate).identity(me.certificate, me.key));
                LeaseholdClient unknown = client(
                        endpoint, Tls.trusting(server.certificate).identity(stranger.certificate, stranger.key));
                LeaseholdClient distrustful =
                        client(endpoint, Tls.trusting(stranger.certificate).identity(me.certificate, me.key))) {
            assertThat(await(trusted.kv().get(utf8("a"))).entries()).isEmpty();
            assertThatThrownBy(() -> await(unknown.kv().get(utf8("a")))).isInstanceOf(LeaseholdException.class);
            assertThatThrownBy(() -> await(distrustful.kv().get(utf8("a")))).isInstanceOf(LeaseholdException.class);
        } finally {
            running.shutdownNow();
        }
    }

    private static LeaseholdClient client(String endpoint, Tls tls) {
        return LeaseholdClient.builder()
                .endpoints(endpoint)
                .tls(tls)
                .callTimeout(Duration.ofSeconds(6))
                .build();
    }

    private record Identity(Path certificate, Path key) {}

    /** A key and a certificate signed by itself, as PEM files. */
    private Identity identity(String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        int code = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start()
                .waitFor();
        assertThat(code).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        Path certificate =
                pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
        Path key = pem(name + ".key", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded());
        return new Identity(certificate, key);
    }

    private Path pem(String file, String type, byte[] content) throws Exception {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
        return Files.writeString(directory.resolve(file), text);
    }

    private static final class EmptyStore extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(RangeResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
