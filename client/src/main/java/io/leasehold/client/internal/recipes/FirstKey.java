package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the first key of a range away from the others who want it too. Any thread. */
final class FirstKey {
    private static final Logger LOG = LoggerFactory.getLogger(FirstKey.class);

    private final ClientParts parts;
    private final KeyRange range;
    private final GetOptions options;

    FirstKey(ClientParts parts, KeyRange range, Sort.Target order) {
        this.parts = parts;
        this.range = range;
        this.options = GetOptions.DEFAULT.sortedBy(order, Sort.Order.ASCENDING).limit(1);
    }

    CompletableFuture<ByteSequence> take() {
        CompletableFuture<ByteSequence> result = new CompletableFuture<>();
        CompletableFuture<Boolean> wait = Waiting.forResult(parts, () -> look(result));
        Futures.onEnd(wait, (taken, failed) -> {
            if (failed != null) {
                result.completeExceptionally(Futures.cause(failed));
            }
        });
        Futures.onEnd(result, (item, failed) -> {
            if (failed != null) {
                wait.cancel(false);
            }
        });
        return result;
    }

    private CompletableFuture<Sight<Boolean>> look(CompletableFuture<ByteSequence> taker) {
        return parts.kv().get(range, options).thenCompose(found -> {
            KeyValue entry = found.first().orElse(null);
            if (entry == null || taker.isDone()) {
                return CompletableFuture.completedFuture(nothing(found));
            }
            CompletableFuture<Boolean> claimed = claim(entry);
            Futures.onEnd(claimed, (mine, failed) -> failIfPerhapsTaken(taker, failed));
            return claimed.thenCompose(mine -> {
                if (!mine) {
                    return look(taker);
                }
                if (!taker.complete(entry.value())) {
                    putBack(entry);
                }
                return CompletableFuture.completedFuture(new Sight.Found<>(true));
            });
        });
    }

    private Sight<Boolean> nothing(GetResult found) {
        return Sight.NotYet.until(
                range, WatchOptions.DEFAULT.from(found.header().revision() + 1).withoutDeletes());
    }

    /** Whoever deletes the key as it was seen has the item. */
    private CompletableFuture<Boolean> claim(KeyValue entry) {
        return parts.kv()
                .txn()
                .when(Compare.modRevision(entry.key()).equalTo(entry.modRevision()))
                .then(Op.delete(entry.key()))
                .commit()
                .thenApply(TxnResult::succeeded);
    }

    /** An item that was deleted by a call whose answer was lost is nobody's: its taker is told, and takes no other one. */
    private static void failIfPerhapsTaken(CompletableFuture<ByteSequence> taker, @Nullable Throwable failed) {
        if (failed != null && Futures.cause(failed) instanceof LeaseholdException lost && lost.outcomeUnknown()) {
            taker.completeExceptionally(lost);
        }
    }

    /** The taker has gone while its item came: others shall have it. */
    private void putBack(KeyValue entry) {
        Futures.onEnd(parts.kv().put(entry.key(), entry.value()), (put, failed) -> {
            if (failed != null) {
                LOG.warn("an item that nobody waited for any more is lost key={}", entry.key(), failed);
            }
        });
    }

    CompletableFuture<Optional<ByteSequence>> poll() {
        return parts.kv().get(range, options).thenCompose(found -> {
            KeyValue entry = found.first().orElse(null);
            if (entry == null) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            return claim(entry)
                    .thenCompose(mine -> mine ? CompletableFuture.completedFuture(Optional.of(entry.value())) : poll());
        });
    }
}
