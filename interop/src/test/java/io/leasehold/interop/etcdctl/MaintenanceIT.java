package io.leasehold.interop.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("etcdctl")
final class MaintenanceIT {
    private static final String MEMBER_ID = "[0-9a-f]{1,16}";

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final Etcdctl etcdctl = new Etcdctl(SERVER);

    @Test
    void endpoint_status_tells_version_size_and_leadership() {
        etcdctl.ok("put", "status", "v");

        assertThat(etcdctl.ok("endpoint", "status"))
                .matches(Pattern.quote(SERVER.endpoint()) + ", " + MEMBER_ID
                        + ", \\d+\\.\\d+\\.\\d+\\S*, [\\d.]+ [kMG]?B, true, false, \\d+, \\d+, \\d+, \n");
    }

    @Test
    void endpoint_status_in_json_agrees_with_itself() {
        String json = etcdctl.ok("endpoint", "status", "-w", "json");

        Matcher matcher = Pattern.compile(
                        "\\[\\{\"Endpoint\":\"" + Pattern.quote(SERVER.endpoint())
                                + "\",\"Status\":\\{\"header\":\\{\"cluster_id\":\\d+,\"member_id\":(\\d+),\"revision\":\\d+,"
                                + "\"raft_term\":(\\d+)\\},\"version\":\"[^\"]+\",\"dbSize\":\\d+,\"leader\":(\\d+),\"raftIndex\":(\\d+),\"raftTerm\":(\\d+),\"raftAppliedIndex\":(\\d+),\"dbSizeInUse\":\\d+.*\\}\\}\\]\n")
                .matcher(json);
        assertThat(matcher.matches()).as(json).isTrue();
        assertThat(matcher.group(3)).as("a single member leads").isEqualTo(matcher.group(1));
        assertThat(matcher.group(5)).isEqualTo(matcher.group(2));
        assertThat(Long.parseLong(matcher.group(6))).isLessThanOrEqualTo(Long.parseLong(matcher.group(4)));
    }

    @Test
    void endpoint_status_as_table_and_fields() {
        assertThat(etcdctl.ok("endpoint", "status", "-w", "table"))
                .contains("| RAFT TERM | RAFT INDEX | RAFT APPLIED INDEX | ERRORS |", "| " + SERVER.endpoint() + " |");
        assertThat(etcdctl.ok("endpoint", "status", "-w", "fields"))
                .contains(
                        "\"IsLearner\" : false\n", "\"Errors\" : []\n", "\"Endpoint\" : \"" + SERVER.endpoint() + "\"");
    }

    @Test
    void the_endpoint_is_healthy() {
        Etcdctl.Result result = etcdctl.run("endpoint", "health");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out() + result.err())
                .matches(Pattern.quote(SERVER.endpoint())
                        + " is healthy: successfully committed proposal: took = \\S+s\n");
        assertThat(etcdctl.ok("endpoint", "health", "-w", "json"))
                .matches("\\[\\{\"endpoint\":\"" + Pattern.quote(SERVER.endpoint())
                        + "\",\"health\":true,\"took\":\"\\S+\"\\}\\]\n");
    }

    @Test
    void hashkv_is_stable_and_follows_changes() {
        etcdctl.ok("put", "hash", "1");
        String first = etcdctl.ok("endpoint", "hashkv");
        assertThat(first).matches(Pattern.quote(SERVER.endpoint()) + ", \\d+\n");
        assertThat(etcdctl.ok("endpoint", "hashkv")).isEqualTo(first);
        long revision = etcdctl.revision();

        etcdctl.ok("put", "hash", "2");

        assertThat(etcdctl.ok("endpoint", "hashkv")).isNotEqualTo(first);
        assertThat(etcdctl.ok("endpoint", "hashkv", "--rev", Long.toString(revision)))
                .isEqualTo(first);
    }

    @Test
    void hashkv_in_json_names_the_compacted_revision() {
        // The hash of an empty store may be zero, and JSON leaves zeroes out.
        etcdctl.ok("put", "hash-json", "1");

        assertThat(etcdctl.ok("endpoint", "hashkv", "-w", "json"))
                .matches("\\[\\{\"Endpoint\":\"" + Pattern.quote(SERVER.endpoint()) + "\",\"HashKV\":\\{\"header\":"
                        + Etcdctl.HEADER + ",\"hash\":\\d+,\"compact_revision\":-1[^}]*\\}\\}\\]\n");
    }

    @Test
    void member_list_has_the_one_member() {
        String peerUrl = "http://127\\.0\\.0\\.1:\\d+";
        String clientUrl = "http://" + Pattern.quote(SERVER.endpoint());

        assertThat(etcdctl.ok("member", "list"))
                .matches(MEMBER_ID + ", started, n1, " + peerUrl + ", " + clientUrl + ", false\n");
        assertThat(etcdctl.ok("member", "list", "-w", "json"))
                .matches("\\{\"header\":\\{\"cluster_id\":\\d+,\"member_id\":(\\d+),\"raft_term\":\\d+\\},"
                        + "\"members\":\\[\\{\"ID\":\\1,\"name\":\"n1\",\"peerURLs\":\\[\"" + peerUrl
                        + "\"\\],\"clientURLs\":\\[\"" + clientUrl + "\"\\]\\}\\]\\}\n");
        assertThat(etcdctl.ok("member", "list", "-w", "table"))
                .contains("PEER ADDRS", "IS LEARNER |", "| started |   n1 | http://127.0.0.1:")
                .contains("http://" + SERVER.endpoint());
        assertThat(etcdctl.ok("member", "list", "-w", "fields"))
                .contains("\"Name\" : \"n1\"\n", "\"IsLearner\" : false\n");
    }

    @Test
    void no_alarm_is_raised() {
        assertThat(etcdctl.ok("alarm", "list")).isEmpty();
        assertThat(etcdctl.ok("alarm", "disarm")).isEmpty();
    }

    @Test
    void defragmentation_is_accepted() {
        Etcdctl.Result result = etcdctl.run("defrag");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out() + result.err())
                .contains("Finished defragmenting etcd member[" + SERVER.endpoint() + "]");
    }
}
