package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.RecordingListener;
import io.leasehold.raft.RecordingListener.Committed;
import io.leasehold.raft.RecordingListener.Ready;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes, without warning, and looks whether all that it had acknowledged is there. */
class KillTest {

    private static final int ROUNDS = 4;
    private static final int ACKNOWLEDGED_MAX = 1_500;

    @TempDir
    Path directory;

    @Test
    void every_acknowledged_entry_survives_kill_9() throws IOException, InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("KillTest seed " + seed);
        Random random = new Random(seed);
        List<String> acknowledged = new ArrayList<>();

        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(writeUntilKilled(round, 1 + random.nextInt(ACKNOWLEDGED_MAX)));

            assertThat(replay()).as("seed %d, round %d", seed, round).containsSubsequence(acknowledged);
        }
    }

    /** Returns all that the process has acknowledged, which is more than it was asked for: it dies under load. */
    private List<String> writeUntilKilled(int round, int atLeast) throws IOException, InterruptedException {
        List<String> acknowledged = new ArrayList<>();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        directory.toString(),
                        "round " + round)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == atLeast) {
                    // Through the process itself it would close our end of the pipe, with lines still in it.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(atLeast);
        // The kill may have come in the middle of a line, which then was not told to anybody.
        if (!acknowledged.getLast().endsWith(KilledWriter.LINE_END)) {
            acknowledged.removeLast();
        }
        return acknowledged;
    }

    private List<String> replay() {
        RecordingListener listener = new RecordingListener();
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(directory))) {
            log.start(listener, 0, 0);
            listener.await(Ready.class);
        }
        return listener.all(Committed.class).stream().map(Committed::payload).toList();
    }
}
