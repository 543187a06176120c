package io.leasehold.interop.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.LoopbackPorts;
import io.leasehold.interop.ServerTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code leasehold cluster}, as people type it, from one terminal and another. */
@Tag("cluster")
@Order(1)
final class LocalClusterIT {
    /** Three starts on a machine that does much else. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** A member that is added has the fourth place. */
    private static final int PLACES = 4;

    private static final int PORT_STEP = 10;
    private static final int BASE_PORT_MIN = 3_000;
    private static final int BASE_PORT_MAX = 11_900;
    private static final Pattern LEADER = Pattern.compile("(infra\\d) leads");

    @TempDir
    Path scratch = Path.of("");

    private final List<Process> kept = new ArrayList<>();

    /** What a command that ends by itself left. */
    private record Ended(int exitCode, String output) {}

    @BeforeEach
    void only_for_leasehold() {
        assumeThat(ServerTarget.configured()).isEqualTo(ServerTarget.LEASEHOLD);
    }

    @AfterEach
    void end_all() throws Exception {
        for (Process process : kept) {
            // Ends its members, too; if it cannot any more, those that it noted are.
            process.destroy();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        }
        run("down");
    }

    @Test
    void a_cluster_comes_up_loses_its_leader_gets_it_back_grows_and_goes_down() throws Exception {
        int basePort = freeBasePort();
        Process up = up("--members", "3", "--base-port", Integer.toString(basePort));
        awaitPrinted(up, "ready: leaseholdctl");

        Ended second = run("up");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.output()).contains("already", "leasehold cluster down");

        String leader = leader();
        assertThat(run("kill", leader)).isEqualTo(new Ended(0, "killed " + leader + "\n"));
        Await.until("another leader", LIMIT, () -> !leader().equals(leader));
        assertThat(run("status").output()).containsPattern(leader + " +killed");

        assertDone(run("start", leader), leader + " serves at http://127.0.0.1:");
        assertDone(run("restart", "infra2"), "infra2 serves at http://127.0.0.1:");
        assertDone(run("add"), "added infra4 serves at http://127.0.0.1:" + (basePort + 3 * PORT_STEP));
        assertThat(run("status").output()).contains("4 members");

        assertDone(run("down"), "ended 4 members");
        assertThat(up.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isZero();
        assertThat(run("status").exitCode()).isEqualTo(1);
    }

    @Test
    void a_signal_leaves_no_member_and_what_a_killed_keeper_leaves_down_ends() throws Exception {
        Process signalled = up("--members", "1", "--base-port", Integer.toString(freeBasePort()));
        awaitPrinted(signalled, "ready: leaseholdctl");
        List<ProcessHandle> running = members();
        assertThat(running).hasSize(1);
        signalled.destroy();
        assertThat(signalled.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(signalled.exitValue()).isEqualTo(143);
        assertThat(running).noneMatch(ProcessHandle::isAlive);

        Process killed = up();
        awaitPrinted(killed, "infra1 starts");
        List<ProcessHandle> left = members();
        assertThat(left).hasSize(1);
        killed.destroyForcibly().waitFor();
        assertDone(run("down"), "ended infra1");
        assertThat(left).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void members_that_cannot_start_say_why() throws Exception {
        Process up = up("--members=1", "--base-port=" + freeBasePort(), "--", "--election-timeout=50001");

        assertThat(up.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isEqualTo(1);
        assertThat(printed(0)).contains("no member came up", "infra1: exit code 1", "election-timeout");
    }

    /** Processes of members, as the keeper has noted them. */
    private List<ProcessHandle> members() throws IOException {
        return Files.readAllLines(directory().resolve("processes")).stream()
                .flatMap(line -> ProcessHandle.of(Long.parseLong(line.split(" ", -1)[1])).stream())
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    private String leader() throws Exception {
        Matcher leader = LEADER.matcher(run("status").output());
        return leader.find() ? leader.group(1) : "";
    }

    private static void assertDone(Ended ended, String words) {
        assertThat(ended.output()).contains(words);
        assertThat(ended.exitCode()).as(ended.output()).isZero();
    }

    /** Members look for their ports from here on, a step apart. Other tests draw theirs above, one at a time. */
    private static int freeBasePort() {
        int basePort;
        do {
            basePort = ThreadLocalRandom.current().nextInt(BASE_PORT_MIN, BASE_PORT_MAX);
        } while (!LoopbackPorts.areFree(basePort, PORT_STEP, PLACES)
                || !LoopbackPorts.areFree(basePort + 1, PORT_STEP, PLACES));
        return basePort;
    }

    private Path directory() {
        return scratch.resolve("cluster");
    }

    private Process up(String... words) throws IOException {
        Process process = start(scratch.resolve("up" + kept.size()), "up", words);
        kept.add(process);
        return process;
    }

    private void awaitPrinted(Process up, String words) {
        int index = kept.indexOf(up);
        Await.until(words, LIMIT, () -> {
            if (!up.isAlive()) {
                throw new AssertionError("it ended: " + printed(index));
            }
            return printed(index).contains(words);
        });
    }

    private String printed(int index) throws IOException {
        return Files.readString(scratch.resolve("up" + index));
    }

    private Ended run(String verb, String... words) throws Exception {
        Path output = Files.createTempFile(scratch, verb, ".out");
        Process process = start(output, verb, words);
        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertThat(ended).as("%s ends", verb).isTrue();
        return new Ended(process.exitValue(), Files.readString(output));
    }

    private Process start(Path output, String verb, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ServerTarget.launcher().toString(),
                "cluster",
                verb,
                "--data-dir",
                directory().toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.toUpperCase(Locale.ROOT)
                .startsWith("ETCD"));
        return builder.start();
    }
}
