package io.leasehold.interop.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts are Leasehold's own, so these run for it alone. */
final class LauncherIT {
    /** The very first start may prepare a class cache, which takes long on a machine that has too much to do. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final long EXIT_LIMIT_SECONDS = START_LIMIT.toSeconds();

    @TempDir
    Path directory = Path.of("");

    @BeforeEach
    void only_for_leasehold() {
        assumeThat(ServerTarget.configured()).isEqualTo(ServerTarget.LEASEHOLD);
    }

    /** What a process that ended by itself left. */
    private record Ended(int exitCode, String output) {}

    @Test
    void all_problems_of_a_command_line_are_named_at_once() throws Exception {
        Ended ended = run(List.of(launcher(), "server", "--no-such-flag", "--heartbeat-interval", "soon"));

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.output()).contains("no-such-flag", "heartbeat-interval", "soon");
    }

    @Test
    void a_value_that_cannot_be_read_ends_with_2_and_one_that_does_not_fit_with_1() throws Exception {
        Ended unread = run(List.of(launcher(), "server", "--election-timeout=never"));
        assertThat(unread.exitCode()).isEqualTo(2);
        assertThat(unread.output()).contains("election-timeout", "never");

        Ended unfit = run(List.of(launcher(), "server", "--election-timeout=50001"));
        assertThat(unfit.exitCode()).isEqualTo(1);
        assertThat(unfit.output()).contains("election-timeout");
    }

    @Test
    void a_log_file_that_cannot_be_written_is_told_instead_of_a_start() throws Exception {
        Ended ended = run(List.of(launcher(), "server", "--log-outputs=/no/such/directory/log"));

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains("--log-outputs", "/no/such/directory/log");
    }

    @Test
    void help_and_version_are_no_errors() throws Exception {
        Ended help = run(List.of(launcher(), "server", "--help"));
        assertThat(help.exitCode()).isZero();
        assertThat(help.output()).contains("--data-dir", "--listen-client-urls");

        assertThat(run(List.of(launcher(), "server", "--version")).exitCode()).isZero();
    }

    @Test
    void a_port_in_use_is_one_clear_line() throws Exception {
        try (ServerProcess running = ServerProcess.start(ServerTarget.LEASEHOLD)) {
            String url = "http://" + running.endpoint();
            Ended ended = run(List.of(
                    launcher(),
                    "server",
                    "--data-dir",
                    directory.resolve("other").toString(),
                    "--listen-client-urls=" + url,
                    "--advertise-client-urls=" + url,
                    "--listen-peer-urls=http://127.0.0.1:0"));

            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.output())
                    .contains(Integer.toString(running.clientPort()))
                    .doesNotContain("\tat ");
            assertThat(running.isAlive()).isTrue();
        }
    }

    @Test
    void a_data_directory_has_one_server() throws Exception {
        try (ServerProcess running = ServerProcess.start(ServerTarget.LEASEHOLD)) {
            Ended ended = run(List.of(
                    launcher(),
                    "server",
                    "--name",
                    "n1",
                    "--data-dir",
                    running.dataDirectory().toString(),
                    "--listen-client-urls=http://127.0.0.1:0",
                    "--advertise-client-urls=http://127.0.0.1:0",
                    "--listen-peer-urls=http://127.0.0.1:0"));

            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.output())
                    .contains(running.dataDirectory().toString())
                    .doesNotContain("\tat ");
            assertThat(running.isAlive()).isTrue();
        }
    }

    @Test
    void a_data_directory_that_is_a_file_is_refused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        Ended ended = run(List.of(launcher(), "server", "--data-dir", file.toString()));

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains(file.toString()).doesNotContain("\tat ");
    }

    @Test
    void a_link_named_etcd_is_the_server_from_any_directory() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("etcd"), Path.of(launcher()));

        Ended version = run(List.of(link.toString(), "--version"));
        Ended wrong = run(List.of(link.toString(), "--no-such-flag"));

        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).containsPattern("\\d+\\.\\d+\\.\\d+");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).contains("no-such-flag");
    }

    @Test
    void flags_without_a_sub_command_are_the_servers() throws Exception {
        assertThat(run(List.of(launcher(), "--no-such-flag")).exitCode()).isEqualTo(2);
    }

    @Test
    void sigterm_stops_the_server_and_what_was_written_stays() {
        try (ServerProcess server = ServerProcess.start(ServerTarget.LEASEHOLD)) {
            assertThat(server.stop())
                    .as("0, or 143 as the shell counts the signal")
                    .isIn(0, 143);
            server.restart();
            assertThat(server.stop()).isIn(0, 143);
        }
    }

    @Test
    void who_waits_for_a_stopped_server_sees_it_ended_by_the_signal() throws Exception {
        Path output = directory.resolve("output");
        Process shell = startInShell(launcher(), output);
        try {
            awaitReady(output);

            shell.children().forEach(ProcessHandle::destroy);

            assertThat(shell.waitFor(EXIT_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(shell.exitValue()).isEqualTo(143);
            assertThat(Files.readString(output)).contains("Terminated");
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    /** Whoever starts etcd reads its output as lines of JSON. */
    @Test
    void called_etcd_the_server_says_nothing_but_json() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("etcd"), Path.of(launcher()));
        Path output = directory.resolve("output");
        Process shell = startInShell(link.toString(), output);
        try {
            awaitReady(output);

            assertThat(Files.readAllLines(output))
                    .filteredOn(line -> !line.startsWith("leasehold: "))
                    .allMatch(line -> line.startsWith("{\"level\":"));
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    private static void awaitReady(Path output) {
        Await.until("the server is ready", START_LIMIT, () -> Files.readString(output)
                .contains("ready to serve client requests"));
    }

    private Process startInShell(String program, Path output) throws IOException {
        String peer = "unix://" + directory.resolve("peer");
        // Of a child that a signal ended a shell says so; of one that exits with 143 it says nothing.
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        "-c",
                        "\"$@\"; exit $?",
                        "shell",
                        program,
                        "--data-dir=" + directory.resolve("data"),
                        "--listen-client-urls=http://127.0.0.1:0",
                        "--advertise-client-urls=http://127.0.0.1:0",
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
        return builder.start();
    }

    private static String launcher() {
        return ServerTarget.launcher().toString();
    }

    private Ended run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "launcher", ".out");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
        Process process = builder.start();
        boolean ended = process.waitFor(EXIT_LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output);
        assertThat(ended).as("%s ends; it printed:%n%s", command, printed).isTrue();
        return new Ended(process.exitValue(), printed);
    }
}
