package io.leasehold.server.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ListenUrl.Scheme;
import io.leasehold.server.config.ServerConfig.ClientUrls;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.leasehold.server.config.ServerConfig.HttpAccess;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpEndpoint;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.tls.ClientCertificate;
import io.leasehold.server.tls.TestAuthority;
import io.leasehold.server.tls.TlsContexts;
import io.leasehold.server.tls.TlsSettings;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TlsPortTest {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final GrpcLimits LIMITS = new GrpcLimits(Integer.MAX_VALUE, 5_000, 7_200_000, 20_000);

    @TempDir
    private Path directory;

    private final BlockingQueue<String> names = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestAuthority authority;
    private KeyPairFiles server;

    @BeforeEach
    void makeCertificates() throws Exception {
        authority = TestAuthority.in(directory, "ca");
        server = authority.issue("server", "127.0.0.1", "localhost");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void grpc_and_both_versions_of_http_are_served_by_tls() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server));

        assertThat(range(url, null)).isEqualTo("none");
        assertThat(get(url, null, HttpClient.Version.HTTP_1_1)).isEqualTo("HTTP_1_1 /who none");
        assertThat(get(url, null, HttpClient.Version.HTTP_2)).isEqualTo("HTTP_2 /who none");
    }

    @Test
    void one_address_serves_plain_clients_and_those_with_tls_when_both_are_asked_for() throws Exception {
        ClientPort port = serveBoth(TestAuthority.settings(server));

        assertThat(port.addresses()).extracting(ListenUrl::isSecure).containsExactly(false, true);
        for (ListenUrl url : port.addresses()) {
            assertThat(range(url, null)).isEqualTo("none");
            assertThat(get(url, null, HttpClient.Version.HTTP_1_1)).isEqualTo("HTTP_1_1 /who none");
        }
    }

    /** On a port that was free a moment ago, or on another one when somebody else was quicker. */
    private ClientPort serveBoth(TlsSettings settings) throws IOException {
        for (int attempt = 0; ; attempt++) {
            int free;
            try (ServerSocket socket = new ServerSocket(0)) {
                free = socket.getLocalPort();
            }
            List<ListenUrl> both = List.of(
                    new ListenUrl(Scheme.HTTP, "127.0.0.1", free), new ListenUrl(Scheme.HTTPS, "127.0.0.1", free));
            try {
                return serve(new ClientUrls(both, List.of("http://x:1"), List.of(), List.of()), settings);
            } catch (BindFailed taken) {
                assertThat(attempt).as("ports tried").isLessThan(20);
            }
        }
    }

    @Test
    void a_clients_certificate_reaches_grpc_and_http() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server, authority.file(), null, List.of(), List.of()));
        KeyPairFiles alice = authority.issue("alice");

        assertThat(range(url, alice)).isEqualTo("alice");
        assertThat(get(url, alice, HttpClient.Version.HTTP_1_1)).isEqualTo("HTTP_1_1 /who alice");
        assertThat(get(url, alice, HttpClient.Version.HTTP_2)).isEqualTo("HTTP_2 /who alice");
    }

    @Test
    void no_certificate_and_one_of_another_authority_are_refused_in_the_handshake() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server, authority.file(), null, List.of(), List.of()));
        KeyPairFiles stranger = TestAuthority.in(directory, "other").issue("alice");

        assertUnavailable(url, null);
        assertUnavailable(url, stranger);
        assertThatThrownBy(() -> get(url, null, HttpClient.Version.HTTP_1_1)).isInstanceOf(IOException.class);
    }

    @Test
    void only_allowed_common_names_get_in() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server, authority.file(), null, List.of("bob", "eve"), List.of()));

        assertThat(range(url, authority.issue("bob"))).isEqualTo("bob");
        assertUnavailable(url, authority.issue("alice"));
    }

    @Test
    void only_allowed_hostnames_get_in() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server, authority.file(), null, List.of(), List.of("n.example")));

        assertThat(range(url, authority.issue("bob", "n.example"))).isEqualTo("bob");
        assertUnavailable(url, authority.issue("alice", "m.example"));
    }

    @Test
    void a_revoked_certificate_is_refused_for_grpc_and_http() throws Exception {
        Path revoked = directory.resolve("crl");
        authority.revoke(revoked, 7);
        ListenUrl url = serve(TestAuthority.settings(server, authority.file(), revoked, List.of(), List.of()));
        KeyPairFiles alice = authority.issue("alice");

        assertThat(range(url, alice)).isEqualTo("alice");
        authority.revoke(revoked, authority.lastSerial());

        assertUnavailable(url, alice);
        assertThatThrownBy(() -> get(url, alice, HttpClient.Version.HTTP_1_1)).isInstanceOf(IOException.class);
        Files.writeString(revoked, "no list");
        assertUnavailable(url, authority.issue("bob"));
    }

    @Test
    void replaced_files_are_served_to_the_next_connection_and_broken_ones_never() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server));
        assertThat(range(url, null)).isEqualTo("none");

        replaceBy(TestAuthority.in(directory, "next").issue("server", "127.0.0.1"));

        assertUnavailable(url, null);
        authority = TestAuthority.in(directory, "third");
        replaceBy(authority.issue("server", "127.0.0.1"));
        assertThat(range(url, null)).isEqualTo("none");
        Files.writeString(server.key(), "half a rotation");
        assertThat(range(url, null)).isEqualTo("none");
    }

    private void replaceBy(KeyPairFiles files) throws IOException {
        Files.move(files.certificate(), server.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(files.key(), server.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void plain_http_on_a_tls_port_is_told_so() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server));

        assertThat(said(url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
                .isEqualTo("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
        assertThat(said(url, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).contains("this port speaks TLS");
        ManagedChannel plain = NettyChannelBuilder.forAddress(url.host(), url.port())
                .usePlaintext()
                .build();
        opened.add(plain::shutdownNow);
        assertThatThrownBy(() -> KVGrpc.newBlockingStub(plain)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .range(RangeRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("this port speaks TLS");
    }

    @Test
    void garbage_on_a_tls_port_hurts_nobody() throws Exception {
        ListenUrl url = serve(TestAuthority.settings(server));

        said(url, "\u0016\u0003\u0001\u0000\u0005garbage that is no handshake");

        assertThat(range(url, null)).isEqualTo("none");
    }

    @ParameterizedTest
    @EnumSource(
            value = Scheme.class,
            names = {"HTTP", "HTTPS"})
    void http_and_metrics_may_have_listeners_of_their_own(Scheme scheme) throws Exception {
        ListenUrl any = new ListenUrl(scheme, "127.0.0.1", 0);
        ClientPort port = serve(
                new ClientUrls(List.of(any), List.of("http://x:1"), List.of(any), List.of(any)),
                TestAuthority.settings(server));

        ListenUrl grpc = port.addresses(PortRole.GRPC).getFirst();
        ListenUrl http = port.addresses(PortRole.HTTP).getFirst();
        ListenUrl metrics = port.addresses(PortRole.METRICS).getFirst();

        assertThat(range(grpc, null)).isEqualTo("none");
        assertThat(get(http, null, HttpClient.Version.HTTP_2)).endsWith("/who none");
        assertThat(get(metrics, null, HttpClient.Version.HTTP_1_1)).endsWith("/probe none");
        assertThat(get(grpc, null, HttpClient.Version.HTTP_1_1)).endsWith("404 page not found\n");
        assertThatThrownBy(() -> range(http, null)).isInstanceOf(StatusRuntimeException.class);
    }

    private ListenUrl serve(TlsSettings settings) {
        ListenUrl any = new ListenUrl(Scheme.HTTPS, "127.0.0.1", 0);
        return serve(new ClientUrls(List.of(any), List.of("http://x:1"), List.of(), List.of()), settings)
                .addresses()
                .getFirst();
    }

    private ClientPort serve(ClientUrls urls, TlsSettings settings) {
        ClientPort port = ClientPort.bind(urls);
        opened.addFirst(port);
        port.serve(
                new PortServices(
                        LIMITS,
                        MAX_MESSAGE_BYTES,
                        List.of(ServerInterceptors.intercept(new EmptyKv(), new NotesName())),
                        List.of(),
                        new HttpAccess(Set.of(), Set.of(), true),
                        List.of(new TellsName("/who")),
                        List.of(new TellsName("/probe"))),
                Optional.of(TlsContexts.accepting(settings)));
        return port;
    }

    /** Calls over gRPC, and tells the name on the certificate that the server has seen. */
    private String range(ListenUrl url, @Nullable KeyPairFiles client) throws InterruptedException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(url.host(), url.port())
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000);
        ManagedChannel channel =
                (url.isSecure() ? builder.sslContext(context(client)) : builder.usePlaintext()).build();
        try {
            KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .range(RangeRequest.getDefaultInstance());
            return String.valueOf(names.poll(10, TimeUnit.SECONDS));
        } finally {
            channel.shutdownNow();
        }
    }

    private void assertUnavailable(ListenUrl url, @Nullable KeyPairFiles client) {
        assertThatThrownBy(() -> range(url, client))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    private SslContext context(@Nullable KeyPairFiles client) {
        return TlsContexts.connecting(TestAuthority.settings(client, authority.file(), null, List.of(), List.of()))
                .next();
    }

    private String get(ListenUrl url, @Nullable KeyPairFiles client, HttpClient.Version version)
            throws IOException, InterruptedException {
        SSLContext context = ((JdkSslContext) context(client)).context();
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(context).version(version).build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/who")).build(), HttpResponse.BodyHandlers.ofString());
            return answer.version() + " " + answer.body();
        }
    }

    private static String said(ListenUrl url, String words) throws IOException {
        try (Socket socket = new Socket(url.host(), url.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static final class EmptyKv extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(RangeResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }

    private final class NotesName implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            ClientCertificate certificate = call.getAttributes().get(ClientCertificate.TRANSPORT_KEY);
            names.add(certificate == null ? "none" : certificate.commonName());
            return next.startCall(call, headers);
        }
    }

    /** Answers every request with its own name and that on the client's certificate. */
    private record TellsName(String name) implements HttpEndpoint {
        @Override
        public boolean serves(String path) {
            return true;
        }

        @Override
        public void handle(HttpCall call) {
            call.respond(HttpReply.text(
                    200,
                    name + " "
                            + call.clientCertificate()
                                    .map(ClientCertificate::commonName)
                                    .orElse("none")));
        }
    }
}
