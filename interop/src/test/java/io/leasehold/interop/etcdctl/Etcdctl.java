package io.leasehold.interop.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs etcdctl, or what stands in for it, against one server. */
final class Etcdctl {
    /** A response header in etcdctl's JSON, any values. */
    static final String HEADER = "\\{\"cluster_id\":\\d+,\"member_id\":\\d+,\"revision\":\\d+,\"raft_term\":\\d+\\}";

    /** The same in the fields format. */
    static final String FIELDS_HEADER =
            "\"ClusterID\" : \\d+\n\"MemberID\" : \\d+\n\"Revision\" : \\d+\n\"RaftTerm\" : \\d+\n";

    /** Debian's, unless the build names another that stands in for it. */
    private static final Path PROGRAM = Path.of(System.getProperty("interop.etcdctl.program", "/usr/bin/etcdctl"));

    /** The first leaseholdctl after a build makes its class cache, on a busy machine for a minute. */
    private static final long COMMAND_LIMIT_SECONDS = 180;

    private static final Pattern REVISION = Pattern.compile("\"revision\":(\\d+)");

    private final RunningServer server;
    private final Path program;

    Etcdctl(RunningServer server) {
        this(server, PROGRAM);
    }

    /** Another program in its place. */
    Etcdctl(RunningServer server, Path program) {
        this.server = server;
        this.program = program;
    }

    /** What one command left: its exit code and all that it printed. */
    record Result(int exitCode, String out, String err) {}

    /** Runs a command with nothing on its standard input. */
    Result run(String... arguments) {
        return runWithInput("", arguments);
    }

    /** Runs a command that reads the given text. */
    Result runWithInput(String input, String... arguments) {
        try {
            Path out = Files.createTempFile("etcdctl", ".out");
            Path err = Files.createTempFile("etcdctl", ".err");
            Process process = builder(List.of(arguments))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException endedWithoutReading) {
                // Commands that need no input may be gone already.
            }
            boolean ended = process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("etcdctl %s ends", String.join(" ", arguments)).isTrue();
            Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** Runs a command that must succeed, and returns what it printed. */
    String ok(String... arguments) {
        Result result = run(arguments);
        assertThat(result.exitCode())
                .as("etcdctl %s: %s", String.join(" ", arguments), result.err())
                .isZero();
        return result.out();
    }

    /** Runs a command that must fail with this code; returns the last line of its error output. */
    String refused(int exitCode, String... arguments) {
        Result result = run(arguments);
        assertThat(result.exitCode())
                .as("etcdctl %s: %s%s", String.join(" ", arguments), result.out(), result.err())
                .isEqualTo(exitCode);
        String[] lines = result.err().strip().split("\n", -1);
        return lines[lines.length - 1];
    }

    /** The store's revision as a linearizable get sees it. */
    long revision() {
        Matcher matcher = REVISION.matcher(ok("get", "no-such-key", "-w", "json"));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** Grants a lease and returns its id in hex, the way a shell script does it. */
    String grant(int ttlSeconds) {
        return ok("lease", "grant", Integer.toString(ttlSeconds)).split(" ", -1)[1];
    }

    /** Starts a command that goes on until it is ended. */
    EtcdctlSession open(String... arguments) {
        try {
            return new EtcdctlSession(builder(List.of(arguments)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder(List<String> arguments) {
        assertThat(program)
                .as("etcdctl is installed (apt-get install etcd-client)")
                .isExecutable();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCDCTL_"));
        builder.environment().put("ETCDCTL_API", "3");
        builder.environment().put("ETCDCTL_ENDPOINTS", server.endpoint());
        return builder;
    }
}
