package io.leasehold.client.internal.recipes;

import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.recipes.PrioritizedQueue;
import io.leasehold.protocol.ByteSequence;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A queue in the order of its keys: priority, then sequence. A guard key for each priority is put with every item, so that a
 * sequence number that was drawn from an old state is noticed. Any thread.
 */
final class SequencedQueue implements PrioritizedQueue {
    /** Go keeps priorities in 16 bits. */
    private static final int PRIORITY_MAX = 65_535;

    private static final ByteSequence GUARD = ByteSequence.utf8("__");

    private final ClientParts parts;
    private final ByteSequence prefix;
    private final FirstKey first;

    SequencedQueue(ClientParts parts, ByteSequence name) {
        this.parts = parts;
        this.prefix = ClientParts.under(name);
        this.first = new FirstKey(parts, KeyRange.prefix(prefix), Sort.Target.KEY);
    }

    @Override
    public CompletableFuture<Void> put(ByteSequence item, int priority) {
        if (priority < 0 || priority > PRIORITY_MAX) {
            throw new IllegalArgumentException("priority 0 to " + PRIORITY_MAX + ", got " + priority);
        }
        return put(item, prefix.concat(ByteSequence.utf8(String.format(Locale.ROOT, "%05d", priority))));
    }

    private CompletableFuture<Void> put(ByteSequence item, ByteSequence stem) {
        GetOptions last = GetOptions.DEFAULT
                .keysOnly()
                .sortedBy(Sort.Target.KEY, Sort.Order.DESCENDING)
                .limit(1);
        ByteSequence guard = GUARD.concat(stem);
        return parts.kv().get(KeyRange.prefix(ClientParts.under(stem)), last).thenCompose(found -> {
            long sequence =
                    found.first().map(entry -> sequenceOf(entry.key()) + 1).orElse(0L);
            ByteSequence key =
                    ClientParts.under(stem).concat(ByteSequence.utf8(String.format(Locale.ROOT, "%016d", sequence)));
            return parts.kv()
                    .txn()
                    .when(Compare.modRevision(guard).lessThan(found.header().revision() + 1), Compare.absent(key))
                    .then(Op.put(guard, ByteSequence.EMPTY), Op.put(key, item))
                    .commit()
                    .thenCompose(result -> result.succeeded() ? done() : put(item, stem));
        });
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    private static long sequenceOf(ByteSequence key) {
        String text = key.toUtf8();
        return Long.parseLong(text.substring(text.lastIndexOf('/') + 1));
    }

    @Override
    public CompletableFuture<ByteSequence> take() {
        return first.take();
    }

    @Override
    public CompletableFuture<Optional<ByteSequence>> poll() {
        return first.poll();
    }
}
