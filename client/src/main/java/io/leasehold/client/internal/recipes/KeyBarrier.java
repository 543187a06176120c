package io.leasehold.client.internal.recipes;

import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.recipes.Barrier;
import io.leasehold.client.session.LeaseHolder;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.concurrent.CompletableFuture;

/** A gate that is one key. Any thread. */
final class KeyBarrier implements Barrier {
    private final ClientParts parts;
    private final ByteSequence key;

    KeyBarrier(ClientParts parts, ByteSequence key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a name is not empty");
        }
        this.parts = parts;
        this.key = key;
    }

    @Override
    public CompletableFuture<Boolean> hold() {
        return hold(PutOptions.DEFAULT);
    }

    @Override
    public CompletableFuture<Boolean> hold(LeaseHolder holder) {
        return hold(PutOptions.DEFAULT.lease(holder.leaseId()));
    }

    private CompletableFuture<Boolean> hold(PutOptions options) {
        return parts.kv()
                .txn()
                .when(Compare.absent(key))
                .then(Op.put(key, ByteSequence.EMPTY, options))
                .commit()
                .thenApply(TxnResult::succeeded);
    }

    @Override
    public CompletableFuture<Boolean> release() {
        return parts.kv().delete(key).thenApply(result -> result.deleted() > 0);
    }

    @Override
    public CompletableFuture<Void> await() {
        return Waiting.forResult(parts, this::look);
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private CompletableFuture<Sight<Void>> look() {
        return parts.kv()
                .get(key)
                .thenApply(found -> found.first().isEmpty()
                        ? new Sight.Found<Void>(null)
                        : Sight.NotYet.until(
                                KeyRange.single(key),
                                WatchOptions.DEFAULT
                                        .from(found.header().revision() + 1)
                                        .withoutPuts()));
    }
}
