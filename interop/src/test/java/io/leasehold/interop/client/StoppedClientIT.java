package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client's process stands still beyond its lease's time, and goes on. */
final class StoppedClientIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final List<String> printed = new CopyOnWriteArrayList<>();

    private Process start(int rounds) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KeptLeaseProgram.class.getName(),
                SERVER.endpoint(),
                "4",
                Integer.toString(rounds));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        Thread reader = new Thread(() -> lines.lines().forEach(printed::add));
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    private static void signal(Process process, String name) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    @Test
    void a_lease_that_ended_while_its_keeper_stood_still_is_never_said_to_be_valid_again() throws Exception {
        Process process = start(100_000);
        try (LeaseholdClient client = LeaseholdClient.builder()
                .endpoints(SERVER.endpoint())
                .callTimeout(Duration.ofSeconds(30))
                .build()) {
            Await.until("the lease is kept", PATIENCE, () -> printed.contains("valid"));
            long leaseId = Long.parseLong(printed.get(0).substring("lease ".length()));

            signal(process, "STOP");
            Await.until("the lease has ended", PATIENCE, () -> !await(
                            client.leases().timeToLive(leaseId, false))
                    .exists());
            int before = printed.size();
            boolean asked = printed.get(before - 1).equals("ask");
            signal(process, "CONT");

            Await.until("the loss is told", PATIENCE, () -> printed.stream().anyMatch(line -> line.startsWith("lost")));
            int told = printed.size();
            Await.until("it is asked again", PATIENCE, () -> printed.size() > told + 4);
            // An answer that was on its way when the process was stopped is from before.
            List<String> after = printed.subList(asked ? before + 1 : before, printed.size());
            assertThat(after).contains("invalid").doesNotContain("valid");
            assertThat(printed).filteredOn(line -> line.startsWith("lost")).hasSize(1);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void a_process_that_does_not_close_its_client_ends_all_the_same() throws Exception {
        Process process = start(3);
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
