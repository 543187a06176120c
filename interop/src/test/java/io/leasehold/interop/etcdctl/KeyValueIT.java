package io.leasehold.interop.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("etcdctl")
final class KeyValueIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final Etcdctl etcdctl = new Etcdctl(SERVER);

    @Test
    void put_says_ok_and_get_prints_key_and_value() {
        assertThat(etcdctl.ok("put", "simple", "bar")).isEqualTo("OK\n");

        assertThat(etcdctl.ok("get", "simple")).isEqualTo("simple\nbar\n");
    }

    @Test
    void get_of_a_missing_key_prints_nothing() {
        assertThat(etcdctl.ok("get", "never-put")).isEmpty();
    }

    @Test
    void put_reads_the_value_from_stdin_with_its_line_end() {
        assertThat(etcdctl.runWithInput("line\n", "put", "stdin").out()).isEqualTo("OK\n");

        assertThat(etcdctl.ok("get", "stdin", "-w", "fields")).contains("\"Value\" : \"line\\n\"\n");
    }

    @Test
    void put_with_prev_kv_prints_what_was_there() {
        assertThat(etcdctl.ok("put", "prev", "1", "--prev-kv")).isEqualTo("OK\n");

        assertThat(etcdctl.ok("put", "prev", "2", "--prev-kv")).isEqualTo("OK\nprev\n1\n");
    }

    @Test
    void put_ignoring_the_value_keeps_it() {
        etcdctl.ok("put", "kept", "v");

        etcdctl.ok("put", "kept", "--ignore-value");

        assertThat(etcdctl.ok("get", "kept", "-w", "fields")).contains("\"Value\" : \"v\"", "\"Version\" : 2");
        assertThat(etcdctl.refused(1, "put", "kept-missing", "--ignore-value"))
                .isEqualTo("Error: etcdserver: key not found");
    }

    @Test
    void put_with_an_empty_key_is_refused() {
        assertThat(etcdctl.refused(1, "put", "", "v")).isEqualTo("Error: etcdserver: key is not provided");
    }

    @Test
    void put_in_json_shows_the_header_and_prev_kv() {
        assertThat(etcdctl.ok("put", "json", "v", "-w", "json")).matches("\\{\"header\":" + Etcdctl.HEADER + "\\}\n");

        assertThat(etcdctl.ok("put", "json", "w", "--prev-kv", "-w", "json"))
                .matches("\\{\"header\":" + Etcdctl.HEADER + ",\"prev_kv\":\\{\"key\":\"anNvbg==\","
                        + "\"create_revision\":\\d+,\"mod_revision\":\\d+,\"version\":1,\"value\":\"dg==\"\\}\\}\n");
    }

    @Test
    void get_in_json_shows_revisions_version_and_count() {
        etcdctl.ok("put", "gj", "1");
        long created = etcdctl.revision();
        etcdctl.ok("put", "gj", "2");

        assertThat(etcdctl.ok("get", "gj", "-w", "json"))
                .matches("\\{\"header\":" + Etcdctl.HEADER + ",\"kvs\":\\[\\{\"key\":\"Z2o=\",\"create_revision\":"
                        + created + ",\"mod_revision\":" + (created + 1)
                        + ",\"version\":2,\"value\":\"Mg==\"\\}\\],\"count\":1\\}\n");
    }

    @Test
    void get_in_fields_shows_everything() {
        etcdctl.ok("put", "gf", "v");
        long revision = etcdctl.revision();

        assertThat(etcdctl.ok("get", "gf", "-w", "fields"))
                .matches(Etcdctl.FIELDS_HEADER + "\"Key\" : \"gf\"\n\"CreateRevision\" : " + revision
                        + "\n\"ModRevision\" : " + revision
                        + "\n\"Version\" : 1\n\"Value\" : \"v\"\n\"Lease\" : 0\n\"More\" : false\n\"Count\" : 1\n");
    }

    @Test
    void get_does_not_know_tables() {
        assertThat(etcdctl.refused(4, "get", "a", "-w", "table"))
                .isEqualTo("Error: table not supported as output format");
    }

    @Test
    void ranges_prefixes_and_open_ends_select_in_key_order() {
        for (String key : new String[] {"r/c", "r/a", "r/b", "r0"}) {
            etcdctl.ok("put", key, "v-" + key);
        }

        assertThat(etcdctl.ok("get", "r/a", "r/c")).isEqualTo("r/a\nv-r/a\nr/b\nv-r/b\n");
        assertThat(etcdctl.ok("get", "r/", "--prefix", "--print-value-only")).isEqualTo("v-r/a\nv-r/b\nv-r/c\n");
        assertThat(etcdctl.ok("get", "r/b", "--from-key", "--limit", "2", "--keys-only"))
                .isEqualTo("r/b\n\nr/c\n\n");
        assertThat(etcdctl.ok("get", "r/c", "r/a")).isEmpty();
    }

    @Test
    void get_sorts_limits_and_counts_all() {
        etcdctl.ok("put", "s/a", "3");
        etcdctl.ok("put", "s/b", "1");
        etcdctl.ok("put", "s/c", "2");
        etcdctl.ok("put", "s/a", "3");

        assertThat(etcdctl.ok("get", "s/", "--prefix", "--order", "DESCEND", "--keys-only"))
                .isEqualTo("s/c\n\ns/b\n\ns/a\n\n");
        assertThat(etcdctl.ok("get", "s/", "--prefix", "--sort-by", "VALUE", "--order", "ASCEND", "--print-value-only"))
                .isEqualTo("1\n2\n3\n");
        assertThat(etcdctl.ok("get", "s/", "--prefix", "--sort-by", "VERSION", "--order", "DESCEND", "--limit", "1"))
                .isEqualTo("s/a\n3\n");
        assertThat(etcdctl.ok(
                        "get", "s/", "--prefix", "--sort-by", "CREATE", "--order", "DESCEND", "--print-value-only"))
                .isEqualTo("2\n1\n3\n");
        assertThat(etcdctl.ok("get", "s/", "--prefix", "--sort-by", "MODIFY", "--order", "ASCEND", "--keys-only"))
                .isEqualTo("s/b\n\ns/c\n\ns/a\n\n");
        assertThat(etcdctl.ok("get", "s/", "--prefix", "--limit", "2", "-w", "fields"))
                .contains("\"More\" : true\n\"Count\" : 3\n");
    }

    @Test
    void serializable_get_sees_acknowledged_puts_of_a_single_member() {
        etcdctl.ok("put", "ser", "v");

        assertThat(etcdctl.ok("get", "ser", "--consistency", "s")).isEqualTo("ser\nv\n");
    }

    @Test
    void old_revisions_are_readable_until_compacted() {
        etcdctl.ok("put", "old", "1");
        long first = etcdctl.revision();
        etcdctl.ok("put", "old", "2");
        etcdctl.ok("put", "old", "3");

        assertThat(etcdctl.ok("get", "old", "--rev", Long.toString(first))).isEqualTo("old\n1\n");
        assertThat(etcdctl.ok("compaction", Long.toString(first + 1)))
                .isEqualTo("compacted revision " + (first + 1) + "\n");
        assertThat(etcdctl.refused(1, "get", "old", "--rev", Long.toString(first)))
                .isEqualTo("Error: etcdserver: mvcc: required revision has been compacted");
        assertThat(etcdctl.ok("get", "old", "--rev", Long.toString(first + 1))).isEqualTo("old\n2\n");
        assertThat(etcdctl.refused(1, "compaction", Long.toString(first + 1)))
                .isEqualTo("Error: etcdserver: mvcc: required revision has been compacted");
    }

    @Test
    void physical_compaction_answers_too() {
        etcdctl.ok("put", "physical", "1");
        etcdctl.ok("put", "physical", "2");
        long revision = etcdctl.revision();

        assertThat(etcdctl.ok("compaction", "--physical", Long.toString(revision)))
                .isEqualTo("compacted revision " + revision + "\n");
        assertThat(etcdctl.ok("get", "physical")).isEqualTo("physical\n2\n");
    }

    @Test
    void future_revisions_are_refused() {
        String future = Long.toString(etcdctl.revision() + 1_000);

        assertThat(etcdctl.refused(1, "get", "old", "--rev", future))
                .isEqualTo("Error: etcdserver: mvcc: required revision is a future revision");
        assertThat(etcdctl.refused(1, "compaction", future))
                .isEqualTo("Error: etcdserver: mvcc: required revision is a future revision");
    }

    @Test
    void del_counts_what_it_deleted() {
        etcdctl.ok("put", "d/a", "1");
        etcdctl.ok("put", "d/b", "2");
        etcdctl.ok("put", "d/c", "3");

        assertThat(etcdctl.ok("del", "d/a", "--prev-kv")).isEqualTo("1\nd/a\n1\n");
        assertThat(etcdctl.ok("del", "d/a")).isEqualTo("0\n");
        assertThat(etcdctl.ok("del", "d/", "--prefix")).isEqualTo("2\n");
        assertThat(etcdctl.ok("get", "d/", "--prefix")).isEmpty();
    }

    @Test
    void del_takes_a_revision_only_when_something_was_there() {
        etcdctl.ok("put", "dr", "1");
        long before = etcdctl.revision();

        etcdctl.ok("del", "dr-missing");
        assertThat(etcdctl.revision()).isEqualTo(before);
        assertThat(etcdctl.ok("del", "dr", "-w", "json"))
                .matches("\\{\"header\":" + Etcdctl.HEADER + ",\"deleted\":1\\}\n");
        assertThat(etcdctl.revision()).isEqualTo(before + 1);
    }

    @Test
    void a_key_put_again_after_its_deletion_starts_at_version_one() {
        etcdctl.ok("put", "again", "1");
        etcdctl.ok("put", "again", "2");
        etcdctl.ok("del", "again");

        etcdctl.ok("put", "again", "3");

        assertThat(etcdctl.ok("get", "again", "-w", "fields")).contains("\"Version\" : 1\n");
    }

    @Test
    void bytes_of_any_kind_come_back() {
        etcdctl.ok("put", "bytes", "tab\t\"quoted\" \u00e9");

        assertThat(etcdctl.ok("get", "bytes", "-w", "fields")).contains("\"Value\" : \"tab\\t\\\"quoted\\\" \u00e9\"");
        assertThat(etcdctl.ok("get", "bytes", "--hex")).startsWith("\\x62\\x79\\x74\\x65\\x73\n");
    }
}
