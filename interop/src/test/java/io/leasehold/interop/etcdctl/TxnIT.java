package io.leasehold.interop.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("etcdctl")
final class TxnIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final Etcdctl etcdctl = new Etcdctl(SERVER);

    @Test
    void a_true_compare_runs_the_success_list_in_order() {
        etcdctl.ok("put", "a", "1");

        Etcdctl.Result result = txn("value(\"a\") = \"1\"\n\nput a 2\nget a\nput b 5\n\nget a\n\n");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("SUCCESS\n\nOK\n\na\n2\n\nOK\n");
        assertThat(etcdctl.ok("get", "b")).isEqualTo("b\n5\n");
    }

    @Test
    void a_false_compare_runs_the_failure_list() {
        etcdctl.ok("put", "f", "1");

        Etcdctl.Result result = txn("mod(\"f\") > \"1000000\"\n\nput f 2\n\nget f\ndel f\n\n");

        assertThat(result.out()).isEqualTo("FAILURE\n\nf\n1\n\n1\n");
        assertThat(etcdctl.ok("get", "f")).isEmpty();
    }

    @Test
    void without_compares_the_success_list_runs() {
        assertThat(txn("\nput nocompare v\n\n\n").out()).isEqualTo("SUCCESS\n\nOK\n");
    }

    @Test
    void an_empty_txn_succeeds() {
        assertThat(txn("\n\n\n").out()).isEqualTo("SUCCESS\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create(\"absent\") = \"0\"   | SUCCESS",
                "ver(\"absent\") = \"0\"      | SUCCESS",
                "mod(\"absent\") > \"0\"      | FAILURE",
                "value(\"absent\") = \"\"     | FAILURE",
                "ver(\"present\") = \"2\"     | SUCCESS",
                "ver(\"present\") < \"2\"     | FAILURE",
                "create(\"present\") > \"0\"  | SUCCESS",
                "val(\"present\") > \"v1\"    | SUCCESS",
                "val(\"present\") < \"v1\"    | FAILURE",
                "val(\"present\") != \"v1\"   | SUCCESS"
            })
    void compares_judge_the_state_before_the_txn(String compare, String verdict) {
        etcdctl.ok("del", "present");
        etcdctl.ok("put", "present", "v1");
        etcdctl.ok("put", "present", "v2");

        assertThat(txn(compare + "\n\n\n\n").out()).isEqualTo(verdict + "\n");
    }

    @Test
    void all_compares_must_hold() {
        etcdctl.ok("put", "both", "1");

        assertThat(txn("ver(\"both\") = \"1\"\nval(\"both\") = \"2\"\n\nput both 3\n\n\n")
                        .out())
                .isEqualTo("FAILURE\n");
        assertThat(etcdctl.ok("get", "both")).isEqualTo("both\n1\n");
    }

    @Test
    void all_changes_share_one_revision() {
        long before = etcdctl.revision();

        txn("\nput one/a 1\nput one/b 2\nput one/c 3\n\n\n");

        assertThat(etcdctl.revision()).isEqualTo(before + 1);
        assertThat(etcdctl.ok("get", "one/", "--prefix", "-w", "fields").split("\"ModRevision\" : " + (before + 1), -1))
                .hasSize(4);
    }

    @Test
    void a_txn_that_changes_nothing_takes_no_revision() {
        long before = etcdctl.revision();

        assertThat(txn("\nget nothing\ndel nothing\n\n\n").out()).isEqualTo("SUCCESS\n\n\n0\n");

        assertThat(etcdctl.revision()).isEqualTo(before);
    }

    @Test
    void putting_a_key_twice_is_refused_and_changes_nothing() {
        long before = etcdctl.revision();

        Etcdctl.Result result = txn("\nput twice 1\nput twice 2\n\n\n");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).endsWith("Error: etcdserver: duplicate key given in txn request\n");
        assertThat(etcdctl.revision()).isEqualTo(before);
    }

    @Test
    void an_unknown_lease_in_the_taken_branch_fails_the_whole_txn() {
        Etcdctl.Result result = txn("\nput whole/a 1\nput whole/b 2 --lease=123456\n\n\n");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).endsWith("Error: etcdserver: requested lease not found\n");
        assertThat(etcdctl.ok("get", "whole/", "--prefix")).isEmpty();
    }

    @Test
    void an_unknown_lease_in_the_other_branch_does_not_matter() {
        assertThat(txn("\nput other 1\n\nput other 2 --lease=123456\n\n").out()).isEqualTo("SUCCESS\n\nOK\n");
    }

    @Test
    void interactive_mode_prompts_for_the_three_groups() {
        etcdctl.ok("put", "i", "1");

        Etcdctl.Result result = etcdctl.runWithInput("val(\"i\") = \"1\"\n\nget i\n\nget j\n\n", "txn", "-i");

        assertThat(result.out())
                .isEqualTo("compares:\nsuccess requests (get, put, del):\nfailure requests (get, put, del):\n"
                        + "SUCCESS\n\ni\n1\n");
    }

    @Test
    void json_shows_each_answer() {
        etcdctl.ok("put", "js", "1");

        Etcdctl.Result result =
                etcdctl.runWithInput("ver(\"js\") = \"1\"\n\nput js 2\nget js\n\n\n", "txn", "-w", "json");

        assertThat(result.out())
                .matches("\\{\"header\":" + Etcdctl.HEADER + ",\"succeeded\":true,\"responses\":\\["
                        + "\\{\"Response\":\\{\"(ResponsePut|response_put)\":\\{\"header\":\\{\"revision\":\\d+\\}\\}\\}\\},"
                        + "\\{\"Response\":\\{\"(ResponseRange|response_range)\":\\{\"header\":\\{\"revision\":\\d+\\},\"kvs\":"
                        + "\\[\\{\"key\":\"anM=\",\"create_revision\":\\d+,\"mod_revision\":\\d+,\"version\":2,"
                        + "\"value\":\"Mg==\"\\}\\],\"count\":1\\}\\}\\}\\]\\}\n");
    }

    private Etcdctl.Result txn(String input) {
        return etcdctl.runWithInput(input, "txn");
    }
}
