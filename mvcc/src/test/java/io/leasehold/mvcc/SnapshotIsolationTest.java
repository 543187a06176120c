package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ByteSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotIsolationTest {
    private static final int WRITES = 4_000;
    private static final int KEYS = 700;

    @TempDir
    Path directory;

    @Test
    void readers_see_whole_batches_while_the_writer_goes_on() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try (RevisionStore store = RevisionStore.open(directory, new StoreOptions(4_096), StorePosition.EMPTY)) {
            List<Future<?>> reading = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                reading.add(readers.submit(() -> {
                    while (!done.get()) {
                        assertWhole(store.snapshot());
                    }
                }));
            }
            for (int i = 0; i < WRITES; i++) {
                store.put(key(i % KEYS), ByteSequence.utf8("value" + i), 0);
                store.finishRevision();
                if (i % 3 == 2) {
                    store.publish();
                }
                if (i % 500 == 499) {
                    store.compact(store.current().revision() - 100);
                }
                store.compactSome(20);
            }
            done.set(true);
            for (Future<?> reader : reading) {
                reader.get(1, TimeUnit.MINUTES);
            }
        } finally {
            done.set(true);
            readers.shutdown();
        }
    }

    /** Write i is revision i + 2, so the revision tells all that a snapshot must hold. */
    private static void assertWhole(StoreSnapshot snapshot) {
        long writes = snapshot.revision() - 1;
        assertThat(writes % 3).isZero();
        assertThat(snapshot.keyCount()).isEqualTo(Math.min(writes, KEYS));
        List<KeyValueRecord> records = snapshot.range(KeyRange.ALL, 0, 0).records();
        assertThat(records).hasSize((int) Math.min(writes, KEYS));
        for (KeyValueRecord record : records) {
            long write = record.modRevision() - 2;
            assertThat(record.key()).isEqualTo(key((int) (write % KEYS)));
            assertThat(record.value()).isEqualTo(ByteSequence.utf8("value" + write));
            assertThat(record.modRevision()).isGreaterThan(snapshot.revision() - KEYS);
        }
        long from = Math.max(snapshot.compactedRevision() + 1, 2);
        assertThat(snapshot.history(from, Long.MAX_VALUE, WRITES, Integer.MAX_VALUE)
                        .events())
                .hasSize((int) (snapshot.revision() - from + 1));
    }

    private static ByteSequence key(int number) {
        return ByteSequence.utf8("/some/prefix/" + number);
    }
}
