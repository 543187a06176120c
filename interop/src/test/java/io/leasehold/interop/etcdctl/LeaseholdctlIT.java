package io.leasehold.interop.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What leaseholdctl does beyond a call, beside the etcdctl whose place it takes. */
@Tag("etcdctl")
final class LeaseholdctlIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Of the checksum behind a snapshot's database. */
    private static final int CHECKSUM_BYTES = 32;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    /** Debian's, whatever the other tests run: one program is no comparison. */
    private final Etcdctl etcdctl = new Etcdctl(SERVER, Path.of("/usr/bin/etcdctl"));

    private final Etcdctl ours = new Etcdctl(SERVER, ServerTarget.launcher().resolveSibling("leaseholdctl"));

    @TempDir
    Path directory = Path.of("");

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void both_say_the_same_of_a_snapshot_and_either_restores_it() {
        ours.ok("put", "snapshot/a", "1");
        ours.ok("snapshot", "save", path("s.db"));

        String status = ours.ok("snapshot", "status", path("s.db"), "-w", "json");
        assertThat(status)
                .startsWith(etcdctl.ok("snapshot", "status", path("s.db"), "-w", "json")
                        .replace("}\n", ""));
        etcdctl.ok("snapshot", "restore", path("s.db"), "--data-dir", path("etcd"));
        assertThat(directory.resolve("etcd/member/snap/db")).exists();
        ours.ok("snapshot", "restore", path("s.db"), "--data-dir", path("leasehold"));
        String keys = "\"totalKey\":";
        assertThat(ours.ok("snapshot", "status", path("leasehold"), "-w", "json"))
                .contains(status.substring(status.indexOf("\"revision\""), status.indexOf(keys)));
        assertThat(ours.ok("defrag", "--data-dir", path("leasehold")))
                .startsWith("finished defragmenting directory " + path("leasehold") + ". took ");
        ours.ok("migrate", "--from", path("etcd"), "--data-dir", path("migrated"));
        assertThat(directory.resolve("migrated/member/state")).exists();
    }

    @Test
    void a_restore_that_is_refused_leaves_nothing_behind() throws IOException {
        ours.ok("snapshot", "save", path("s.db"));
        byte[] whole = Files.readAllBytes(directory.resolve("s.db"));
        Files.write(directory.resolve("bare.db"), Arrays.copyOf(whole, whole.length - CHECKSUM_BYTES));

        assertThat(ours.refused(1, "snapshot", "restore", path("bare.db"), "--data-dir", path("d")))
                .startsWith("Error: snapshot missing hash but --skip-hash-check=false");
        assertThat(directory.resolve("d")).doesNotExist();
        Files.createDirectory(directory.resolve("d"));
        ours.ok("snapshot", "restore", path("bare.db"), "--data-dir", path("d"), "--skip-hash-check");
        assertThat(ours.refused(1, "snapshot", "restore", path("s.db"), "--data-dir", path("d")))
                .isEqualTo("Error: data-dir \"" + path("d") + "\" exists and is not empty");
        assertThat(ours.refused(1, "snapshot", "status", path("none")))
                .isEqualTo("Error: stat " + path("none") + ": no such file or directory");
    }

    @Test
    void a_lock_ends_with_the_commands_exit_code() {
        assertThat(ours.run("lock", "m", "--", "sh", "-c", "echo $ETCD_LOCK_KEY; exit 7"))
                .satisfies(result -> {
                    assertThat(result.exitCode()).isEqualTo(7);
                    assertThat(result.out()).startsWith("m/");
                    assertThat(result.err()).isEqualTo("Error: exit status 7\n");
                });
        assertThat(etcdctl.ok("get", "--prefix", "m/")).isEmpty();
    }

    @Test
    void a_lock_is_free_when_its_holder_has_ended_by_a_signal() {
        EtcdctlSession holder = ours.open("lock", "signalled");
        try {
            holder.awaitOutput("signalled/");
            holder.terminate();

            assertThat(holder.awaitExit()).isZero();
            assertThat(etcdctl.ok("get", "--prefix", "signalled/")).isEmpty();
        } finally {
            holder.close();
        }
    }

    @Test
    void a_command_under_a_lock_ends_before_the_lock_does() {
        EtcdctlSession holder = ours.open("lock", "busy", "--", "sh", "-c", "echo ready; read line; exit 3");
        try {
            holder.awaitOutput("ready");
            holder.terminate();
            assertThat(etcdctl.ok("get", "--prefix", "busy/")).startsWith("busy/");
            holder.type("go");

            assertThat(holder.awaitExit()).isEqualTo(3);
            assertThat(etcdctl.ok("get", "--prefix", "busy/")).isEmpty();
        } finally {
            holder.close();
        }
    }

    @Test
    void whoever_only_watches_an_election_ends_well() {
        EtcdctlSession leader = ours.open("elect", "watched", "me");
        EtcdctlSession observer = ours.open("elect", "-l", "watched");
        try {
            leader.awaitOutput("me");
            observer.awaitOutput("me");
            observer.terminate();

            assertThat(observer.awaitExit()).isZero();
        } finally {
            observer.close();
            leader.close();
        }
    }

    @Test
    void a_mirror_has_the_keys_and_follows_changes() {
        ours.ok("put", "source/a", "1");

        EtcdctlSession mirror =
                ours.open("make-mirror", "--prefix", "source/", "--dest-prefix", "copy/", SERVER.endpoint());
        try {
            Await.until(
                    "the first key", PATIENCE, () -> etcdctl.ok("get", "copy/a").equals("copy/a\n1\n"));
            ours.ok("put", "source/b", "2");
            Await.until(
                    "the next key", PATIENCE, () -> etcdctl.ok("get", "copy/b").equals("copy/b\n2\n"));
            ours.ok("del", "source/a");
            Await.until("its end", PATIENCE, () -> etcdctl.ok("get", "copy/a").isEmpty());
        } finally {
            mirror.close();
        }
    }

    @Test
    void leases_are_listed_with_their_keys() {
        ours.ok("put", "--ttl", "300s", "leased/a", "1");

        assertThat(ours.ok("lease", "list", "--key-prefix=leased/", "--keys"))
                .containsPattern("found 1 leases\n[0-9a-f]{16}, left \\dm\\d+s, TTL 5m0s, keys 1\n  leased/a\n");
        assertThat(ours.ok("lease", "tree", "leased/")).endsWith(" of 5m0s\n└── leased/a\n");
        assertThat(ours.ok("get", "--show-lease", "leased/a"))
                .matches("leased/a\n1\nlease [0-9a-f]{16}, \\d+s of 300s left\n");
        assertThat(ours.ok("lease", "list")).isEqualTo(etcdctl.ok("lease", "list"));
    }
}
