package io.leasehold.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.server.metrics.HealthMetrics;
import io.leasehold.server.metrics.Metrics;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
    private final FakeMember member = new FakeMember();
    private final Metrics metrics = new Metrics();
    private final HealthMetrics told = HealthMetrics.addTo(metrics);
    private final HttpEndpoint health = new HealthEndpoint(member, told);
    private final HttpEndpoint livez = HealthChecks.livez(member, told);
    private final HttpEndpoint readyz = HealthChecks.readyz(member, told);

    @Test
    void a_healthy_member_says_so() {
        FakeHttpCall call = FakeHttpCall.get("/health").handledBy(health);

        assertThat(call.status()).isEqualTo(200);
        assertThat(call.text()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
        assertThat(call.replied().headers().get("Content-Type")).startsWith("text/plain");
    }

    @Test
    void alarms_come_before_the_leader_and_the_leader_before_the_read() {
        member.alarms.addAll(List.of("CORRUPT", "NOSPACE"));
        member.leader = false;
        member.linearizableFailure = Optional.of("etcdserver: request timed out");

        assertThat(reason("/health")).isEqualTo("ALARM NOSPACE");
        assertThat(reason("/health?exclude=NOSPACE")).isEqualTo("ALARM CORRUPT");
        assertThat(reason("/health?exclude=NOSPACE&exclude=CORRUPT")).isEqualTo("RAFT NO LEADER");
        member.leader = true;
        assertThat(reason("/health?exclude=NOSPACE&exclude=CORRUPT"))
                .isEqualTo("RANGE ERROR:etcdserver: request timed out");
    }

    @Test
    void serializable_health_needs_no_leader() {
        member.leader = false;
        member.linearizableFailure = Optional.of("no quorum");

        assertThat(FakeHttpCall.get("/health?serializable=true")
                        .handledBy(health)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void what_was_answered_is_counted() {
        FakeHttpCall.get("/readyz").handledBy(readyz);
        member.learner = true;
        FakeHttpCall.get("/readyz").handledBy(readyz);
        FakeHttpCall.get("/health").handledBy(health);
        assertThat(metrics.text())
                .contains("etcd_server_healthcheck{name=\"non_learner\",type=\"readyz\"} 0\n")
                .contains("etcd_server_healthchecks_total{name=\"non_learner\",status=\"success\",type=\"readyz\"} 1\n")
                .contains("etcd_server_healthchecks_total{name=\"non_learner\",status=\"error\",type=\"readyz\"} 1\n")
                .contains("etcd_server_health_success 1\n", "etcd_server_health_failures 0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/livez", "/readyz", "/readyz/non_learner", "/version", "/metrics"})
    void other_methods_than_get_are_refused(String path) {
        for (HttpEndpoint endpoint : List.of(
                health, livez, readyz, new VersionEndpoint(member), new MetricsEndpoint("text/plain", () -> ""))) {
            if (endpoint.serves(path)) {
                FakeHttpCall call = new FakeHttpCall("POST", path, "").handledBy(endpoint);
                assertThat(call.status()).isEqualTo(405);
                assertThat(call.replied().headers()).containsEntry("Allow", "GET");
                return;
            }
        }
        throw new AssertionError("nobody serves " + path);
    }

    @Test
    void livez_and_readyz_are_brief_unless_asked() {
        assertThat(FakeHttpCall.get("/livez").handledBy(livez).text()).isEqualTo("ok\n");
        assertThat(FakeHttpCall.get("/livez?verbose").handledBy(livez).text())
                .isEqualTo("[+]serializable_read ok\nok\n");
        assertThat(FakeHttpCall.get("/readyz?verbose").handledBy(readyz).text().lines())
                .containsExactlyInAnyOrder(
                        "[+]data_corruption ok",
                        "[+]serializable_read ok",
                        "[+]linearizable_read ok",
                        "[+]non_learner ok",
                        "ok");
    }

    @Test
    void a_failing_check_is_told_without_being_asked() {
        member.linearizableFailure = Optional.of("no quorum");

        FakeHttpCall call = FakeHttpCall.get("/readyz").handledBy(readyz);

        assertThat(call.status()).isEqualTo(503);
        assertThat(call.text())
                .contains("[-]linearizable_read failed: no quorum\n")
                .doesNotEndWith("\nok\n");
        assertThat(FakeHttpCall.get("/readyz?exclude=linearizable_read")
                        .handledBy(readyz)
                        .status())
                .isEqualTo(200);
        assertThat(FakeHttpCall.get("/readyz?exclude=bogus").handledBy(readyz).status())
                .isEqualTo(503);
        assertThat(FakeHttpCall.get("/readyz/linearizable_read")
                        .handledBy(readyz)
                        .status())
                .isEqualTo(503);
        assertThat(FakeHttpCall.get("/readyz/non_learner").handledBy(readyz).status())
                .isEqualTo(200);
    }

    @Test
    void an_unknown_check_is_not_found() {
        assertThat(FakeHttpCall.get("/livez/bogus").handledBy(livez).status()).isEqualTo(404);
    }

    @Test
    void a_full_store_leaves_a_member_ready_but_a_corrupt_one_does_not() {
        member.alarms.add("NOSPACE");
        assertThat(FakeHttpCall.get("/readyz").handledBy(readyz).status()).isEqualTo(200);

        member.alarms.add("CORRUPT");
        assertThat(FakeHttpCall.get("/readyz").handledBy(readyz).status()).isEqualTo(503);
    }

    @Test
    void a_learner_lives_but_is_not_ready() {
        member.learner = true;

        assertThat(FakeHttpCall.get("/livez").handledBy(livez).status()).isEqualTo(200);
        assertThat(FakeHttpCall.get("/readyz/non_learner").handledBy(readyz).status())
                .isEqualTo(503);
    }

    @Test
    void the_version_is_json_before_and_after_the_cluster_has_decided() {
        HttpEndpoint version = new VersionEndpoint(member);
        assertThat(FakeHttpCall.get("/version").handledBy(version).text())
                .startsWith("{\"etcdserver\":\"3.6.")
                .contains("\"etcdcluster\":\"3.6.0\"");

        member.clusterVersion = Optional.empty();
        assertThat(FakeHttpCall.get("/version").handledBy(version).text()).contains("\"etcdcluster\":\"not_decided\"");
    }

    @Test
    void reasons_are_escaped() {
        member.linearizableFailure = Optional.of("a \"quoted\"\n\u0001 reason");

        assertThat(FakeHttpCall.get("/health").handledBy(health).text())
                .contains("RANGE ERROR:a \\\"quoted\\\"\\n\\u0001 reason");
    }

    private String reason(String target) {
        FakeHttpCall call = FakeHttpCall.get(target).handledBy(health);
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.text())
                .startsWith("{\"health\":\"false\",\"reason\":\"")
                .endsWith("\"}\n");
        return call.text().substring(28, call.text().length() - 3);
    }

    private static final class FakeMember implements MemberHealth {
        private boolean leader = true;
        private boolean learner;
        private final Set<String> alarms = new HashSet<>();
        private Optional<String> linearizableFailure = Optional.empty();
        private Optional<String> clusterVersion = Optional.of("3.6.0");

        @Override
        public boolean hasLeader() {
            return leader;
        }

        @Override
        public boolean isLearner() {
            return learner;
        }

        @Override
        public Set<String> alarms() {
            return alarms;
        }

        @Override
        public Optional<String> clusterVersion() {
            return clusterVersion;
        }

        @Override
        public void tryRead(boolean linearizable, Consumer<Optional<String>> result) {
            result.accept(linearizable ? linearizableFailure : Optional.empty());
        }
    }
}
