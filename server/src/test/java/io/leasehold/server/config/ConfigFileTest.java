package io.leasehold.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.server.config.ServerConfig.LogFormat;
import io.leasehold.server.tls.TlsSettings;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
    @TempDir
    private Path directory;

    @Test
    void keys_are_flags_and_all_of_etcds_forms_are_read() throws IOException {
        ConfigResult.Parsed parsed = parsed(
                """
                # a comment
                name: m1
                data-dir: /var/lib/m1
                listen-client-urls: https://127.0.0.1:1,unix:///tmp/x
                advertise-client-urls: https://host:1
                heartbeat-interval: 50
                election-timeout: 500
                pre-vote: true
                grpc-keepalive-interval: 5000000000
                grpc-keepalive-timeout: 7s
                log-outputs: [stdout, default]
                log-format: console
                cipher-suites:
                  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
                client-transport-security:
                  cert-file: c.pem
                  key-file: k.pem
                  client-cert-auth: true
                  trusted-ca-file: ca.pem
                  allowed-cn: [a, b]
                """);

        ServerConfig config = parsed.config();
        assertThat(parsed.warnings()).hasSize(2).allMatch(warning -> warning.contains("unix:///tmp/x is plain"));
        assertThat(config.name()).isEqualTo("m1");
        assertThat(config.dataDirectory()).isEqualTo(Path.of("/var/lib/m1"));
        assertThat(config.client().listen()).hasSize(2);
        assertThat(config.timing().heartbeatMillis()).isEqualTo(50);
        assertThat(config.grpc().keepAliveIntervalMillis()).isEqualTo(5_000);
        assertThat(config.grpc().keepAliveTimeoutMillis()).isEqualTo(7_000);
        assertThat(config.log().format()).isEqualTo(LogFormat.CONSOLE);
        assertThat(config.log().outputs())
                .containsExactly(new LogOutput.StandardOutput(), new LogOutput.StandardError());
        TlsSettings tls = config.security().client();
        assertThat(tls.keyPair()).isEqualTo(new KeyPairFiles(Path.of("c.pem"), Path.of("k.pem")));
        assertThat(tls.clientCertAuth()).isTrue();
        assertThat(tls.trustedCaFile()).isEqualTo(Path.of("ca.pem"));
        assertThat(tls.allowedCommonNames()).containsExactly("a", "b");
        assertThat(tls.cipherSuites()).containsExactly("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    }

    @Test
    void json_is_read_as_well() throws IOException {
        assertThat(parsed("{\"name\": \"j\", \"quota-backend-bytes\": 1000}")
                        .config()
                        .name())
                .isEqualTo("j");
    }

    @Test
    void the_file_wins_over_all_flags_and_variables() throws IOException {
        ConfigResult result = ConfigParser.parse(
                List.of("--name=flag", "--config-file=" + file("max-txn-ops: 7")),
                Map.of("ETCD_NAME", "variable", "ETCD_MAX_REQUEST_BYTES", "5"));

        assertThat(result).isInstanceOfSatisfying(ConfigResult.Parsed.class, parsed -> {
            assertThat(parsed.config().name()).isEqualTo("default");
            assertThat(parsed.config().limits().maxTxnOps()).isEqualTo(7);
            assertThat(parsed.config().limits().maxRequestBytes()).isEqualTo(1_572_864);
        });
    }

    @Test
    void a_variable_may_name_the_file() throws IOException {
        Map<String, String> environment =
                Map.of("ETCD_CONFIG_FILE", file("name: x").toString());

        assertThat(ConfigParser.parse(List.of(), environment))
                .isInstanceOfSatisfying(
                        ConfigResult.Parsed.class,
                        parsed -> assertThat(parsed.config().name()).isEqualTo("x"));
    }

    @Test
    void in_a_file_the_advertised_urls_may_stay_the_default_ones() throws IOException {
        assertThat(parsed("listen-client-urls: http://127.0.0.1:1")
                        .config()
                        .client()
                        .advertise())
                .containsExactly("http://localhost:2379");
    }

    @Test
    void an_unknown_key_only_warns_and_an_unknown_flag_beside_the_file_is_refused() throws IOException {
        assertThat(parsed("no-such-key: {a: [1]}\nname:\n").warnings())
                .containsExactly("unrecognized key no-such-key in the configuration file");

        List<String> flags = new ArrayList<>(List.of("--config-file=" + file("name: x"), "--no-such-flag=1"));
        assertThat(ConfigParser.parse(flags, Map.of()))
                .isInstanceOfSatisfying(ConfigResult.Rejected.class, rejected -> assertThat(rejected.exitCode())
                        .isEqualTo(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: [",
                "- a\n- b",
                "just text",
                "name: {a: b}",
                "name: a\nname: b",
                "client-transport-security: text",
                "heartbeat-interval: x",
                "pre-vote: maybe",
                "listen-client-urls: nonsense",
                "!!javax.script.ScriptEngineManager [x]",
                "name: !!java.net.URL [http://localhost]"
            })
    void what_cannot_be_meant_is_a_problem(String text) throws IOException {
        ConfigResult result = ConfigParser.parse(List.of("--config-file=" + file(text)), Map.of());

        assertThat(result).isInstanceOfSatisfying(ConfigResult.Rejected.class, rejected -> {
            assertThat(rejected.problems()).isNotEmpty();
            assertThat(rejected.exitCode()).isEqualTo(1);
        });
    }

    private ConfigResult.Parsed parsed(String text) throws IOException {
        ConfigResult result =
                ConfigParser.parse(List.of("--config-file", file(text).toString()), Map.of());
        assertThat(result).isInstanceOf(ConfigResult.Parsed.class);
        return (ConfigResult.Parsed) result;
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("etcd.yaml"), text);
    }
}
