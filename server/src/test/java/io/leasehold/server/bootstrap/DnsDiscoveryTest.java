package io.leasehold.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.server.bootstrap.ServiceRecords.Target;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against a name server of the test's own. */
class DnsDiscoveryTest {
    private static final String DOMAIN = "example.test";

    @Test
    void a_domain_names_the_members_and_who_one_is_is_told_by_ones_url() throws IOException {
        List<InitialMember> members = discover(
                "",
                Map.of("_etcd-server._tcp." + DOMAIN, List.of(localhost(1), localhost(2), localhost(3))),
                "http://127.0.0.1:2");

        assertThat(members)
                .containsExactlyInAnyOrder(
                        new InitialMember("0", List.of("http://localhost:1")),
                        new InitialMember("me", List.of("http://localhost:2")),
                        new InitialMember("1", List.of("http://localhost:3")));
    }

    @Test
    void records_of_members_with_tls_have_a_name_of_their_own() throws IOException {
        List<InitialMember> members = discover(
                "",
                Map.of("_etcd-server-ssl._tcp." + DOMAIN, List.of(localhost(1), localhost(2))),
                "https://localhost:1");

        assertThat(members)
                .containsExactlyInAnyOrder(
                        new InitialMember("me", List.of("https://localhost:1")),
                        new InitialMember("0", List.of("https://localhost:2")));
    }

    @Test
    void several_clusters_of_a_domain_have_names_behind_the_service() throws IOException {
        List<InitialMember> members = discover(
                "west",
                Map.of(
                        "_etcd-server._tcp." + DOMAIN, List.of(localhost(1)),
                        "_etcd-server-west._tcp." + DOMAIN, List.of(localhost(2))),
                "http://localhost:2");

        assertThat(members).containsExactly(new InitialMember("me", List.of("http://localhost:2")));
    }

    @Test
    void several_urls_of_one_member_are_one_member() throws IOException {
        List<InitialMember> members = discover(
                "",
                Map.of("_etcd-server._tcp." + DOMAIN, List.of(localhost(1), localhost(2))),
                "http://localhost:1",
                "http://localhost:2");

        assertThat(members)
                .containsExactly(new InitialMember("me", List.of("http://localhost:1", "http://localhost:2")));
    }

    @Test
    void who_is_not_among_them_or_speaks_otherwise_is_refused() {
        Map<String, List<Target>> records = Map.of("_etcd-server._tcp." + DOMAIN, List.of(localhost(1)));

        assertThatThrownBy(() -> discover("", records, "http://localhost:7"))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("cannot find local etcd member \"me\" in SRV records");
        assertThatThrownBy(() -> discover("", records, "https://localhost:1"))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("scheme mismatch");
    }

    @Test
    void a_domain_without_records_is_refused() {
        assertThatThrownBy(() -> discover("", Map.of(), "http://localhost:1"))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("error querying DNS SRV records for _etcd-server-ssl")
                .hasMessageContaining("error querying DNS SRV records for _etcd-server:");
    }

    private static List<InitialMember> discover(String name, Map<String, List<Target>> records, String... advertised)
            throws IOException {
        try (NameServer dns = new NameServer(records)) {
            return new DnsDiscovery(DOMAIN, name, ServiceRecords.at(dns.url())).members("me", List.of(advertised));
        }
    }

    private static Target localhost(int port) {
        return new Target("localhost", port);
    }
}
