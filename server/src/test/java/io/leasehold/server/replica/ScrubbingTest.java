package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.RevisionStore;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.mvcc.StorePosition;
import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubbingTest {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    @TempDir
    Path directory;

    private long nowNanos;
    private final List<StoreCorruptedException> found = new ArrayList<>();

    @Test
    void a_pass_reads_all_and_the_next_one_comes_ten_minutes_later() throws IOException {
        try (RevisionStore store = filled()) {
            Scrubbing scrubbing = new Scrubbing(store::snapshot, found::add, () -> nowNanos);

            assertThat(scrubbing.some()).as("not right after the start").isZero();

            nowNanos += 10 * MINUTE_NANOS;
            long onePass = hundredTurns(scrubbing);
            assertThat(onePass).isBetween(1_000_000L, store.snapshot().sizeBytes());

            nowNanos += 10 * MINUTE_NANOS;
            assertThat(hundredTurns(scrubbing)).isEqualTo(onePass);
            assertThat(found).isEmpty();
        }
    }

    @Test
    void damage_is_reported_once_a_pass() throws IOException {
        try (RevisionStore store = filled()) {
            harm(directory.resolve("0000000001.segment"));
            Scrubbing scrubbing = new Scrubbing(store::snapshot, found::add, () -> nowNanos);

            for (int minute = 0; minute < 25; minute++) {
                nowNanos += MINUTE_NANOS;
                for (int i = 0; i < 20; i++) {
                    scrubbing.some();
                }
            }

            assertThat(found).hasSize(2).first().asString().contains("0000000001.segment");
        }
    }

    private static long hundredTurns(Scrubbing scrubbing) {
        long checkedBytes = 0;
        for (int i = 0; i < 100; i++) {
            checkedBytes += scrubbing.some();
        }
        return checkedBytes;
    }

    private RevisionStore filled() throws IOException {
        RevisionStore store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY);
        ByteSequence value = ByteSequence.wrap(new byte[10_000]);
        for (int i = 0; i < 110; i++) {
            store.put(ByteSequence.utf8("k" + i), value, 0);
            store.finishRevision();
        }
        store.publish();
        return store;
    }

    private static void harm(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 400_000);
        }
    }
}
