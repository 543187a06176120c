package io.leasehold.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.server.config.ListenUrl.Scheme;
import io.leasehold.server.config.ServerConfig.ClusterState;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.ServerConfig.LogFormat;
import io.leasehold.server.config.ServerConfig.LogLevel;
import io.leasehold.server.tls.TlsVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigParserTest {
    @Test
    void what_was_given_is_told_for_the_log_under_the_names_of_today() {
        assertThat(ConfigParser.parse(
                        List.of(
                                "--experimental-snapshot-catchup-entries",
                                "1000",
                                "--pre-vote",
                                "--heartbeat-interval=50",
                                "--discovery-password=secret"),
                        Map.of("ETCD_NAME", "m1")))
                .isInstanceOfSatisfying(ConfigResult.Parsed.class, parsed -> assertThat(parsed.given())
                        .isEqualTo(Map.of(
                                "snapshot-catchup-entries",
                                1000L,
                                "pre-vote",
                                true,
                                "heartbeat-interval",
                                50L,
                                "name",
                                "m1")));
    }

    @Test
    void without_flags_everything_is_as_etcd_has_it() {
        ServerConfig config = config();

        assertThat(config.name()).isEqualTo("default");
        assertThat(config.dataDirectory()).isEqualTo(Path.of("default.etcd"));
        assertThat(config.client().listen()).containsExactly(new ListenUrl("localhost", 2379));
        assertThat(config.client().advertise()).containsExactly("http://localhost:2379");
        assertThat(config.bootstrap().listenPeer()).containsExactly(new ListenUrl("localhost", 2380));
        assertThat(config.bootstrap().advertisePeer()).containsExactly("http://localhost:2380");
        assertThat(config.bootstrap().members())
                .containsExactly(new InitialMember("default", List.of("http://localhost:2380")));
        assertThat(config.bootstrap().state()).isEqualTo(ClusterState.NEW);
        assertThat(config.bootstrap().token()).isEqualTo("etcd-cluster");
        assertThat(config.timing().heartbeatMillis()).isEqualTo(100);
        assertThat(config.timing().electionMillis()).isEqualTo(1_000);
        assertThat(config.limits().maxRequestBytes()).isEqualTo(1_572_864);
        assertThat(config.limits().maxMessageBytes()).isEqualTo(2_097_152);
        assertThat(config.limits().maxTxnOps()).isEqualTo(128);
        assertThat(config.limits().quotaBytes()).isEqualTo(2L << 30);
        assertThat(config.grpc().keepAliveMinMillis()).isEqualTo(5_000);
        assertThat(config.grpc().keepAliveIntervalMillis()).isEqualTo(7_200_000);
        assertThat(config.grpc().keepAliveTimeoutMillis()).isEqualTo(20_000);
        assertThat(config.grpc().maxConcurrentStreams()).isEqualTo(Integer.MAX_VALUE);
        assertThat(config.watchProgressMillis()).isEqualTo(600_000);
        assertThat(config.snapshotCount()).isEqualTo(10_000);
        assertThat(config.log().level()).isEqualTo(LogLevel.INFO);
        assertThat(config.log().format()).isEqualTo(LogFormat.JSON);
        assertThat(config.log().outputs()).containsExactly(new LogOutput.StandardError());
        assertThat(config.client().listenHttp()).isEmpty();
        assertThat(config.client().listenMetrics()).isEmpty();
        assertThat(config.security().client().canServe()).isFalse();
        assertThat(config.security().client().demandsCertificate()).isFalse();
        assertThat(config.security().client().minVersion()).isEqualTo(TlsVersion.TLS_1_2);
        assertThat(config.security().client().maxVersion()).isEqualTo(TlsVersion.TLS_1_3);
        assertThat(config.http().gateway()).isTrue();
        assertThat(config.http().allowsHost("any.where")).isTrue();
        assertThat(config.http().allowedOrigin("http://any.where")).contains("*");
    }

    static List<Arguments> mappings() {
        return List.of(
                mapping("--name=m1", ServerConfig::name, "m1"),
                mapping("--data-dir=/var/lib/x", ServerConfig::dataDirectory, Path.of("/var/lib/x")),
                mapping(
                        "--advertise-client-urls=http://a:1,http://b:2",
                        c -> c.client().advertise(),
                        List.of("http://a:1", "http://b:2")),
                mapping(
                        "--listen-peer-urls=http://[::1]:7",
                        c -> c.bootstrap().listenPeer(),
                        List.of(new ListenUrl("::1", 7))),
                mapping("--initial-cluster-state=existing", c -> c.bootstrap().state(), ClusterState.EXISTING),
                mapping("--initial-cluster-token=t", c -> c.bootstrap().token(), "t"),
                mapping("--heartbeat-interval=200", c -> c.timing().heartbeatMillis(), 200),
                mapping("--election-timeout=50000", c -> c.timing().electionMillis(), 50_000),
                mapping("--snapshot-count=500", ServerConfig::snapshotCount, 500L),
                mapping("--snapshot-count=1", ServerConfig::snapshotCount, 1L),
                mapping("--snapshot-count=0", ServerConfig::snapshotCount, 10_000L),
                mapping("--quota-backend-bytes=1000", c -> c.limits().quotaBytes(), 1_000L),
                mapping("--quota-backend-bytes=-1", c -> c.limits().quotaBytes(), 0L),
                mapping("--max-request-bytes=10", c -> c.limits().maxRequestBytes(), 10),
                mapping("--max-txn-ops=7", c -> c.limits().maxTxnOps(), 7),
                mapping("--max-concurrent-streams=9", c -> c.grpc().maxConcurrentStreams(), 9),
                mapping("--grpc-keepalive-min-time=1s", c -> c.grpc().keepAliveMinMillis(), 1_000L),
                mapping("--grpc-keepalive-interval=1h30m", c -> c.grpc().keepAliveIntervalMillis(), 5_400_000L),
                mapping("--grpc-keepalive-timeout=2.5s", c -> c.grpc().keepAliveTimeoutMillis(), 2_500L),
                mapping("--watch-progress-notify-interval=100ms", ServerConfig::watchProgressMillis, 100L),
                mapping("--experimental-watch-progress-notify-interval=5s", ServerConfig::watchProgressMillis, 5_000L),
                mapping("--log-level=fatal", c -> c.log().level(), LogLevel.ERROR),
                mapping("--log-format=console", c -> c.log().format(), LogFormat.CONSOLE),
                mapping(
                        "--log-outputs=stdout,/var/log/x.log,default",
                        c -> c.log().outputs(),
                        List.of(
                                new LogOutput.StandardOutput(),
                                new LogOutput.LogFile(Path.of("/var/log/x.log")),
                                new LogOutput.StandardError())),
                mapping(
                        "--listen-metrics-urls=http://127.0.0.1:1,unix:///tmp/m",
                        c -> c.client().listenMetrics(),
                        List.of(new ListenUrl("127.0.0.1", 1), new ListenUrl(Scheme.UNIX, "/tmp/m", 0))),
                mapping(
                        "--listen-client-http-urls=unix:/run/s",
                        c -> c.client().listenHttp(),
                        List.of(new ListenUrl(Scheme.UNIX, "/run/s", 0))),
                mapping(
                        "--advertise-client-urls=https://etcd_1:2379,unixs://h:x",
                        c -> c.client().advertise(),
                        List.of("https://etcd_1:2379", "unixs://h:x")),
                mapping(
                        "--host-whitelist=a,b",
                        c -> c.http().allowsHost("a") && !c.http().allowsHost("c"),
                        true),
                mapping(
                        "--cors=http://a",
                        c -> c.http().allowedOrigin("http://a").orElse("")
                                + c.http().allowedOrigin("http://b").orElse(" none"),
                        "http://a none"),
                mapping("--enable-grpc-gateway=false", c -> c.http().gateway(), false),
                mapping("--trusted-ca-file=ca", c -> c.security().client().demandsCertificate(), true),
                mapping("--client-cert-auth", c -> c.security().client().clientCertAuth(), true),
                mapping(
                        "--client-crl-file=crl",
                        c -> String.valueOf(c.security().client().crlFile()),
                        "crl"),
                mapping(
                        "--client-cert-allowed-hostname=a, b,",
                        c -> c.security().client().allowedHostnames(),
                        List.of("a", "b")),
                mapping(
                        "--cipher-suites=TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        c -> c.security().client().cipherSuites(),
                        List.of(
                                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")),
                mapping("--tls-min-version=TLS1.3", c -> c.security().client().minVersion(), TlsVersion.TLS_1_3),
                mapping("--tls-max-version=TLS1.2", c -> c.security().client().maxVersion(), TlsVersion.TLS_1_2),
                mapping("--auto-tls", c -> c.security().client().canServe(), true),
                mapping(
                        "--self-signed-cert-validity=3",
                        c -> c.security().client().selfSignedYears(),
                        3),
                mapping("--feature-gates=LeaseCheckpoint=true,LeaseCheckpointPersist=true", c -> "", ""));
    }

    private static Arguments mapping(String flag, Function<ServerConfig, Object> entry, Object expected) {
        return Arguments.of(flag, entry, expected);
    }

    @ParameterizedTest
    @MethodSource("mappings")
    void every_flag_lands_in_its_entry(String flag, Function<ServerConfig, Object> entry, Object expected) {
        assertThat(entry.apply(config(flag))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--name=x", "--name x", "-name=x", "-name x"})
    void all_spellings_of_a_flag_are_one(String line) {
        assertThat(config(line.split(" ", -1)).name()).isEqualTo("x");
    }

    @Test
    void the_data_directory_and_the_cluster_follow_the_name() {
        ServerConfig config = config("--name", "m1", "--initial-advertise-peer-urls", "http://h:1");

        assertThat(config.dataDirectory()).isEqualTo(Path.of("m1.etcd"));
        assertThat(config.bootstrap().members()).containsExactly(new InitialMember("m1", List.of("http://h:1")));
    }

    @Test
    void a_member_may_have_several_urls_in_any_order() {
        ServerConfig config = config(
                "--initial-advertise-peer-urls=http://a:1,http://b:2",
                "--initial-cluster=default=http://b:2,default=http://a:1");

        assertThat(config.bootstrap().members()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--name= | --name: expected a name",
                "--listen-peer-urls=localhost:1 | --listen-peer-urls: expected URLs",
                "--listen-peer-urls=http://example.com:1 | --listen-peer-urls: expected an IP address or localhost",
                "--listen-peer-urls=http://127.0.0.1 | scheme, host and port",
                "--listen-peer-urls=http://127.0.0.1:1/path | no path",
                "--listen-peer-urls=ftp://127.0.0.1:1 | --listen-peer-urls: expected URLs",
                "--listen-peer-urls=http://127.0.0.1:65536 | --listen-peer-urls: expected URLs",
                "--listen-peer-urls=http://:1 | --listen-peer-urls: expected URLs",
                "--listen-metrics-urls=https://127.0.0.1:1 | cannot listen with TLS on https://127.0.0.1:1",
                "--listen-client-http-urls=unixs:///tmp/x | cannot listen with TLS on unixs:///tmp/x",
                "--advertise-client-urls=::bad | --advertise-client-urls: expected URLs",
                "--listen-client-urls=http://127.0.0.1:1 | --advertise-client-urls is required",
                "--listen-peer-urls=http://127.0.0.1:1,https://127.0.0.1:2 | either http or https for all of them",
                "--max-learners=-1 | --max-learners: expected a whole number",
                "--initial-cluster=nonsense | expected name=url pairs",
                "--initial-cluster-state=maybe | expected new or existing",
                "--heartbeat-interval=0 | expected a whole number from 1",
                "--heartbeat-interval=abc | got \"abc\"",
                "--election-timeout=50001 | from 1 to 50000",
                "--election-timeout=499 | expected at least 5 times --heartbeat-interval (100 ms)",
                "--max-request-bytes=-1 | --max-request-bytes",
                "--max-txn-ops=x | --max-txn-ops",
                "--snapshot-count=-1 | --snapshot-count",
                "--watch-progress-notify-interval=10 | expected a duration",
                "--watch-progress-notify-interval=1ms | at least 100ms",
                "--grpc-keepalive-min-time=-1s | expected a duration",
                "--log-level=loud | --log-level",
                "--log-format=xml | --log-format",
                "--pre-vote=maybe | expected true or false",
                "--bcrypt-cost=ten | expected a whole number",
                "--raft-read-timeout=ten | expected a duration",
                "--cert-file=x | --cert-file and --key-file belong together",
                "--tls-min-version=TLS1.1 | expected TLS1.2 or TLS1.3",
                "--tls-max-version=x | expected TLS1.2 or TLS1.3",
                "--cipher-suites=TLS_RSA_WITH_RC4_128_SHA | at least one cipher suite that this JDK still allows",
                "--cipher-suites=TLS_NULL_WITH_NOTHING | --cipher-suites: expected names of cipher suites",
                "--self-signed-cert-validity=0 | from 1 to",
                "--log-outputs=, | at least one output",
                "--enable-log-rotation | requires a single file path",
                "--feature-gates=Bogus=true | unrecognized feature gate: Bogus",
                "--feature-gates=CompactHashCheck | CompactHashCheck=true or CompactHashCheck=false",
                "--feature-gates=LeaseCheckpointPersist=true | requires LeaseCheckpoint",
                "--config-file=/no/such/file | cannot read /no/such/file",
                "--auto-compaction-mode=never | expected periodic or revision",
                "--auto-compaction-retention=x | expected a duration",
                "surplus | expected a flag such as --name",
                "--data-dir | expected a value behind it"
            })
    void a_bad_value_is_a_problem_that_says_what_was_expected(String flag, String problem) {
        ConfigResult.Rejected rejected = rejected(Map.of(), flag);

        assertThat(rejected.problems()).anySatisfy(each -> assertThat(each).contains(problem));
        assertThat(rejected.exitCode()).isIn(1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"maxsize\": -1}", "{\"compress\": 1}", "{\"maxage\": \"x\"}", "{", "1", "{\"maxsize\": 1e9}"})
    void a_malformed_log_rotation_is_a_problem(String json) {
        ConfigResult.Rejected rejected = rejected(
                Map.of(), "--enable-log-rotation", "--log-outputs=/x.log", "--log-rotation-config-json=" + json);

        assertThat(rejected.problems()).singleElement().asString().contains("--log-rotation-config-json", json);
    }

    @Test
    void log_rotation_is_read_as_etcd_reads_it() {
        ServerConfig config = config(
                "--enable-log-rotation",
                "--log-outputs=/x.log,stderr",
                "--log-rotation-config-json={\"maxsize\": 2, \"maxbackups\": 3, \"compress\": true}");

        assertThat(config.log().rotation()).isEqualTo(new LogRotation(2 << 20, 0, 3, false, true));
        assertThat(config("--enable-log-rotation", "--log-outputs=/x.log").log().rotation())
                .isEqualTo(new LogRotation(100 << 20, 0, 0, false, false));
        assertThat(config().log().rotation()).isNull();
    }

    /** Each was typed behind Debian's etcd to see its exit code. */
    @ParameterizedTest
    @CsvSource({
        "--initial-cluster-state=foo, 2",
        "--listen-client-urls=foo, 2",
        "--pre-vote=maybe, 2",
        "--heartbeat-interval=abc, 2",
        "--quota-backend-bytes=x, 2",
        "--grpc-keepalive-interval=5, 2",
        "--name, 2",
        "--auto-compaction-mode=foo, 1",
        "--election-timeout=1, 1",
        "--initial-cluster=foo, 1",
        "--election-timeout=50001, 1",
    })
    void what_cannot_be_read_ends_with_2_and_what_does_not_fit_with_1(String flag, int exitCode) {
        assertThat(rejected(Map.of(), flag).exitCode()).isEqualTo(exitCode);
    }

    @Test
    void what_cannot_be_read_in_a_variable_ends_with_1() {
        assertThat(rejected(Map.of("ETCD_HEARTBEAT_INTERVAL", "abc")).exitCode())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tls-min-version=TLS1.3 --tls-max-version=TLS1.2 | is newer than --tls-max-version",
                "--tls-min-version=TLS1.3 --cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 | only TLS1.3 is spoken",
                "--client-cert-allowed-cn=a --client-cert-allowed-hostname=b | exclude each other",
                "--initial-cluster=default=http://localhost:2380 --discovery-srv=x | multiple discovery or bootstrap flags",
                "--discovery-endpoints=h:1 --discovery-token=t --discovery-srv=x | multiple discovery or bootstrap flags",
                "--discovery-endpoints=h:1 | both --discovery-token and --discovery-endpoints must be set",
                "--discovery-token=t | both --discovery-token and --discovery-endpoints must be set",
                "--discovery-endpoints=h:1 --discovery-token=t --discovery-cert=c | --discovery-cert and --discovery-key",
                "--discovery-endpoints=h:1 --discovery-token=t --discovery-user=u | --discovery-user and --discovery-password",
                "--max-learners=2 --experimental-max-learners=3 | are two names of one flag",
                "--experimental-initial-corrupt-check --feature-gates=InitialCorruptCheck=true | two names of one thing"
            })
    void flags_that_do_not_go_together_are_a_problem(String flags, String problem) {
        assertThat(rejected(Map.of(), flags.split(" ", -1)).problems())
                .anySatisfy(each -> assertThat(each).contains(problem));
    }

    @Test
    void a_registry_of_first_members_is_read_with_who_asks_and_how() {
        assertThat(config(
                                "--discovery-endpoints=http://h:1,https://i:2",
                                "--discovery-token=t",
                                "--initial-cluster-token=another",
                                "--discovery-user=u:p:q",
                                "--discovery-cacert=ca.pem",
                                "--discovery-request-timeout=3s")
                        .bootstrap())
                .satisfies(bootstrap -> assertThat(bootstrap.token()).isEqualTo("t"))
                .satisfies(bootstrap -> assertThat(bootstrap.discovery())
                        .isEqualTo(new Discovery.Registry(
                                "t",
                                List.of("http://h:1", "https://i:2"),
                                3_000,
                                new Discovery.RegistryTls(null, Path.of("ca.pem"), false),
                                "u",
                                "p:q")));
    }

    @Test
    void a_plain_listener_leaves_certificates_unused_and_says_so() {
        ConfigResult result = ConfigParser.parse(
                List.of("--cert-file=c", "--key-file=k", "--client-cert-auth", "--auto-tls"), Map.of());

        assertThat(result).isInstanceOfSatisfying(ConfigResult.Parsed.class, parsed -> assertThat(parsed.warnings())
                .hasSize(3)
                .anyMatch(
                        warning -> warning.startsWith("the scheme of http://localhost:2379 is plain while --cert-file"))
                .anyMatch(warning -> warning.contains("while client certificates are demanded"))
                .anyMatch(warning -> warning.startsWith("ignoring --auto-tls")));
    }

    @Test
    void a_cluster_of_three_has_its_members_in_the_order_given() {
        ConfigResult result = ConfigParser.parse(
                List.of("--initial-cluster=default=http://localhost:2380,b=http://localhost:1,c=http://localhost:2"),
                Map.of());

        assertThat(((ConfigResult.Parsed) result).config().bootstrap().members())
                .extracting(ServerConfig.InitialMember::name)
                .containsExactly("default", "b", "c");
    }

    @Test
    void all_problems_are_told_at_once_and_an_unknown_flag_makes_the_exit_code_2() {
        ConfigResult.Rejected rejected = rejected(
                Map.of(), "--no-such-flag", "value", "--heartbeat-interval=x", "--log-level=loud", "--also-unknown=1");

        assertThat(rejected.problems())
                .hasSize(4)
                .contains("unknown flag --no-such-flag", "unknown flag --also-unknown");
        assertThat(rejected.exitCode()).isEqualTo(2);
    }

    @Test
    void a_variable_sets_what_its_flag_would() {
        ConfigResult result =
                ConfigParser.parse(List.of(), Map.of("ETCD_NAME", "env", "ETCD_DATA_DIR", "", "NAME", "no"));

        assertThat(result).isInstanceOfSatisfying(ConfigResult.Parsed.class, parsed -> {
            assertThat(parsed.config().name()).isEqualTo("env");
            assertThat(parsed.config().dataDirectory()).isEqualTo(Path.of("env.etcd"));
            assertThat(parsed.warnings()).isEmpty();
        });
    }

    @Test
    void flag_and_variable_for_one_thing_conflict() {
        ConfigResult.Rejected rejected = rejected(Map.of("ETCD_NAME", "env"), "--name=flag");

        assertThat(rejected.problems().getFirst())
                .startsWith(
                        "conflicting environment variable ETCD_NAME is shadowed by corresponding command-line flag");
        assertThat(rejected.exitCode()).isEqualTo(1);
    }

    @Test
    void an_unknown_variable_and_a_flag_without_meaning_only_warn() {
        ConfigResult result = ConfigParser.parse(
                List.of("--backend-batch-limit=1", "--unsafe-no-fsync", "--bcrypt-cost=32"), Map.of("ETCD_FOO", "1"));

        assertThat(result).isInstanceOfSatisfying(ConfigResult.Parsed.class, parsed -> assertThat(parsed.warnings())
                .containsExactlyInAnyOrder(
                        "unrecognized environment variable ETCD_FOO",
                        "--backend-batch-limit has no effect in this version of Leasehold",
                        "--bcrypt-cost: expected 4 to 31, got \"32\"; using 10",
                        "--unsafe-no-fsync has no effect in this version of Leasehold"));
    }

    @Test
    void whatever_is_said_about_version_2_the_level_that_holds_is_told() {
        assertThat(ConfigParser.parse(List.of("--v2-deprecation=gone"), Map.of()))
                .isInstanceOfSatisfying(ConfigResult.Parsed.class, parsed -> assertThat(parsed.given())
                        .containsEntry("v2-deprecation", "write-only"));

        assertThat(rejected(Map.of(), "--v2-deprecation=not-yet").problems())
                .containsExactly("invalid value \"not-yet\" for flag -v2-deprecation: invalid value \"not-yet\"");
    }

    @Test
    void every_flag_of_the_table_accepts_its_own_default_silently() {
        List<String> flags = FlagTable.all().stream()
                .filter(flag -> flag.use() != Flag.Use.READ && !flag.name().startsWith("experimental-"))
                .map(flag -> "--" + flag.name() + "=" + flag.defaultValue())
                .toList();

        assertThat(ConfigParser.parse(flags, Map.of()))
                .isInstanceOfSatisfying(ConfigResult.Parsed.class, parsed -> assertThat(parsed.warnings())
                        .isEmpty());
    }

    @Test
    void help_and_version_are_told_apart() {
        assertThat(ConfigParser.parse(List.of("--help"), Map.of())).isInstanceOf(ConfigResult.HelpAsked.class);
        assertThat(ConfigParser.parse(List.of("-h"), Map.of())).isInstanceOf(ConfigResult.HelpAsked.class);
        assertThat(ConfigParser.parse(List.of("--version"), Map.of())).isInstanceOf(ConfigResult.VersionAsked.class);
        assertThat(HelpText.version()).startsWith("etcd Version: 3.6");
        assertThat(HelpText.help()).contains("--listen-client-urls", "(default http://localhost:2379)");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "5s,5000", "1h30m,5400000", "1.5s,1500", ".5s,500", "1500us,1", "1h0m0.25s,3600250"})
    void durations_are_gos(String text, long millis) {
        assertThat(GoDuration.parseMillis(text)).hasValue(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "5sx", "5d", "9999999999h"})
    void what_is_no_duration_is_refused(String text) {
        assertThat(GoDuration.parseMillis(text)).isEmpty();
    }

    private static ServerConfig config(String... flags) {
        ConfigResult result = ConfigParser.parse(List.of(flags), Map.of());
        assertThat(result).isInstanceOf(ConfigResult.Parsed.class);
        return ((ConfigResult.Parsed) result).config();
    }

    private static ConfigResult.Rejected rejected(Map<String, String> environment, String... flags) {
        ConfigResult result = ConfigParser.parse(List.of(flags), environment);
        assertThat(result).isInstanceOf(ConfigResult.Rejected.class);
        return (ConfigResult.Rejected) result;
    }
}
