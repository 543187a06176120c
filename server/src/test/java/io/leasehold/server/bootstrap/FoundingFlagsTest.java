package io.leasehold.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.server.config.Discovery;
import io.leasehold.server.config.ServerConfig.Bootstrap;
import io.leasehold.server.config.ServerConfig.ClusterState;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoundingFlagsTest {

    @Test
    void a_founder_names_itself_with_the_urls_that_it_advertises_in_any_order_and_by_name_or_address() {
        assertThatCode(() -> check(List.of("http://localhost:1", "http://b:2"), "http://b:2", "http://localhost:1"))
                .doesNotThrowAnyException();
        assertThatCode(() -> check(List.of("http://127.0.0.1:1"), "http://localhost:1"))
                .doesNotThrowAnyException();
    }

    @Test
    void what_does_not_fit_is_refused_in_etcds_words() {
        assertThatThrownBy(() -> FoundingFlags.check("other", flags(List.of("http://a:1"), "http://a:1")))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("couldn't find local name \"other\" in the initial cluster configuration");
        assertThatThrownBy(() -> check(List.of("http://127.0.0.1:1"), "http://127.0.0.1:2"))
                .hasMessage("--initial-cluster has me=http://127.0.0.1:2 but missing from"
                        + " --initial-advertise-peer-urls=http://127.0.0.1:1");
        assertThatThrownBy(() -> check(List.of("http://127.0.0.1:1", "http://127.0.0.1:2"), "http://127.0.0.1:2"))
                .hasMessage("--initial-advertise-peer-urls has me=http://127.0.0.1:1 but missing from"
                        + " --initial-cluster=me=http://127.0.0.1:2,you=http://127.0.0.9:9");
        assertThatThrownBy(() -> check(List.of("http://127.0.0.9:9"), "http://127.0.0.9:9"))
                .hasMessageContaining("has duplicate url");
    }

    private static void check(List<String> advertised, String... own) {
        FoundingFlags.check("me", flags(advertised, own));
    }

    private static Bootstrap flags(List<String> advertised, String... own) {
        return new Bootstrap(
                List.of(),
                advertised,
                List.of(new InitialMember("me", List.of(own)), new InitialMember("you", List.of("http://127.0.0.9:9"))),
                new Discovery.None(),
                ClusterState.NEW,
                "token",
                false);
    }
}
