package io.leasehold.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines that start nothing. */
final class LocalRunTest {
    @TempDir
    Path scratch = Path.of("");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... words) {
        LocalMain.Surroundings surroundings = new LocalMain.Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                false,
                "/no/such/launcher",
                new CountDownLatch(1),
                () -> 0,
                () -> "12:00:00",
                () -> "abc");
        return new LocalRun(surroundings).run(List.of(words));
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String directory() {
        return "--data-dir=" + scratch.resolve("none");
    }

    @Test
    void help_names_every_command() {
        assertThat(run()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(Verb.words());
    }

    @Test
    void what_is_not_understood_ends_with_2_and_a_suggestion() {
        assertThat(run("restrat")).isEqualTo(2);
        assertThat(errors()).contains("unknown command \"restrat\"", "Did you mean restart?");
        assertThat(run("up", "--member", "3")).isEqualTo(2);
        assertThat(errors()).contains("Did you mean --members?");
        assertThat(run("kill")).isEqualTo(2);
        assertThat(errors()).contains("expected the name of one member");
        assertThat(run("status", "infra1")).isEqualTo(2);
        assertThat(run("status", "--", "--name=x")).isEqualTo(2);
    }

    @Test
    void where_no_cluster_is_it_is_told_how_to_start_one() {
        assertThat(run("status", directory())).isEqualTo(1);
        assertThat(errors()).contains("there is no cluster in " + scratch.resolve("none"), "leasehold cluster up");
        assertThat(scratch.resolve("none")).doesNotExist();
    }

    @Test
    void numbers_out_of_range_leave_no_directory() {
        assertThat(run("up", "--members", "8", directory())).isEqualTo(1);
        assertThat(errors()).contains("from 1 to 7, got 8");
        assertThat(run("up", "--base-port=80", directory())).isEqualTo(1);
        assertThat(errors()).contains("from 1024 to");
        assertThat(scratch.resolve("none")).doesNotExist();
    }

    @Test
    void a_taken_port_is_named_with_a_way_out() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int basePort = Math.min(taken.getLocalPort(), LocalCluster.BASE_PORT_MAX);
            if (basePort == taken.getLocalPort()) {
                assertThat(run("up", "--base-port=" + basePort, directory())).isEqualTo(1);
                assertThat(errors()).contains("port " + basePort + ", infra1's for clients, is taken", "--base-port=");
            }
        }
    }

    @Test
    void a_cluster_keeps_what_it_was_founded_with() throws IOException {
        try (ClusterDirectory directory = new ClusterDirectory(scratch)) {
            directory.create();
            directory.save(LocalCluster.founded(3, 2379, false, "t"));
        }

        String where = "--data-dir=" + scratch;
        assertThat(run("up", "--members=5", where)).isEqualTo(1);
        assertThat(errors()).contains("has 3 members, not 5");
        assertThat(run("up", "--base-port=4000", where)).isEqualTo(1);
        assertThat(errors()).contains("has ports from 2379 on, not from 4000");
        assertThat(run("up", "--auto-tls", where)).isEqualTo(1);
        assertThat(errors()).contains("was founded without TLS");
        assertThat(run("status", where)).isEqualTo(1);
        assertThat(errors()).contains("is not up");
        assertThat(run("down", where)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("nothing runs in");
    }
}
