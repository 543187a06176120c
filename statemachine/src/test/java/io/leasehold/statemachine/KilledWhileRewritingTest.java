package io.leasehold.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.StoreHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that changes, compacts and rewrites its state is killed at some moment, again and again, and each time what lies
 * on disk is a state that it had. More rounds: {@code -Dleasehold.kill.rounds=100}.
 */
class KilledWhileRewritingTest {
    private static final int ROUNDS = Integer.getInteger("leasehold.kill.rounds", 3);

    /** Lines read before a kill: each is one more checkpoint. */
    private static final int CHECKPOINTS_MAX = 60;

    @TempDir
    Path directory;

    @Test
    void what_is_on_disk_after_a_kill_is_a_state_that_the_process_had() throws Exception {
        long seed = Long.getLong("leasehold.seed", System.nanoTime());
        System.out.println("KilledWhileRewritingTest seed " + seed);
        Random random = new Random(seed);
        Path state = directory.resolve("state");
        RewritingProcess expected = RewritingProcess.undisturbed(directory.resolve("expected"), seed);

        for (int round = 0; round < ROUNDS; round++) {
            long acknowledged = runAndKill(state, seed, random);

            try (Machine found = Machine.open(state)) {
                assertThat(found.machine.appliedIndex()).isGreaterThanOrEqualTo(acknowledged);
                StoreHash hash = expected.hashAt(found.machine.appliedIndex());
                assertThat(found.machine.snapshot().hash(0)).isEqualTo(hash);
            }
        }
        expected.close();
    }

    /** Returns the last entry of which the process had said that it is on disk. */
    private static long runAndKill(Path state, long seed, Random random) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RewritingProcess.class.getName(),
                        state.toString(),
                        Long.toString(seed)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long acknowledged = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int wanted = 1 + random.nextInt(CHECKPOINTS_MAX);
            for (int i = 0; i < wanted; i++) {
                String line = lines.readLine();
                assertThat(line).as("the process ended by itself").isNotNull();
                acknowledged = Long.parseLong(line);
            }
            // Anywhere in what it does until then.
            TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        return acknowledged;
    }
}
