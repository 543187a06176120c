package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.raft.ratis.PeerTls;
import io.leasehold.raft.ratis.RatisLog;
import io.leasehold.server.config.ConfigParser;
import io.leasehold.server.config.ConfigResult;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.replica.ClusterDescription;
import io.leasehold.server.replica.PeerAddress;
import io.leasehold.server.tls.TestAuthority;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two members over TLS or Unix sockets, in this process, and others who ask at their peer ports. */
class PeerSecurityTest {
    private static final int ANSWER_LIMIT_MILLIS = 30_000;

    @TempDir
    Path directory;

    private final List<LeaseholdServer> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(LeaseholdServer::close);
    }

    @Test
    void members_trust_those_whom_the_authority_knows_and_nobody_else() throws IOException, GeneralSecurityException {
        TestAuthority authority = TestAuthority.in(directory, "ours");
        TestAuthority other = TestAuthority.in(directory, "theirs");
        Path revoked = directory.resolve("revoked.pem");
        KeyPairFiles good = authority.issue("m", "127.0.0.1");
        KeyPairFiles bad = authority.issue("former", "127.0.0.1");
        authority.revoke(revoked, authority.lastSerial());
        KeyPairFiles foreign = other.issue("stranger", "127.0.0.1");
        List<Integer> ports =
                start(flags(good, authority.file(), "--peer-crl-file=" + revoked, "--peer-client-cert-auth"));
        int port = ports.getFirst();

        assertThat(ask(port, Optional.of(tls(good, authority.file())))).hasSize(2);
        assertNobodyAnswers(port, Optional.empty());
        assertNobodyAnswers(port, Optional.of(tls(foreign, authority.file())));
        assertNobodyAnswers(port, Optional.of(tls(bad, authority.file())));
        assertNobodyAnswers(port, Optional.of(tls(good, other.file())));
    }

    @Test
    void members_with_certificates_of_their_own_making_find_together() throws IOException {
        List<Integer> ports = start(List.of("--peer-auto-tls"));

        assertNobodyAnswers(ports.getFirst(), Optional.empty());
    }

    @Test
    void members_of_one_machine_find_together_over_unix_sockets() throws IOException {
        List<String> urls = List.of("unix://" + directory.resolve("a:1"), "unix://" + directory.resolve("b:2"));
        startAt(urls, List.of());

        for (String url : urls) {
            assertThat(namesOnceBothAreKnown(url)).containsExactlyInAnyOrder("m0", "m1");
        }
        close();
        assertThat(directory.resolve("a:1")).doesNotExist();
    }

    @Test
    void a_socket_that_cannot_be_had_is_told_of_at_the_start() {
        String url = "unix://" + directory.resolve("missing").resolve("socket");

        assertThatThrownBy(() -> LeaseholdServer.start(config(flags(0, List.of(url), List.of())), (what, cause) -> {}))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("cannot listen for peers on " + url);
    }

    @Test
    void a_member_that_listens_with_tls_needs_a_certificate() {
        assertThat(ConfigParser.parse(flags(0, List.of("https://127.0.0.1:2380"), List.of()), Map.of()))
                .isInstanceOfSatisfying(ConfigResult.Rejected.class, rejected -> assertThat(rejected.problems())
                        .anyMatch(problem -> problem.contains("--peer-cert-file")));
    }

    private static List<String> flags(KeyPairFiles pair, Path trusted, String... more) {
        List<String> flags = new ArrayList<>(List.of(
                "--peer-cert-file=" + pair.certificate(),
                "--peer-key-file=" + pair.key(),
                "--peer-trusted-ca-file=" + trusted));
        flags.addAll(List.of(more));
        return flags;
    }

    /** Starts both and gives their peer ports. */
    private List<Integer> start(List<String> tlsFlags) throws IOException {
        List<Integer> ports = List.of(freePort(), freePort());
        startAt(ports.stream().map(port -> "https://127.0.0.1:" + port).toList(), tlsFlags);
        return ports;
    }

    private void startAt(List<String> urls, List<String> tlsFlags) {
        List<CompletableFuture<LeaseholdServer>> starting = new ArrayList<>();
        for (int at = 0; at < urls.size(); at++) {
            ServerConfig config = config(flags(at, urls, tlsFlags));
            starting.add(CompletableFuture.supplyAsync(
                    () -> LeaseholdServer.start(config, (what, cause) -> {
                        throw new IllegalStateException(what, cause);
                    }),
                    runnable -> Thread.ofPlatform().start(runnable)));
        }
        starting.forEach(
                each -> servers.add(each.orTimeout(60, TimeUnit.SECONDS).join()));
    }

    private List<String> flags(int at, List<String> urls, List<String> tlsFlags) {
        List<String> members = new ArrayList<>();
        for (int each = 0; each < urls.size(); each++) {
            members.add("m" + each + "=" + urls.get(each));
        }
        String own = urls.get(at);
        List<String> flags = new ArrayList<>(List.of(
                "--name=m" + at,
                "--data-dir=" + directory.resolve("m" + at),
                "--listen-client-urls=http://127.0.0.1:0",
                "--advertise-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=" + own,
                "--initial-advertise-peer-urls=" + own,
                "--initial-cluster=" + String.join(",", members)));
        flags.addAll(tlsFlags);
        return flags;
    }

    private PeerTls tls(KeyPairFiles pair, Path trusted) {
        ServerConfig config = config(flags(0, List.of("https://127.0.0.1:2380"), flags(pair, trusted)));
        try (DataDirectory asking = DataDirectory.open(directory.resolve("asking"))) {
            return PeerSecurity.open(config, asking).orElseThrow();
        }
    }

    private static ServerConfig config(List<String> flags) {
        if (ConfigParser.parse(flags, Map.of()) instanceof ConfigResult.Parsed parsed) {
            return parsed.config();
        }
        throw new IllegalArgumentException("flags are not understood: " + flags);
    }

    private static List<String> ask(int port, Optional<PeerTls> tls) throws IOException {
        return askAt("127.0.0.1:" + port, tls);
    }

    private static List<String> askAt(String hostAndPort, Optional<PeerTls> tls) throws IOException {
        byte[] answer = RatisLog.askForDescription(hostAndPort, tls, ANSWER_LIMIT_MILLIS)
                .cluster()
                .toByteArray();
        return ClusterDescription.decode(answer).members().stream()
                .map(member -> member.name())
                .toList();
    }

    /** A member's name is known to the other one a moment after it serves; each look is a connection of its own. */
    private static List<String> namesOnceBothAreKnown(String url) throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        List<String> names = askAt(PeerAddress.of(url), Optional.empty());
        while (names.contains("") && System.nanoTime() - deadlineNanos < 0) {
            names = askAt(PeerAddress.of(url), Optional.empty());
        }
        return names;
    }

    private static void assertNobodyAnswers(int port, Optional<PeerTls> tls) {
        assertThatThrownBy(() -> ask(port, tls)).isInstanceOf(IOException.class);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
