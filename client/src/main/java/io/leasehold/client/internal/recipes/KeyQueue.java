package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.recipes.WorkQueue;
import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A queue of keys in the order in which they were put. Any thread. */
final class KeyQueue implements WorkQueue {
    private final ClientParts parts;
    private final ByteSequence prefix;
    private final FirstKey first;

    KeyQueue(ClientParts parts, ByteSequence name) {
        this.parts = parts;
        this.prefix = ClientParts.under(name);
        this.first = new FirstKey(parts, KeyRange.prefix(prefix), Sort.Target.MOD_REVISION);
    }

    @Override
    public CompletableFuture<Void> put(ByteSequence item) {
        ByteSequence key = prefix.concat(ByteSequence.utf8(parts.number()));
        return parts.kv()
                .txn()
                .when(Compare.absent(key))
                .then(Op.put(key, item))
                .commit()
                .thenAccept(result -> {
                    if (!result.succeeded()) {
                        throw LeaseholdException.local(
                                LeaseholdException.Kind.CONFLICT, "the number of the item was taken: " + key);
                    }
                });
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
