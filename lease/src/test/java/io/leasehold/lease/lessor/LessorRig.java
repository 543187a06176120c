package io.leasehold.lease.lessor;

import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A lessor with a minimum TTL of 2 s, time that only {@link #advance} moves, and a record of what was deleted. */
final class LessorRig {
    final MemoryLessorStore store = new MemoryLessorStore();
    /** What the delete transactions did, in order. */
    final List<String> deletions = new ArrayList<>();
    /** Runs at each deletion of a key: what a store does there, or a fault. */
    Consumer<ByteSequence> onDelete = key -> {};

    private long nowNanos = -5_000_000_000L;
    final Lessor lessor;

    LessorRig() {
        lessor = Lessor.create(store, 2, this::nowNanos);
        lessor.setRangeDeleter(Recording::new);
    }

    private synchronized long nowNanos() {
        return nowNanos;
    }

    synchronized void advance(Duration time) {
        nowNanos += time.toNanos();
    }

    Lease granted(long id, long ttlSeconds) {
        return lessor.grant(id, ttlSeconds).orElseThrow();
    }

    void attach(long id, String... keys) {
        Optional<LessorError> refused =
                lessor.attach(id, Stream.of(keys).map(LeaseItem::of).toList());
        if (refused.isPresent()) {
            throw new IllegalStateException(refused.get().message());
        }
    }

    /** Ids that come out of the channel now, a list for each batch. */
    List<List<Long>> takeAll() {
        List<List<Long>> batches = new ArrayList<>();
        for (Optional<List<Lease>> batch = lessor.expiredLeases().poll();
                batch.isPresent();
                batch = lessor.expiredLeases().poll()) {
            batches.add(batch.get().stream().map(Lease::id).toList());
        }
        return batches;
    }

    private final class Recording implements TxnDelete {
        @Override
        public Deleted deleteRange(ByteSequence key, @Nullable ByteSequence end) {
            onDelete.accept(key);
            deletions.add(key.toUtf8());
            return new Deleted(1, deletions.size());
        }

        @Override
        public void end() {
            deletions.add("end");
        }
    }
}
