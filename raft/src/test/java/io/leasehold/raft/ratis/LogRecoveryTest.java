package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.raft.LogStartException;
import io.leasehold.raft.RecordingListener;
import io.leasehold.raft.RecordingListener.Committed;
import io.leasehold.raft.RecordingListener.Ready;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log made that of a cluster of one, and what a crash leaves of that. {@link RatisClusterTest} has the cluster. */
class LogRecoveryTest {
    private static final byte[] ALONE = "alone".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final RatisSettings first = TestSettings.soleVoter(Path.of("unset"));
    private final long clusterId = first.groupId().getMostSignificantBits();

    @Test
    void nothing_is_recovered_where_nothing_is() {
        assertThat(LogRecovery.groupIdIn(directory.resolve("none"), clusterId)).isEmpty();
        assertThatThrownBy(() -> LogRecovery.carryOnAlone(directory, clusterId, TestSettings.MEMBER_ID, 0, ALONE))
                .isInstanceOf(LogStartException.class)
                .hasMessageContaining("never took part");
    }

    @Test
    void whatever_a_crash_leaves_of_the_two_entries_can_be_opened_and_recovered_again() throws IOException {
        int entries = 3;
        write(entries);
        byte[] before = Files.readAllBytes(segment());
        LogRecovery.carryOnAlone(directory, clusterId, TestSettings.MEMBER_ID, 0, ALONE);
        byte[] after = Files.readAllBytes(segment());
        int changed = Arrays.mismatch(before, after);
        int end = after.length;
        while (after[end - 1] == 0) {
            end--;
        }

        for (int cut = changed; cut < end; cut++) {
            byte[] torn = Arrays.copyOf(after, end + 100);
            Arrays.fill(torn, cut, torn.length, (byte) 0);
            Files.write(segment(), torn);

            LogRecovery.carryOnAlone(directory, clusterId, TestSettings.MEMBER_ID, 0, ALONE);

            SegmentScan scan = SegmentScan.of(Files.readAllBytes(segment()), 0);
            assertThat(scan.ending()).isEqualTo(SegmentScan.Ending.CLEAN);
            // One entry of the engine's own, ours, and one or both pairs.
            assertThat(scan.nextIndex()).isBetween(1L + entries + 2, 1L + entries + 4);
        }
    }

    @Test
    void a_log_without_entries_behind_a_fetched_state_gets_a_file_of_its_own() throws IOException {
        write(3);
        LogDirectory.at(directory, groupId()).forgetEntries();
        int appliedIndex = 40;

        LogRecovery.carryOnAlone(directory, clusterId, TestSettings.MEMBER_ID, appliedIndex, ALONE);

        assertThat(segment().getFileName()).hasToString("log_inprogress_" + appliedIndex);
        try (RatisLog log = open()) {
            RecordingListener listener = new RecordingListener();
            log.start(listener, appliedIndex, 1);
            listener.await(Ready.class);
            assertThat(listener.all(Committed.class))
                    .extracting(Committed::index, Committed::payload)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(appliedIndex + 1L, "alone"));
        }
    }

    private void write(int entries) {
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(directory))) {
            RecordingListener listener = new RecordingListener();
            log.start(listener, 0, 0);
            listener.await(Ready.class);
            for (int i = 0; i < entries; i++) {
                String entry = "entry " + i;
                log.propose(entry.getBytes(StandardCharsets.UTF_8), entry);
                listener.await(Committed.class, committed -> entry.equals(committed.payload()));
            }
        }
    }

    private RatisLog open() {
        RatisSettings like = TestSettings.soleVoter(directory);
        return new RatisLog(new RatisSettings(
                groupId(),
                like.memberId(),
                like.peers(),
                false,
                like.listen(),
                directory,
                like.electionTimeoutMillis(),
                like.maxPayloadBytes(),
                like.tls()));
    }

    private UUID groupId() {
        return LogRecovery.groupIdIn(directory, clusterId).orElseThrow();
    }

    private Path segment() throws IOException {
        Path log = LogDirectory.at(directory, groupId()).path();
        try (Stream<Path> files = Files.list(log)) {
            List<Path> segments = files.filter(
                            file -> file.getFileName().toString().startsWith("log_"))
                    .toList();
            assertThat(segments).hasSize(1);
            return segments.getFirst();
        }
    }
}
