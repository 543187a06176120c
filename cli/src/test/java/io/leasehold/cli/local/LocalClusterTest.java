package io.leasehold.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LocalClusterTest {
    private final LocalCluster three = LocalCluster.founded(3, 2379, false, "t1");

    @Test
    void founders_have_ports_ten_apart_from_the_base_port_on() {
        assertThat(three.members())
                .containsExactly(
                        new MemberSpec("infra1", 2379, true),
                        new MemberSpec("infra2", 2389, true),
                        new MemberSpec("infra3", 2399, true));
        assertThat(three.initialCluster())
                .isEqualTo("infra1=http://127.0.0.1:2380,infra2=http://127.0.0.1:2390,infra3=http://127.0.0.1:2400");
        assertThat(three.endpoints()).isEqualTo("127.0.0.1:2379,127.0.0.1:2389,127.0.0.1:2399");
    }

    @Test
    void a_removed_members_number_is_not_used_again() {
        LocalCluster four = three.with(three.next(false));
        LocalCluster without = four.without("infra4");

        assertThat(without.members()).hasSize(3);
        assertThat(without.next(false)).isEqualTo(new MemberSpec("infra5", 2419, false));
    }

    @Test
    void what_is_written_is_read_as_it_was() {
        LocalCluster changed = LocalCluster.founded(2, 12_379, true, "0a1b");
        changed = changed.with(changed.next(false)).without("infra1");

        assertThat(LocalCluster.parse(changed.toText())).isEqualTo(changed);
        assertThat(LocalCluster.parse(three.toText())).isEqualTo(three);
    }

    @Test
    void a_file_of_another_format_is_refused() {
        assertThatThrownBy(() -> LocalCluster.parse(three.toText().replace("format 1", "format 2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 1");
        assertThatThrownBy(() -> LocalCluster.parse(three.toText() + "colour blue\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("colour blue");
        assertThatThrownBy(() -> LocalCluster.parse("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_founder_starts_new_and_one_that_was_added_joins() {
        LocalCluster four = three.with(three.next(false));
        Path directory = Path.of("/d");

        List<String> founder = MemberCommand.of(
                "leasehold", four, four.members().get(0), directory, List.of("--quota-backend-bytes=1"));
        List<String> added = MemberCommand.of("leasehold", four, four.members().get(3), directory, List.of());

        assertThat(founder)
                .startsWith("leasehold", "server")
                .contains(
                        "--name=infra1",
                        "--data-dir=/d/infra1",
                        "--listen-client-urls=http://127.0.0.1:2379",
                        "--listen-peer-urls=http://127.0.0.1:2380",
                        "--initial-cluster-state=new",
                        "--initial-cluster-token=t1")
                .endsWith("--quota-backend-bytes=1")
                .doesNotContain("--auto-tls");
        assertThat(added).contains("--initial-cluster-state=existing", "--initial-cluster=" + four.initialCluster());
    }

    @Test
    void with_tls_every_url_and_both_sides_have_it() {
        LocalCluster secure = LocalCluster.founded(1, 2379, true, "t");

        List<String> words = MemberCommand.of("l", secure, secure.members().get(0), Path.of("/d"), List.of());

        assertThat(words).contains("--auto-tls", "--peer-auto-tls").noneMatch(word -> word.contains("http:"));
        assertThat(secure.endpoints()).isEqualTo("https://127.0.0.1:2379");
    }
}
