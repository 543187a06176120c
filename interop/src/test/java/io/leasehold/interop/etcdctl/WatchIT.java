package io.leasehold.interop.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches begin at a given revision wherever the order of start and change would be a race. */
@Tag("etcdctl")
final class WatchIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final Etcdctl etcdctl = new Etcdctl(SERVER);

    @Test
    void changes_of_a_key_arrive_in_order() {
        try (EtcdctlSession watch = watchFromNow("order")) {
            etcdctl.ok("put", "order", "1");
            etcdctl.ok("put", "order-other", "x");
            etcdctl.ok("put", "order", "2");
            etcdctl.ok("del", "order");

            watch.awaitOutput("DELETE\norder\n\n");
            assertThat(watch.output()).isEqualTo("PUT\norder\n1\nPUT\norder\n2\nDELETE\norder\n\n");
        }
    }

    @Test
    void a_watch_without_a_revision_sees_what_comes_after_it() {
        try (EtcdctlSession watch = etcdctl.open("watch", "live")) {
            Await.until("the first event", Duration.ofSeconds(60), () -> {
                etcdctl.ok("put", "live", "v");
                return watch.output().contains("PUT\nlive\nv\n");
            });
        }
    }

    @Test
    void a_prefix_is_watched_as_a_whole() {
        try (EtcdctlSession watch = watchFromNow("pre/", "--prefix")) {
            etcdctl.ok("put", "pre/a", "1");
            etcdctl.ok("put", "pre0", "x");
            etcdctl.ok("put", "pre/b", "2");

            watch.awaitOutput("PUT\npre/b\n2\n");
            assertThat(watch.output()).isEqualTo("PUT\npre/a\n1\nPUT\npre/b\n2\n");
        }
    }

    @Test
    void a_range_excludes_its_end() {
        try (EtcdctlSession watch = watchFromNow("ra", "rc")) {
            etcdctl.ok("put", "rc", "no");
            etcdctl.ok("put", "rb", "yes");

            watch.awaitOutput("PUT\nrb\nyes\n");
            assertThat(watch.output()).isEqualTo("PUT\nrb\nyes\n");
        }
    }

    @Test
    void history_is_replayed_from_a_revision() {
        etcdctl.ok("put", "hist", "1");
        long first = etcdctl.revision();
        etcdctl.ok("put", "hist", "2");
        etcdctl.ok("del", "hist");

        try (EtcdctlSession watch = etcdctl.open("watch", "hist", "--rev", Long.toString(first))) {
            watch.awaitOutput("DELETE\nhist\n\n");
            assertThat(watch.output()).isEqualTo("PUT\nhist\n1\nPUT\nhist\n2\nDELETE\nhist\n\n");
        }
    }

    @Test
    void the_value_before_is_shown_when_asked_for() {
        try (EtcdctlSession watch = watchFromNow("pk", "--prev-kv")) {
            etcdctl.ok("put", "pk", "1");
            etcdctl.ok("put", "pk", "2");
            etcdctl.ok("del", "pk");

            watch.awaitOutput("DELETE\npk\n2\npk\n\n");
            assertThat(watch.output()).isEqualTo("PUT\npk\n1\nPUT\npk\n1\npk\n2\nDELETE\npk\n2\npk\n\n");
        }
    }

    @Test
    void json_events_carry_the_key_value() {
        try (EtcdctlSession watch = watchFromNow("wj", "-w", "json")) {
            etcdctl.ok("put", "wj", "1");

            watch.awaitOutput("\n");
            assertThat(watch.output())
                    .matches(
                            "\\{\"Header\":" + Etcdctl.HEADER
                                    + ",\"Events\":\\[\\{\"kv\":\\{\"key\":\"d2o=\",\"create_revision\":\\d+,\"mod_revision\":\\d+,\"version\":1,\"value\":\"MQ==\"\\}\\}\\],\"CompactRevision\":0,\"Canceled\":false,\"Created\":false\\}\n");
        }
    }

    @Test
    void the_keys_of_one_txn_arrive_in_one_response() {
        try (EtcdctlSession watch = watchFromNow("tx/", "--prefix", "-w", "json")) {
            etcdctl.runWithInput("\nput tx/b 1\nput tx/a 2\n\n\n", "txn");

            watch.awaitOutput("\n");
            assertThat(watch.output().lines()).hasSize(1);
            assertThat(watch.output()).containsSubsequence("\"dHgvYg==\"", "\"dHgvYQ==\"");
        }
    }

    @Test
    void a_watch_below_the_compacted_revision_is_cancelled() {
        etcdctl.ok("put", "comp", "1");
        long first = etcdctl.revision();
        etcdctl.ok("put", "comp", "2");
        etcdctl.ok("compaction", Long.toString(first + 1));

        assertThat(etcdctl.run("watch", "comp", "--rev", Long.toString(first)))
                .isEqualTo(new Etcdctl.Result(
                        5,
                        "",
                        "watch was canceled (etcdserver: mvcc: required revision has been compacted)\n"
                                + "Error: watch is canceled by the server\n"));
    }

    @Test
    void a_command_runs_for_each_event() {
        String revision = Long.toString(etcdctl.revision() + 1);
        try (EtcdctlSession watch = etcdctl.open(
                "watch",
                "exec",
                "--rev",
                revision,
                "--",
                "sh",
                "-c",
                "echo $ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_VALUE")) {
            etcdctl.ok("put", "exec", "bar");

            watch.awaitOutput("PUT\nexec\nbar\n\"PUT\" \"bar\"\n");
        }
    }

    @Test
    void an_interactive_session_holds_many_watches_and_reports_progress() {
        String revision = Long.toString(etcdctl.revision() + 1);
        try (EtcdctlSession watch = etcdctl.open("watch", "-i")) {
            watch.type("watch ia --rev " + revision);
            watch.type("watch ib --prefix --rev " + revision);
            etcdctl.ok("put", "ib1", "1");
            watch.awaitOutput("PUT\nib1\n1\n");
            etcdctl.ok("put", "ia", "2");
            watch.awaitOutput("PUT\nia\n2\n");

            watch.type("progress");

            watch.awaitOutput("progress notify: " + etcdctl.revision() + "\n");
        }
    }

    @Test
    void a_lease_that_is_revoked_deletes_its_keys_in_key_order() {
        String lease = etcdctl.grant(60);
        for (String key : new String[] {"lw/c", "lw/a", "lw/b"}) {
            etcdctl.ok("put", key, "v", "--lease=" + lease);
        }

        try (EtcdctlSession watch = watchFromNow("lw/", "--prefix")) {
            etcdctl.ok("lease", "revoke", lease);

            watch.awaitOutput("DELETE\nlw/c\n\n");
            assertThat(watch.output()).isEqualTo("DELETE\nlw/a\n\nDELETE\nlw/b\n\nDELETE\nlw/c\n\n");
        }
    }

    private EtcdctlSession watchFromNow(String... arguments) {
        String[] command = new String[arguments.length + 3];
        command[0] = "watch";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        command[arguments.length + 1] = "--rev";
        command[arguments.length + 2] = Long.toString(etcdctl.revision() + 1);
        return etcdctl.open(command);
    }
}
