package io.leasehold.client.internal.session;

import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.protocol.ByteSequence;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/** The keys that hang on a session's lease, with their values: what a new lease takes over. Any thread. */
final class AttachedKeys {
    private final Kv kv;
    private final Map<ByteSequence, ByteSequence> values = new ConcurrentSkipListMap<>();

    AttachedKeys(Kv kv) {
        this.kv = kv;
    }

    /** All that are attached, as they are at any time. */
    Map<ByteSequence, ByteSequence> values() {
        return Collections.unmodifiableMap(values);
    }

    int size() {
        return values.size();
    }

    /** The key is on the lease already. */
    void remember(ByteSequence key, ByteSequence value) {
        values.put(key, value);
    }

    /** Puts the key on the lease. */
    CompletableFuture<Void> put(ByteSequence key, ByteSequence value, long leaseId) {
        values.put(key, value);
        CompletableFuture<Void> result = new CompletableFuture<>();
        Futures.onEnd(kv.put(key, value, PutOptions.DEFAULT.lease(leaseId)), (put, failed) -> {
            if (put != null) {
                succeed(result);
            } else {
                values.remove(key, value);
                result.completeExceptionally(Objects.requireNonNull(failed));
            }
        });
        return result;
    }

    /** Deletes the key. */
    CompletableFuture<Void> delete(ByteSequence key) {
        values.remove(key);
        CompletableFuture<Void> result = new CompletableFuture<>();
        Futures.onEnd(kv.delete(key), (deleted, failed) -> {
            if (deleted != null) {
                succeed(result);
            } else {
                result.completeExceptionally(Objects.requireNonNull(failed));
            }
        });
        return result;
    }

    @SuppressWarnings("NullAway") // The one value a future of Void can have.
    private static void succeed(CompletableFuture<Void> future) {
        future.complete(null);
    }
}
